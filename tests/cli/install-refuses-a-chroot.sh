#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot the trusted directory is not the kernel's, however sound it looks.
. "$(dirname "$0")/run.sh"
needs_machine

echo 'int main(void) { return 3; }' | compile prog
cat >script <<'END'
mkdir -m 755 /trusted /jail/trusted /jail/proc /copy
chroot /jail /kml-install /prog
mount -t proc proc /jail/proc
chroot /jail /kml-install /prog
# A bind mount of the whole system has the same inodes.
mount --bind / /copy
mount -t proc proc /copy/proc
chroot /copy kml-install /jail/prog
echo /jail/trusted/* /trusted/*
END
tool=$KML_BUILD/src/kml-install
libraries=$(ldd "$tool" | sed -n 's/.* \(\/[^ ]*\) .*/\1/p; s/^\t\(\/[^ ]*\) .*/\1/p')
set --
for library in $libraries; do
	set -- "$@" --add "/jail$library=$library"
done
ends_with 0 kml-run --user-mode --add /jail/prog=prog --add /src/script=script --add /bin/mkdir --add /bin/mount \
	--add /usr/sbin/chroot --add /jail/kml-install="$tool" --add /bin/kml-install="$tool" "$@" /bin/sh /src/script
cat said
[ "$(cat out)" = '/jail/trusted/* /trusted/*' ] || { cat out; fail "something was installed"; }
[ "$(grep -c 'this is a chroot: its trusted directory is not the one that the kernel trusts' said)" = 3 ] ||
	fail "other messages"
