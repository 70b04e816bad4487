# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of kml-install, to be sourced: the tools, root's rights, and the tree of a system as an image builder has it.
[ "$(id -u)" = 0 ] || ! sudo -n true 2>/dev/null ||
	exec sudo -n env KML_BUILD="$KML_BUILD" KML_SOURCE="${KML_SOURCE:-}" CC="${CC:-cc}" "$0" "$@"
. "$(dirname "$0")/run.sh"
[ "$(id -u)" = 0 ] || skip "needs root, or sudo without a password"
unshare -m true 2>/dev/null || skip "needs all of root's capabilities, which a container may lack"

image=$work/image
mkdir "$image"
umask 022

# install_in STATUS ARGUMENTS...: kml-install on the image
install_in() {
	expected_of_install=$1
	shift
	ends_with "$expected_of_install" kml-install --root "$image" "$@"
}

# refuses SENTENCE PROGRAM: and nothing of it is left behind
refuses() {
	install_in 1 "$2"
	said "$1"
	said_one_line
	[ -z "$(ls -A "$image/trusted")" ] || fail "something was installed"
}

# static_program NAME: one that needs no loader and ends with 3; different for different names
static_program() {
	echo "const char name[] = \"$1\"; int main(void) { return 3; }" | compile "$1" -static
}

# in_image FILE...: the same file at the same place in the image
in_image() {
	for file; do
		mkdir -p "$image$(dirname "$file")"
		cp -L "$file" "$image$file"
	done
}

loader=/lib64/ld-linux-x86-64.so.2
c_library=$(ldd /bin/true | sed -n 's/.*libc.so.6 => \(\/[^ ]*\).*/\1/p')
