#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel starts another by kexec, on the word of either kind of process and with both running; and programs run in
# kernel mode on that one, too.
. "$(dirname "$0")/lib.sh"
needs distribution
link distribution nap -- -static

# What the second kernel gets: kml-run's first process and a job for it, so that its verdict is that of the test
second=$scratch/second
mkdir -p "$second/bin" "$second/trusted" "$second/dev" "$second/proc" "$second/sys/kernel" "$second/tmp" "$second/run"
cp "$build/src/guest/kml-guest-init" "$second/init"
cp /bin/busybox "$second/bin/"
cp "$programs/mode" "$scratch/nap" "$second/trusted/"
cp "$programs/mode" "$second/bin/"
cp "$top/tests/vm/programs/second-kernel.sh" "$second/run.sh"
# What kml-run does for the first one
if [ -d "${kernels[distribution]}/load" ]; then cp -r "${kernels[distribution]}/load" "$second/.kml-modules"; fi
printf '%s\0' 'kml-job 1' /bin/busybox 3 busybox sh /run.sh 0 >"$second/.kml-job"
(cd "$second" && find . | cpio --quiet -o -H newc -R 0:0) >"$scratch/initrd"

for place in bin trusted; do
	limit=200 machine distribution --memory 1024 --user-mode --add /trusted/kexec="$programs/kexec" \
		--add /bin/kexec="$programs/kexec" --add /bin/load="$programs/load" --add /trusted/load="$programs/load" \
		--add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
		--add /bzImage="${kernels[distribution]}/bzImage" --add /initrd="$scratch/initrd" \
		--add /kexec.sh="$top/tests/vm/programs/kexec.sh" /bin/busybox sh /kexec.sh /$place/kexec >"$scratch/out"
	grep -qx 'second kernel' "$scratch/out" || fail "the second kernel did not run: $(cat "$scratch/out")"
done
