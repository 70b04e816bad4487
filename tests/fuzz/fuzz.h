/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the fuzz targets share: each gets bytes from libFuzzer and gives them to one reader of files. */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A regular file with these bytes, in memory; the next call replaces it. */
const char *fuzz_file(const uint8_t *data, size_t size);
int fuzz_fd(const uint8_t *data, size_t size);

/* Path for an output that does not exist yet. */
const char *fuzz_output(void);
