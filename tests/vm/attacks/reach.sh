# SPDX-License-Identifier: GPL-2.0-or-later
# To reach into a process in kernel mode, or to bring one's own registers there.

prepare_reach() {
	cp /attacks/reach /attacks/forge /attacks/pointers /attacks/toucher /attacks/writer /attacks/chain /attacks/race /bin/busybox /trusted/
	mkdir -m 1777 /tmp/cores /home/stalled
	echo /tmp/cores/core.%p >/proc/sys/kernel/core_pattern
}

reach() { nobody /attacks/reach "$1" /trusted/reach; }

# The program waits in a kernel function for memory that never comes. The kernel has patience with a process that is
# being killed, for some seconds. 40: it cannot be killed.
stall() {
	local pid status=0 turns=0
	/attacks/serve /home/stalled /home/own/taken stall || return 98
	nobody /trusted/toucher /home/stalled/x &
	sleep 1
	pid=$(pidof toucher) || return 97
	kill -9 $pid
	while [ -d /proc/$pid ] && [ $turns -lt 20 ]; do
		sleep 1
		turns=$((turns + 1))
	done
	[ ! -d /proc/$pid ] || status=40
	umount -f /home/stalled
	wait
	return $status
}

# Words of the auxiliary vector as od prints them, those that are addresses of the kernel, and whether it lets programs
# in kernel mode forge what they are already
case $(uname -m) in
x86_64) words=x8 kernel_address='[89a-f][0-9a-f]{15}' forged=40 ;;
arm*) words=x4 kernel_address='(bf|[c-f][0-9a-f])[0-9a-f]{6}' forged=139 ;;
esac

# addresses WHO: a program in kernel mode tells the addresses that it was told
addresses() {
	"$1" /trusted/busybox od -A n -v -t $words /proc/self/auxv >/tmp/addresses || return 1
	! grep -E " $kernel_address" /tmp/addresses || return 40
}

try_reach() {
	attack 10 "ptrace, attaching" 1 reach attach
	attack 10 "ptrace, seizing" 1 reach seize
	attack 10 "/proc/PID/mem, writing" 1 reach memory-file
	attack 10 "process_vm_writev" 1 reach write
	attack 10 "process_vm_readv" 1 reach read
	attack 10 "pidfd_getfd" 1 reach descriptor
	attack 10 "kcmp" 1 reach compare
	attack 16 "files of /proc" 1 reach files
	old=no attack 16 "files of /proc, opened before exec" 1 reach files-before
	attack 16 "a core dump" 1 reach core
	attack 17 "a perf event" 1 reach event
	attack 17 "a perf event from before exec" 1 reach event-before
	allowed "a forged ring in kernel mode is the ring already, or nothing" $forged nobody /trusted/forge segment
	old=no attack 18 "a signal frame with the kernel's code segment" 139 nobody /attacks/forge segment
	old=no attack 18 "a signal frame with the kernel's segments" 139 nobody /attacks/forge segments
	old=no attack 18 "a signal frame with the kernel's code segment and stack" 139 nobody /attacks/forge stack
	old=no attack 18 "registers by a tracer" 43 nobody /attacks/forge stop
	old=no attack 19 "addresses of the kernel for system calls" 0 nobody /attacks/pointers
	old=unknown attack 19 "the same in kernel mode" 0 nobody /trusted/pointers
	old=unknown attack 22 "memory that never comes, for a kernel function" 0 stall
	attack 26 "ptrace of a program that has made itself dumpable" 1 reach dumpable
	attack 26 "ptrace of a program that asks to be traced" 1 reach traceme
	attack 26 "ptrace by a trusted program that executes one of its user's" 43 nobody \
		'/trusted/busybox sh -c "/trusted/chain & sleep 1; exec /attacks/chain \$!"'
	attack 27 "a program that writes where its caller says" 1 nobody /trusted/writer /proc/self/mem
	attack 27 "the same, by the path of its thread" 1 nobody /trusted/writer /proc/thread-self/mem
	allowed "the same by root" 40 /trusted/writer /proc/self/mem
	old=unknown attack 27 "a program that reads where its caller says" 1 addresses nobody
	allowed "the same by root" 40 addresses for_root
	old=unknown attack 27 "the dynamic loader shows what it was told" 0 nobody LD_SHOW_AUXV=1 /trusted/plain
	! grep -iE "0x$kernel_address" /tmp/out || wrong "addresses of the kernel"
}
