# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Part of kernel/build: Debian's kernels as they are, and the module for each. Nothing is installed: the packages are
# unpacked in the cache.

module=$here/module
tested() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$module/TESTED"; }
release_of_flavour() { tested | awk -v flavour="$1" '$1 == flavour { print $2 }'; }
is_module_flavour() { [ -n "$(release_of_flavour "$1")" ]; }

# fetch_package NAME DIRECTORY: unpacks it there
fetch_package() {
	local name=$1 directory=$2 download
	download=$(mktemp -d)
	(cd "$download" && apt-get download -q "$name") >"$download/log" 2>&1 || {
		sed 's/^/  /' "$download/log" >&2
		rm -rf "$download"
		die "apt has no $name (any more): put the release that it has into kernel/module/TESTED, and run the tests on it"
	}
	dpkg-deb --extract "$download"/*.deb "$directory"
	rm -rf "$download"
}

# kbuild_package RELEASE: the one that the headers of this release are used with
kbuild_package() {
	apt-cache depends "linux-headers-$1" | sed -n 's/.*Depends: \(linux-kbuild-.*\)/\1/p' | head -n 1
}
common_package() { echo "linux-headers-$1" | sed 's/-rt-amd64$/-common-rt/; s/-\(cloud-\)\?amd64$/-common/'; }

# debian_kernel RELEASE: prints the directory with boot/, lib/modules/ and usr/src/ of its packages
debian_kernel() {
	local release=$1 root=$cache/debian/$1 package
	if [ ! -d "$root" ]; then
		say "fetching Debian's kernel $release and its headers"
		rm -rf "$root.part"
		mkdir -p "$root.part"
		for package in "linux-image-$release-unsigned" "linux-headers-$release" "$(common_package "$release")" \
			"$(kbuild_package "$release")"; do
			fetch_package "$package" "$root.part"
		done
		# It has the place of the headers that all flavours share
		sed -i "s,/usr/,$root/usr/," "$root.part/usr/src/linux-headers-$release/Makefile"
		mv "$root.part" "$root"
	fi
	echo "$root"
}

module_inputs_hash() {
	{
		gcc -dumpfullversion
		echo "$1"
		grep -m 1 'version: ' "$top/meson.build"
		cat "$here/module.sh" "$module"/stage "$module"/TESTED "$module"/Kbuild "$module"/sections.lds "$module"/*.[chS] "$here"/core/*.[ch] \
			"$here"/core/x86/*.[chS] "$top/include/kml/abi.h" "$test_modules"/*
	} | sha256sum | cut -c 1-12
}

# What the machine needs before it can talk to kml-run, and what tests mount or swap to, in this order; much of it is
# built in
machine_modules="virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_console overlay fuse"
machine_modules+=" zsmalloc lz4_compress lz4hc_compress zram"

# keep_machine_modules ROOT RELEASE DIRECTORY
keep_machine_modules() {
	local root=$1/lib/modules/$2 directory=$3 number=10 name file
	for name in $machine_modules; do
		file=$(find "$root" -name "$name.ko*")
		[ -n "$file" ] || continue
		case $file in
		*.xz) xz -dc "$file" >"$directory/$number-$name.ko" ;;
		*) cp "$file" "$directory/$number-$name.ko" ;;
		esac
		number=$((number + 1))
	done
}

# make_module RELEASE OUT
make_module() {
	local release=$1 out=$2 root object=$tree started=$SECONDS
	root=$(debian_kernel "$release")
	say "the module for $release: building"
	rm -rf "$object"
	"$module/stage" "$object"
	cp -r "$test_modules" "$object/tests"
	make_without_warnings "$root/usr/src/linux-headers-$release" "" "$object.log" M="$object" modules
	make_without_warnings "$root/usr/src/linux-headers-$release" "" "$object.tests.log" M="$object/tests" modules
	rm -rf "$out.part"
	mkdir -p "$out.part/load" "$out.part/modules"
	cp "$root/boot/vmlinuz-$release" "$out.part/bzImage"
	# The tools read it as they read a vmlinux
	ln "$out.part/bzImage" "$out.part/vmlinux"
	cp "$root/boot/config-$release" "$out.part/kernel.config"
	keep_machine_modules "$root" "$release" "$out.part/load"
	strip --strip-debug -o "$out.part/load/50-kml.ko" "$object/kml.ko"
	cp "$object"/tests/*.ko "$out.part/modules/"
	echo "$release" >"$out.part/release"
	rm -rf "$out"
	mv "$out.part" "$out"
	say "the module for $release: built in $((SECONDS - started)) s"
}

build_module_flavour() {
	local flavour=$1 release out tree
	release=$(release_of_flavour "$flavour")
	tree=$cache/object/module-$release
	out=$cache/kernels/$flavour-$(module_inputs_hash "$release")
	if [ "$print_only" = 0 ] && [ ! -f "$out/release" ]; then
		lock
		[ -f "$out/release" ] || make_module "$release" "$out"
		forget_older "$flavour" "$out"
		unlock
	fi
	[ "$print_only" = 1 ] || ln -sfn "${out##*/}" "$cache/kernels/stock${flavour#module}"
	echo "$out"
}
