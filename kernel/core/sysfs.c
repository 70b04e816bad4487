// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/kml: what the kernel says of kernel mode. One value a file; no addresses. */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <kml/abi.h>
#include "kml.h"

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
	return sysfs_emit(buf, "%s\n", kml_refused_by_machine() ?: "on");
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

/* A file for each rule, in its own directory: how many starts it has refused */
struct kml_refused_attr {
	struct kobj_attribute attr;
	enum kml_rule rule;
};

static ssize_t refused_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", kml_refusals(container_of(attr, struct kml_refused_attr, attr)->rule));
}

#define KML_REFUSED(file, number) \
	static struct kml_refused_attr refused_##file = { __ATTR(file, 0444, refused_show, NULL), number }

KML_REFUSED(format, KML_RULE_FORMAT);
KML_REFUSED(owner, KML_RULE_OWNER);
KML_REFUSED(writable, KML_RULE_WRITABLE);
KML_REFUSED(mount, KML_RULE_MOUNT);
KML_REFUSED(chroot, KML_RULE_CHROOT);
KML_REFUSED(namespace, KML_RULE_NAMESPACE);
KML_REFUSED(seccomp, KML_RULE_SECCOMP);
KML_REFUSED(no_new_privs, KML_RULE_NO_NEW_PRIVS);
KML_REFUSED(traced, KML_RULE_TRACED);
KML_REFUSED(dumpable, KML_RULE_DUMPABLE);

static struct attribute *kml_refused_attrs[] = {
	&refused_format.attr.attr,
	&refused_owner.attr.attr,
	&refused_writable.attr.attr,
	&refused_mount.attr.attr,
	&refused_chroot.attr.attr,
	&refused_namespace.attr.attr,
	&refused_seccomp.attr.attr,
	&refused_no_new_privs.attr.attr,
	&refused_traced.attr.attr,
	&refused_dumpable.attr.attr,
	NULL
};

static const struct attribute_group kml_refused_group = { .name = "refused", .attrs = kml_refused_attrs };

static const struct attribute_group *kml_groups[] = { &kml_group, &kml_refused_group, NULL };

static int __init kml_sysfs_init(void)
{
	struct kobject *directory = kobject_create_and_add("kml", kernel_kobj);

	static_assert(ARRAY_SIZE(kml_refused_attrs) == KML_RULES + 1);
	if (!directory)
		return -ENOMEM;
	return sysfs_create_groups(directory, kml_groups);
}
late_initcall(kml_sysfs_init);
