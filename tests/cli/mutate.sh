# SPDX-License-Identifier: GPL-2.0-or-later
# For tests with damaged inputs, to be sourced behind link.sh: random bytes, the same in every run.
seed=1
random() { # sets $random to less than $1
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	random=$((seed / 65536 % $1))
}

mutate() { # file
	cp "$1" bad
	size=$(stat -c %s bad)
	random 3
	for byte in $(seq 0 "$random"); do
		random 4
		# Headers are at the start, the table of sections at the end.
		case $random in
		0) random 64; offset=$random ;;
		1) random 2000; offset=$((size - 1 - random)) ;;
		*) random 32768; offset=$((random * size / 32768)) ;;
		esac
		[ $offset -ge 0 ] || offset=0
		random 256
		printf "\\$(printf %o "$random")" | dd of=bad bs=1 seek=$offset conv=notrunc status=none
	done
}

alive() { # a command that may fail, but not of a signal
	status=0
	timeout 20 "$@" >out 2>said || status=$?
	[ $status -le 1 ] || { cat said; fail "status $status: $*"; }
	grep -q 'Sanitizer\|runtime error' said && { cat said; fail "$*"; }
	return 0
}
