// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/init.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include "kml.h"
#include "settings.h"

static int kml_disabled;
static int kml_executable_memory = KML_EXECUTABLE_MEMORY_NEVER;
static int kml_network_file_systems;

static char kml_directory[KML_DIRECTORY_SIZE];
static DEFINE_SPINLOCK(kml_directory_lock);

bool kml_setting_disabled(void)
{
	return READ_ONCE(kml_disabled);
}

enum kml_executable_memory kml_setting_executable_memory(void)
{
	return READ_ONCE(kml_executable_memory);
}

bool kml_setting_network_file_systems(void)
{
	return READ_ONCE(kml_network_file_systems);
}

void kml_setting_directory(char ret_name[KML_DIRECTORY_SIZE])
{
	/* Every exec comes here, and there is hardly ever one */
	if (!READ_ONCE(kml_directory[0])) {
		*ret_name = '\0';
		return;
	}
	spin_lock(&kml_directory_lock);
	strscpy(ret_name, kml_directory, KML_DIRECTORY_SIZE);
	spin_unlock(&kml_directory_lock);
}

/* Root in a container may own the file, and is not the system's root */
static bool kml_may_change(void)
{
	return capable(CAP_SYS_ADMIN);
}

static int kml_number_setting(kml_host_setting *table, int write, void *buffer, size_t *length, loff_t *position)
{
	if (write && !kml_may_change())
		return -EPERM;
	return proc_dointvec_minmax(table, write, buffer, length, position);
}

/* Nothing, or an absolute path that says where it leads */
static bool kml_is_plain_path(const char *name)
{
	unsigned int length;

	if (!*name)
		return true;
	for (; *name == '/'; name += length) {
		length = strcspn(++name, "/");
		if (!length || (length == 1 && !strncmp(name, ".", 1)) || (length == 2 && !strncmp(name, "..", 2)))
			return false;
	}
	return !*name;
}

static int kml_directory_setting(kml_host_setting *table, int write, void *buffer, size_t *length,
				 loff_t *position)
{
	char name[KML_DIRECTORY_SIZE];
	kml_host_setting copy = { .data = name, .maxlen = sizeof(name) };
	int error;

	if (write && !kml_may_change())
		return -EPERM;
	/* A path that was cut would be another directory */
	if (write && *length > sizeof(name))
		return -ENAMETOOLONG;
	kml_setting_directory(name);
	error = proc_dostring(&copy, write, buffer, length, position);
	if (error || !write)
		return error;
	if (!kml_is_plain_path(name))
		return -EINVAL;
	spin_lock(&kml_directory_lock);
	strscpy(kml_directory, name, sizeof(kml_directory));
	spin_unlock(&kml_directory_lock);
	return 0;
}

static struct ctl_table kml_settings[] = {
	{
		.procname = "disabled",
		.data = &kml_disabled,
		.maxlen = sizeof(kml_disabled),
		.mode = 0644,
		.proc_handler = kml_number_setting,
		/* Only one way */
		.extra1 = SYSCTL_ONE,
		.extra2 = SYSCTL_ONE,
	},
	{
		.procname = "directory",
		.mode = 0644,
		.proc_handler = kml_directory_setting,
	},
	{
		.procname = "executable_memory",
		.data = &kml_executable_memory,
		.maxlen = sizeof(kml_executable_memory),
		.mode = 0644,
		.proc_handler = kml_number_setting,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_TWO,
	},
	{
		.procname = "network_file_systems",
		.data = &kml_network_file_systems,
		.maxlen = sizeof(kml_network_file_systems),
		.mode = 0644,
		.proc_handler = kml_number_setting,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_ONE,
	},
};

static struct ctl_table_header *kml_settings_directory;

int __init kml_settings_init(void)
{
	kml_settings_directory = register_sysctl("kernel/kml", kml_settings);
	return kml_settings_directory ? 0 : -ENOMEM;
}

void kml_settings_exit(void)
{
	unregister_sysctl_table(kml_settings_directory);
}
