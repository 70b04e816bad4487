#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# On a kernel with kernel mode no machine is needed: a trusted program starts there, for another the way is told.
. "$(dirname "$0")/run.sh"
needs_machine

"$CC" -I "$here/../../include" -x c - -o prog <<'END'
#include <stdio.h>
#include <kml/kml.h>
int main(int argc, char **argv)
{
	printf("%s %u\n", argc > 1 ? argv[1] : "-", kml_cpl());
	return 9;
}
END
cat >script <<'END'
[ -e /sys/kernel/kml ] || exit 77
kml-run /trusted/prog --verbose
echo $?
kml-run /bin/prog
echo $?
kml-run --no-such-option
echo $?
echo 'it is broken' >/tmp/status
mount --bind /tmp/status /sys/kernel/kml/status
kml-run /trusted/prog
echo $?
umount /sys/kernel/kml/status
mkdir /jail
mount --bind / /jail
mount -t proc proc /jail/proc
mount -t sysfs sys /jail/sys
chroot /jail kml-run /trusted/prog
echo $?
END
status=0
kml-run --user-mode --add /trusted/prog=prog --add /bin/prog=prog --add /bin/kml-run="$KML_BUILD/src/kml-run" \
	--add /src/script=script --add /bin/mkdir --add /bin/mount --add /bin/umount --add /usr/sbin/chroot /bin/sh /src/script \
	>out 2>said || status=$?
[ "$status" != 77 ] || skip "the newest kernel built here has no kernel mode"
[ "$(cat out)" = '--verbose 0
9
126
125
126
126' ] || { cat out said; fail "other output"; }
said 'kml-run: /bin/prog: not below /trusted; install it: sudo kml-install /bin/prog && /trusted/prog'
said "kml-run: this machine's kernel does without kernel mode: it is broken (try: kml-run --machine /trusted/prog)"
said 'kml-run: /trusted/prog: not in kernel mode by rule chroot: this is a chroot'
