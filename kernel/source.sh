# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Part of kernel/build: Debian's source, and trees of it with the series or a part of it.

package=linux-source-6.12

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

source_version() { dpkg-query -W -f '${Version}' "$package" 2>/dev/null; }

fetch_source() {
	[ -n "$(source_version)" ] && [ -f /usr/src/$package.tar.xz ] && return
	say "fetching Debian's $package"
	as_root apt-get install -y --no-install-recommends "$package" >/dev/null ||
		die "apt cannot install $package: run 'apt-get update', or look for it with 'apt-cache policy $package'"
}

pristine_path() { echo "$cache/source/$(source_version)"; }

unpack() {
	local tree=$1
	mkdir -p "$tree.part"
	(
		flock 8
		# Someone else may have done it while we waited
		[ ! -d "$tree" ] || exit 0
		say "unpacking $package $(source_version)"
		rm -rf "$tree.part"/*
		tar -C "$tree.part" --strip-components=1 -xf /usr/src/$package.tar.xz
		mv "$tree.part" "$tree"
	) 8> "$tree.lock"
}

# Debian's source, untouched, once for each version
pristine_tree() {
	local tree
	tree=$(pristine_path)
	[ -d "$tree" ] || unpack "$tree"
	echo "$tree"
}

# Other architectures' are left out: of patches, of the files of the core and of the glue
architecture=x86
of_architecture() {
	local other
	case $architecture in x86) other=arm ;; arm) other=x86 ;; esac
	grep -v -E -e "^[0-9]+-$other-" -e "(^|/)$other/"
}

all_patches() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$series/series" | of_architecture; }

# first_patches COUNT
first_patches() { all_patches | awk -v count="$1" 'NR <= count'; }

# patched_files COUNT: the files that the first patches touch
patched_files() {
	(cd "$series" && first_patches "$1" | xargs -r sed -n 's,^+++ b/\([^[:space:]]*\).*,\1,p') | LC_ALL=C sort -u
}

# our_files COUNT: every file of ours in the tree, as "source<TAB>destination". The hooks need the headers from the
# first patch on; what they lead to comes with the last one, which lets it be enabled.
our_files() {
	local file
	[ "$1" -gt 0 ] || return 0
	(cd "$series/glue" && find include arch -type f | of_architecture | LC_ALL=C sort) | while read -r file; do
		printf '%s\t%s\n' "$series/glue/$file" "$file"
	done
	printf '%s\t%s\n' "$top/include/kml/abi.h" include/kml/abi.h
	[ "$1" = "$(all_patches | wc -l)" ] || return 0
	(cd "$here/core" && find . -type f | of_architecture | LC_ALL=C sort) | while read -r file; do
		printf '%s\t%s\n' "$here/core/$file" "kernel/kml/${file#./}"
	done
	for file in "$series"/glue/host*; do
		printf '%s\t%s\n' "$file" "kernel/kml/${file##*/}"
	done
}

# describe_source COUNT: changes when the source does
describe_source() {
	local file from to
	source_version
	our_files "$1" | while IFS=$'\t' read -r from to; do
		echo "$to $(sha256sum < "$from")"
	done
	first_patches "$1" | while read -r file; do sha256sum < "$series/$file"; done
}

# Applies the first patches to copies of the files that they touch, so that a
# series that no longer fits leaves nothing behind.
stage_series() {
	local pristine=$1 count=$2 stage=$3 file patch log from to
	rm -rf "$stage"
	mkdir -p "$stage"
	patched_files "$count" | while read -r file; do
		[ -f "$pristine/$file" ] || continue
		mkdir -p "$stage/$(dirname "$file")"
		cp -p "$pristine/$file" "$stage/$file"
	done
	first_patches "$count" | while read -r patch; do
		log=$(patch -d "$stage" -p1 --fuzz=0 --no-backup-if-mismatch -i "$series/$patch" 2>&1) || {
			say "$patch does not apply to $package $(source_version):"
			printf '%s\n' "$log" | grep -E 'FAILED|can.t find|No file|malformed' | sed 's/^/  /' >&2
			die "the series was made for $(cat "$series/BASE"); refresh that patch, or install that version"
		}
		if printf '%s\n' "$log" | grep -q 'with fuzz'; then
			die "$patch applies to $package $(source_version) only with fuzz: refresh it"
		fi
	done
	our_files "$count" | while IFS=$'\t' read -r from to; do
		mkdir -p "$stage/$(dirname "$to")"
		cp "$from" "$stage/$to"
	done
}

# put FILE PLACE: never writes into PLACE, which may be a link to a file of the pristine tree
put() {
	mkdir -p "$(dirname "$2")"
	cp --remove-destination "$1" "$2"
}

# prepare_tree COUNT TREE: Debian's source with the first patches. It is kept, and changes as little as can be from one
# call to the next, so that make builds again only what has to be. Unchanged files are links to the pristine ones.
prepare_tree() {
	local count=$1 tree=$2 pristine stage=$2.stage file
	pristine=$(pristine_tree)
	[ "$tree" != "$pristine" ] || return 0
	if [ ! -d "$tree" ]; then
		rm -rf "$tree.part"
		mkdir -p "$(dirname "$tree")"
		cp -al "$pristine" "$tree.part"
		mv "$tree.part" "$tree"
	fi
	stage_series "$pristine" "$count" "$stage"
	if [ -f "$tree.ours" ]; then
		while read -r file; do
			[ -e "$stage/$file" ] && continue
			if [ -e "$pristine/$file" ]; then put "$pristine/$file" "$tree/$file"; else rm -f "$tree/$file"; fi
		done < "$tree.ours"
	fi
	(cd "$stage" && find . -type f) | sed 's,^\./,,' > "$tree.ours"
	while read -r file; do
		cmp -s "$stage/$file" "$tree/$file" || put "$stage/$file" "$tree/$file"
	done < "$tree.ours"
}
