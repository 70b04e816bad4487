#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Wrong options are status 64 and a sentence, before anything is looked at.
. "$(dirname "$0")/run.sh"

# misuse SENTENCE ARGUMENTS...
misuse() {
	sentence=$1
	shift
	ends_with 64 kml-install "$@"
	said "kml-install: $sentence"
	[ ! -s out ] || fail "printed something: $*"
}
misuse 'which program?'
misuse 'which program?' --remove
misuse '--list takes no names' --list name
misuse '--list, --verify or --remove, not more than one' --list --remove name
misuse '--list, --verify or --remove, not more than one' --verify --list
misuse '--create goes with installing only' --create --verify
misuse '--create goes with installing only' --remove --create name
misuse '--root=: which directory?' --root= prog
misuse "unrecognized option '--no-such-option'" --no-such-option
ends_with 1 kml-install --root "$work/none" --list
said "kml-install: $work/none: No such file or directory"
said_one_line
