/* SPDX-License-Identifier: GPL-2.0-only */
/* Where files lie, and who could change them: on dentries and mounts, never on the text of a path. */
#ifndef KML_PLACE_H
#define KML_PLACE_H

#include <linux/types.h>
#include "kml.h"

struct path;

/* The root directory of the system, whatever the caller's is. The reference is the caller's. */
void kml_system_root(struct path *ret_root);

/*
 * A directory as the system sees it, by a path from its root, without symbolic
 * links, "." and "..". It has to be in the dentry cache, where every directory
 * is that some file is open below: no look at a disk or a server, which might
 * keep every exec of the machine waiting. The reference is the caller's.
 */
bool kml_system_directory(const struct path *root, const char *name, struct path *ret_directory);

/*
 * Whether the file and every directory up to and including top, below which it
 * must lie, are root's, and writable by nobody else. If not, the rule that fails.
 */
bool kml_is_roots_alone(const struct path *file, const struct path *top, enum kml_rule *ret_rule);

/* Whether the mount lets programs be executed, and the file system is the system's and local. If not, the rule. */
bool kml_mount_is_trustworthy(const struct path *file, enum kml_rule *ret_rule);

#endif
