#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process in kernel mode changes its address space in use, and loses its vDSO, as an ordinary one does.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
three_ways debug mappings --icount --append "$writes_code"
expect_as_ordinary instruction </dev/null
# System calls of the gate seem to come from the vDSO, and return there when something is pending; see kml(7). The module
# has no place there.
[ -n "${KML_HOST:-}" ] || cat >"$scratch/exceptions" <<'END'
without_vdso: SEGV, code 1, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
with_vdso_elsewhere: SEGV, code 1, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
vdso_without_rights: SEGV, code 2, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
END
touch "$scratch/exceptions"
expect_as_ordinary gate <"$scratch/exceptions"
