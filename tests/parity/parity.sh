#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's own selftests say the same on the stock kernel and on ours, and in kernel mode what the file
# "differences" says. With the module, the stock kernel is Debian's without it.
. "$(dirname "$0")/../vm/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
qemu=qemu-system-x86_64 image=bzImage
[ "$arch" = x86 ] || { qemu=qemu-system-arm image=zImage; }
needs stock demo
archive=$("$here/build")
"$top/tests/once" "parity${KML_HOST:+-$KML_HOST}${KML_ARCH:+-$KML_ARCH}" "$archive" "$here"/* "$top/tests/vm/lib.sh" "$build/src/kml-run" \
	"$build"/tests/parity/*runner "${kernels[stock]}/$image" "${kernels[demo]}/$image" $(find "${kernels[demo]}" -name '*-kml.ko') \
	"$(command -v $qemu)" -- \
	"$here/compare" stock demo "$archive"
