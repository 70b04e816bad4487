/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Errors travel upwards as one finished sentence. A function that can fail
 * returns 0 or -errno (or NULL) and has written the sentence; only the tool
 * prints it, once, behind its own name.
 */
struct kml_err {
	char text[1024];
};

/* Writes the sentence (cut to fit) and returns -number, so "return err_set(...)" is the whole story. */
int err_set(struct kml_err *err, int number, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As err_set(), with ": " and the text of errno behind it; returns -errno. */
int err_errno(struct kml_err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints "<tool>: <sentence>" to stderr. */
void err_print(const struct kml_err *err);

/* Exit status of the tools, see their man pages. Usage errors are 64 (argp). */
enum { KML_EXIT_DONE = 0, KML_EXIT_FAILED = 1 };

/* Flushes stdout; returns status, or KML_EXIT_FAILED with a message when the output could not be written. */
int exit_flushed(int status);
