#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The life of a trusted program, in a machine, as this system's directory is not a test's to change.
. "$(dirname "$0")/run.sh"
needs_machine

echo 'int main(void) { return 3; }' | compile prog
chmod 700 prog
# One that the machine's kernel has all names for, and one that it has not.
echo 'extern unsigned long jiffies; int main(void) { return jiffies == 0; }' >linked.c
cc -O1 -c linked.c
kml-link linked.o
sed 's/jiffies/no_such_jiffies/g' linked.c >lost.c
cc -O1 -c lost.c
printf '%s\n' 'ffffffff81000000 T _text' 'ffffffff82000000 D no_such_jiffies' >lost.map
kml-link --kernel lost.map lost.o
cat >script <<'END'
set -e
umask 077
kml-install /src/prog 2>&1 && exit 1
kml-install --create /src/prog /bin/cat
stat -c '%n %a %u:%g' /trusted /trusted/* /trusted/.[!.]* 2>/dev/null || :
ln -s /src/prog /trusted/link
kml-install --list | cut -f 1,5-
kml-install --verify 2>&1 || echo "status $?"
/trusted/prog || echo "status $?"
kml-install --remove link prog
kml-install --remove ../src/prog none 2>&1 || echo "status $?"
kml-install --list | cut -f 1
if [ -e /sys/kernel/kml ]; then
	kml-install /src/linked
	/trusted/linked
	kml-install /src/lost 2>&1 || echo "status $?"
fi
chmod 775 /trusted
kml-install /src/prog 2>&1 || echo "status $?"
mount -t tmpfs -o noexec,mode=755 none /trusted
kml-install /src/prog 2>&1 || echo "status $?"
mount -o remount,exec,nosuid /trusted
kml-install /src/prog 2>&1 || echo "status $?"
END
ends_with 0 kml-run --user-mode --add /src/prog=prog --add /src/script=script --add /src/linked=linked --add /src/lost=lost \
	--add /bin/cat --add /bin/cut --add /bin/mount --add /bin/chmod --add /bin/ln --add /usr/bin/stat \
	--add /bin/kml-install="$KML_BUILD/src/kml-install" /bin/sh /src/script
[ "$(grep -v /src/lost out)" = 'kml-install: /trusted: does not exist; make it: sudo kml-install --create
/trusted 755 0:0
/trusted/cat 755 0:0
/trusted/prog 755 0:0
cat	-
link	-	is a symbolic link
prog	-
kml-install: /trusted/link: is a symbolic link
status 1
status 3
kml-install: ../src/prog: not a plain name: give the name in the trusted directory, without slashes
kml-install: none: there is no such program in /trusted
status 1
cat
status 1
kml-install: /trusted: its group may write to it (mode 0775); mend it: sudo chmod g-w /trusted
status 1
kml-install: /trusted: is mounted with noexec, so nothing in it starts in kernel mode; '"\
mend it: sudo mount -o remount,exec,suid \$(findmnt -n -o TARGET -T /trusted)
status 1
kml-install: /trusted: is mounted with nosuid, so nothing in it starts in kernel mode; \
mend it: sudo mount -o remount,exec,suid \$(findmnt -n -o TARGET -T /trusted)
status 1" ] || { cat out; fail "other output"; }
grep -qF "/src/lost: would not start with the kernel of /proc/kallsyms: its import 'no_such_jiffies' does not exist there" out ||
	{ cat out; fail "other output"; }
