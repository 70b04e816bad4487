// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/kml: what the kernel says of kernel mode. One value a file; no addresses. */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <kml/abi.h>
#include "kml.h"
#include "settings.h"

static ssize_t abi_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", KML_ABI_VERSION);
}
static struct kobj_attribute abi_attr = __ATTR_RO(abi);

static ssize_t trusted_directory_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", KML_TRUSTED_DIR);
}
static struct kobj_attribute trusted_directory_attr = __ATTR_RO(trusted_directory);

/* "on", or why there is no kernel mode on this machine */
static ssize_t status_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const char *off = kml_refused_by_machine();

	if (!off && kml_setting_disabled())
		off = "switched off by kernel.kml.disabled, until the next boot";
	return sysfs_emit(buf, "%s\n", off ?: "on");
}
static struct kobj_attribute status_attr = __ATTR_RO(status);

/* The mode of the process that reads it */
static ssize_t self_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", kml_current() ? "kernel" : "user");
}
static struct kobj_attribute self_attr = __ATTR_RO(self);

static ssize_t started_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", kml_starts());
}
static struct kobj_attribute started_attr = __ATTR_RO(started);

static struct attribute *kml_attrs[] = {
	&abi_attr.attr,
	&trusted_directory_attr.attr,
	&status_attr.attr,
	&self_attr.attr,
	&started_attr.attr,
	NULL
};

static const struct attribute_group kml_group = { .attrs = kml_attrs };

/* A file for each rule, in its own directory: what it has refused */
struct kml_refused_attr {
	struct kobj_attribute attr;
	enum kml_rule rule;
};

static ssize_t refused_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", kml_refusals(container_of(attr, struct kml_refused_attr, attr)->rule));
}

static struct kml_refused_attr kml_refused_files[KML_RULES];
static struct attribute *kml_refused_attrs[KML_RULES + 1];

static void __init kml_name_refused_files(void)
{
	enum kml_rule rule;

	for (rule = 0; rule < KML_RULES; rule++) {
		struct kml_refused_attr *file = &kml_refused_files[rule];

		file->rule = rule;
		file->attr.show = refused_show;
		sysfs_attr_init(&file->attr.attr);
		file->attr.attr.name = kml_rule_name(rule);
		file->attr.attr.mode = 0444;
		kml_refused_attrs[rule] = &file->attr.attr;
	}
}

static const struct attribute_group kml_refused_group = { .name = "refused", .attrs = kml_refused_attrs };

static const struct attribute_group *kml_groups[] = { &kml_group, &kml_refused_group, NULL };

static struct kobject *kml_sysfs_directory;

int __init kml_sysfs_init(void)
{
	kml_sysfs_directory = kobject_create_and_add("kml", kernel_kobj);
	if (!kml_sysfs_directory)
		return -ENOMEM;
	kml_name_refused_files();
	return sysfs_create_groups(kml_sysfs_directory, kml_groups);
}

void kml_sysfs_exit(void)
{
	kobject_put(kml_sysfs_directory);
}
