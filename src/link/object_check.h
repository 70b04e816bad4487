/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct object;
struct kml_err;

/* Is this a relocatable object of this machine, with code, all of whose indexes are valid? Fills object->symbols. */
int object_check(struct object *object, struct kml_err *err);
