/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Loads what lies in MODULES_DIRECTORY, in the order of the names: NN-NAME.ko. Words of the kernel's command line that
 * begin with "NAME." are parameters of the module, and settings ("sysctl.NAME=VALUE") are set again: they may be those of a
 * module. Returns the errno with which one could not be loaded, and its file, or 0.
 */
#include <limits.h>

#define MODULES_DIRECTORY "/.kml-modules"

int modules_load(char ret_failed[NAME_MAX + 1]);
