// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include "place.h"
#include "settings.h"

void kml_system_root(struct path *ret_root)
{
	task_lock(&init_task);
	get_fs_root(init_task.fs, ret_root);
	task_unlock(&init_task);
}

/* Moves the path to a child; false, and the path as it was, when the cache has none of that name */
static bool kml_to_child(struct path *path, const char *name, unsigned int length)
{
	struct qstr component = QSTR_INIT(name, length);
	struct dentry *child = d_hash_and_lookup(path->dentry, &component);

	if (IS_ERR_OR_NULL(child))
		return false;
	dput(path->dentry);
	path->dentry = child;
	while (d_mountpoint(path->dentry) && follow_down_one(path))
		;
	return true;
}

bool kml_system_directory(const struct path *root, const char *name, struct path *ret_directory)
{
	bool found = *name == '/';

	*ret_directory = *root;
	path_get(ret_directory);
	while (found && *name) {
		unsigned int length = strcspn(++name, "/");

		found = d_is_dir(ret_directory->dentry) && kml_to_child(ret_directory, name, length) &&
			d_is_dir(ret_directory->dentry);
		name += length;
	}
	if (!found)
		path_put(ret_directory);
	return found;
}

static bool kml_owned_by_root(const struct path *path)
{
	const struct inode *inode = d_backing_inode(path->dentry);

	return vfsuid_eq(i_uid_into_vfsuid(mnt_idmap(path->mnt), inode), VFSUIDT_INIT(GLOBAL_ROOT_UID));
}

/* Access control lists need no look of their own: what they grant is bounded by the group bits */
static bool kml_writable_by_others(const struct path *path)
{
	return d_backing_inode(path->dentry)->i_mode & (S_IWGRP | S_IWOTH);
}

/* What describes a file of an overlay may be in another layer than its data, and of another owner */
static bool kml_data_is_roots_alone(const struct dentry *file, enum kml_rule *ret_rule)
{
	const struct inode *data = d_real_inode(file);

	if (data == d_backing_inode(file))
		return true;
	*ret_rule = KML_RULE_OWNER;
	if (!uid_eq(data->i_uid, GLOBAL_ROOT_UID))
		return false;
	*ret_rule = KML_RULE_WRITABLE;
	return !(data->i_mode & (S_IWGRP | S_IWOTH));
}

/* Moves the path to its parent directory, over mount points; false at the top of the tree */
static bool kml_to_parent(struct path *path)
{
	struct dentry *parent;

	while (path->dentry == path->mnt->mnt_root)
		if (!follow_up(path))
			return false;
	if (IS_ROOT(path->dentry))
		return false;
	parent = dget_parent(path->dentry);
	dput(path->dentry);
	path->dentry = parent;
	return true;
}

bool kml_is_roots_alone(const struct path *file, const struct path *top, enum kml_rule *ret_rule)
{
	struct path path = *file;
	bool alone = true;

	if (!kml_data_is_roots_alone(file->dentry, ret_rule))
		return false;
	path_get(&path);
	for (;;) {
		if (!kml_owned_by_root(&path)) {
			*ret_rule = KML_RULE_OWNER;
			alone = false;
		} else if (kml_writable_by_others(&path)) {
			*ret_rule = KML_RULE_WRITABLE;
			alone = false;
		}
		if (!alone || path_equal(&path, top))
			break;
		if (!kml_to_parent(&path)) {
			/* Nobody's directory: moved away while we looked, or not in the system's tree at all */
			*ret_rule = KML_RULE_OWNER;
			alone = false;
			break;
		}
	}
	path_put(&path);
	return alone;
}

/* UBIFS_SUPER_MAGIC of fs/ubifs/ubifs.h, which is not for others to include */
#define KML_UBIFS_MAGIC	0x24051905

/*
 * What others serve says of owners what it likes. A device is root's, and so is
 * memory; file systems on neither have to be known here.
 */
static bool kml_is_local(const struct super_block *sb)
{
	switch (sb->s_magic) {
	case FUSE_SUPER_MAGIC:
		return false;
	case RAMFS_MAGIC:
	case TMPFS_MAGIC:
	case JFFS2_SUPER_MAGIC:
	case KML_UBIFS_MAGIC:
		return true;
	}
	return sb->s_type->fs_flags & FS_REQUIRES_DEV;
}

bool kml_mount_is_trustworthy(const struct path *file, enum kml_rule *ret_rule)
{
	const struct super_block *sb = file->mnt->mnt_sb;

	*ret_rule = KML_RULE_MOUNT;
	if (file->mnt->mnt_flags & (MNT_NOSUID | MNT_NOEXEC) || sb->s_iflags & SB_I_NOEXEC ||
	    sb->s_user_ns != &init_user_ns)
		return false;
	*ret_rule = KML_RULE_FILE_SYSTEM;
	/* Of an overlay, the layer that has the data */
	return kml_setting_network_file_systems() || kml_is_local(d_real_inode(file->dentry)->i_sb);
}
