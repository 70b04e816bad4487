// SPDX-License-Identifier: GPL-2.0-or-later
/* opener LIBRARY: opens it as plug-ins are opened; exits with its ring if that does not work. */
#include <dlfcn.h>
#include <kml/kml.h>

int main(int argc, char **argv)
{
	if (argc == 2)
		dlopen(argv[1], RTLD_NOW);
	return (int)kml_cpl();
}
