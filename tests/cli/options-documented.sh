#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every option that --help prints is in the man page and in the completions of the three shells.
. "$(dirname "$0")/run.sh"

root=$(cd "$here/../.." && pwd)
missing=0

# Where it is looked for, and the word that it has to be there: as a whole.
look() {
	[ -r "$1" ] || { echo "$1: is missing"; missing=$((missing + 1)); return; }
	grep -qE -- "$2" "$1" || { echo "$1: $option of $tool is missing"; missing=$((missing + 1)); }
}

for tool in kml-link kml-run kml-install; do
	# A line begins with "-v, --verbose" or "--add=[DEST=]FILE"; behind it is text, which may name other options.
	options=$("$tool" --help | sed -nE 's/^ {2,6}((-[^ ,]+(, )?)+).*/\1/p' | sed -E 's/\[?=[^ ,]*//g' | tr -d , | tr ' ' '\n' |
		grep '^-' | sort -u)
	[ "$(echo "$options" | wc -l)" -ge 5 ] || fail "$tool --help lists too little: $options"
	for option in $options; do
		name=$(echo "$option" | sed -E 's/^--?//; s/\?/\\?/')
		end='([^a-zA-Z0-9-]|$)'
		look "$(echo "$root/man/$tool".?.scd)" "\\*--?$name\\*"
		look "$root/completions/bash/$tool" "[ 	']--?$name$end"
		look "$root/completions/zsh/_$tool" "--?\\\\?$name$end"
		case $option in
		--*) look "$root/completions/fish/$tool.fish" "-l '?$name$end" ;;
		*) look "$root/completions/fish/$tool.fish" "-s '?$name$end" ;;
		esac
	done
done
[ "$missing" = 0 ] || fail "$missing options are not documented everywhere"
