#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# 125, 126 and 127 before any machine is started, with one line each.
. "$(dirname "$0")/run.sh"

ends_with 127 kml-run --machine ./none
said_first 'kml-run: ./none: No such file or directory'
ends_with 127 kml-run --machine no-such-command
said_first 'kml-run: no-such-command: not found'
echo '#!/bin/sh' >script
ends_with 126 kml-run --machine ./script
said_first 'kml-run: ./script: not executable; chmod +x makes it so'
chmod +x script
ends_with 126 kml-run --machine ./script
said 'script: not an ELF program'
said_one_line
ends_with 126 kml-run --machine /
said_one_line
said_first 'kml-run: /: is a directory'
ends_with 126 kml-run --machine .
said_one_line
said_first 'kml-run: .: is a directory'
# In PATH, directories are no programs.
mkdir -p path/directory
ends_with 127 env PATH="$work/path" "$KML_BUILD/src/kml-run" --machine directory
said_first 'kml-run: directory: not found'

# What --add names is no part of the program: kml-run itself fails.
ends_with 125 kml-run --machine --add none /bin/true
said_first 'kml-run: none: No such file or directory'
ends_with 125 kml-run --machine --add . /bin/true
said_one_line
ends_with 125 kml-run --machine --add rel=/bin/ls /bin/true
said_first "kml-run: --add=rel=/bin/ls: 'rel' is not an absolute path"

ends_with 125 kml-run --no-such-option ./script
said "kml-run: unrecognized option '--no-such-option'"
ends_with 125 kml-run --cpus 0 /bin/true
said "kml-run: --cpus=0: not a number from 1 to 8"
ends_with 125 kml-run --timeout x /bin/true
said "kml-run: --timeout=x: not a number from 1 to 1000000"
ends_with 125 kml-run
said 'which program?'
ends_with 125 env KML_CACHE="$work" kml-run --machine /bin/true
said "kml-run: no kernel in $work/kernels"
said_one_line

# A file with the signature is enough to get as far as QEMU, which is not in this PATH.
{ head -c 514 /dev/zero; printf HdrS; } >bzImage
ends_with 125 env PATH=/none "$KML_BUILD/src/kml-run" --machine -k bzImage /bin/true
said_first 'kml-run: qemu-system-x86_64 is not installed: apt install qemu-system-x86'
said_one_line
# QEMU's own reason is passed on.
command -v qemu-system-x86_64 >/dev/null || exit 0
ends_with 125 kml-run --machine -k bzImage --memory 900000 /bin/true
said 'the machine ended without a verdict: qemu-system-x86_64: '
