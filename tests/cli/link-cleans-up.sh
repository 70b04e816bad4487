#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Failures and signals leave neither temporary files nor a half-written program.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
extern long schedule_timeout(long);
int main(void) { return schedule_timeout(1); }
END
cc -c prog.c
cp prog.o expected
cat >slow-cc <<'END'
#!/bin/sh
case "$*" in
*-c*start.s*) touch started; sleep 3 ;;
esac
exec cc "$@"
END
cat >failing-cc <<'END'
#!/bin/sh
case "$*" in
*libkml-start.a*) exit 1 ;;
esac
exec cc "$@"
END
chmod +x slow-cc failing-cc
echo old >prog
for signal in INT TERM HUP; do
	rm -f started
	# In the background a shell ignores SIGINT for its children; env starts it afresh.
	env --default-signal=INT "$tool" --kernel vmlinux --cc ./slow-cc prog.o &
	child=$!
	while [ ! -e started ]; do sleep 0.1; done
	kill -$signal $child
	wait $child && fail "$signal: went on"
	[ "$(cat prog)" = old ] || fail "$signal: changed the output"
	[ -z "$(ls -A | grep '^\.kml-link')" ] || fail "$signal: left $(ls -A | grep '^\.kml-link')"
done
ends_with 1 kml_link --cc ./failing-cc prog.o
[ "$(cat prog)" = old ] || fail "changed the output"
[ -z "$(ls -A | grep '^\.kml-link')" ] || fail "left $(ls -A | grep '^\.kml-link')"
ends_with 1 kml_link prog.o -o missing/prog
said "missing/prog: cannot make a directory beside it: No such file or directory"
ends_with 1 kml_link prog.o -- -lthere_is_no_such_library
said "there_is_no_such_library"
cmp prog.o expected || fail "changed the input"
