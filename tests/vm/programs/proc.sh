#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine: what /proc shows of a process that sleeps in a system
# call, to root the same each way, and to others nothing that matters.
PATH=/tools:/usr/bin
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
cd /tmp
failures=0

ok() { echo "ok    $*"; }

bad() {
	echo "FAIL  $*"
	failures=$((failures + 1))
}

# asleep PID: wait until it is
asleep() { until grep -q '^35 ' /proc/$1/syscall; do usleep 10000; done; }

# describe PID: what root sees, without what differs from run to run
describe() {
	local proc=/proc/$1 call
	grep -E '^(Name|State|TracerPid|Uid|Threads|Seccomp|NoNewPrivs|Sig|Shd|Cap)' $proc/status | grep -v SigQ
	echo "wchan $(cat $proc/wchan)"
	call=$(cat $proc/syscall)
	echo "system call ${call% * *}"
	# Whoever has called: the same functions of the kernel sleep
	[ ! -e $proc/stack ] || sed -e 's/^\[<0>\] //' -e 's/+.*//' $proc/stack | grep -v -e '^kml_' -e '^do_syscall_64' -e '^entry_'
	cut -d ' ' -f 3,19,20,28-33,41 $proc/stat | sed 's/^\(\([^ ]* \)\{3\}\)[0-9]* /\1/'
	sed -n 's/^\([0-9a-f]*-[0-9a-f]* ....\).*traced$/\1/p' $proc/maps
	tr '\0' ' ' <$proc/cmdline | sed 's/^[^ ]* [^ ]*//'
	echo
	readlink $proc/exe | sed 's,.*/,,'
	# The first page of the program
	dd if=$proc/mem bs=4096 skip=1024 count=1 2>/dev/null | md5sum
	ls $proc/fd | wc -l
}

# seen NAME DIRECTORY WAY
seen() {
	local pid
	"$2/traced" "$3" sleep & pid=$!
	asleep $pid
	describe $pid >"$1"
	kill $pid
	wait $pid 2>/dev/null
}

seen user /usr/bin instruction
seen instruction /trusted instruction
seen gate /trusted gate
if [ "$(wc -l <user)" -lt 25 ]; then
	bad "too little was seen:"
	cat user
elif cmp user instruction && cmp user gate; then
	ok "root sees $(wc -l <user) lines, the same each way"
else
	bad "root does not see the same each way"
	diff user instruction
	diff user gate
fi

# refused WHO PID FILE...: cannot be read by WHO
refused() {
	local who=$1 pid=$2 file
	shift 2
	for file; do
		if su "$who" -s /tools/sh -c "cat /proc/$pid/$file" 2>/dev/null | grep -q .; then
			bad "$who can read $file of $(tr '\0' ' ' </proc/$pid/cmdline)"
		fi
	done
}

# addresses WHO PID: in none of its files is a number that could be a kernel address
addresses() {
	local found
	if found=$(search-proc "$1" "$2"); then
		ok "user $1 finds kernel addresses in $found"
	else
		bad "user $1 finds kernel addresses:" $found
	fi
}

secrets="auxv maps smaps numa_maps mem syscall stack environ pagemap personality io task/*/maps task/*/syscall exe"
su nobody -s /tools/sh -c 'exec /trusted/traced gate sleep' & own=$!
asleep $own
/trusted/traced gate sleep & roots=$!
asleep $roots
for pid in $own $roots; do
	before=$failures
	refused nobody $pid $secrets
	[ $failures != $before ] || ok "nobody is refused: $secrets"
	addresses 65534 $pid
	if su nobody -s /tools/sh -c "strace -p $pid" 2>&1 | grep -q 'Operation not permitted'; then
		ok "nobody cannot attach"
	else
		bad "nobody can attach"
	fi
done
# Opened before exec, and read by the process itself, in a system call of the gate
su nobody -s /tools/sh -c '/trusted/traced gate itself </proc/self/syscall' >itself
if grep -q '^0 0x0 ' itself && ! grep -E '0x[89a-f][0-9a-f]{15}' itself; then
	ok "in its own call, it sees no address of the kernel"
else
	bad "it sees:"
	cat itself
fi
# The search can find them: root may
! search-proc 0 $roots >found && grep -q /auxv found || bad "root finds no kernel addresses"
kill $own $roots
exit $failures
