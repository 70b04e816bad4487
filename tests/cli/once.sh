#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/once remembers what has passed, with these inputs and no others, and never a failure.
. "$(dirname "$0")/common.sh"
unset CI
export KML_CACHE=$work/cache
echo input >input
once() { "$here/../once" a-test input =words -- "$@"; }

cat >command <<'END'
#!/bin/sh
echo run >>runs
exit $(cat status)
END
chmod +x command
runs() { [ "$(cat runs 2>/dev/null | wc -l)" = "$1" ] || fail "$2: run $(cat runs | wc -l) times, not $1"; }

echo 3 >status
ends_with 3 once ./command
ends_with 3 once ./command
runs 2 "what fails"
echo 77 >status
ends_with 77 once ./command
ends_with 77 once ./command
runs 4 "what is skipped"

echo 0 >status
ends_with 0 once ./command
runs 5 "what passes for the first time"
echo 1 >status
ends_with 0 once ./command
runs 5 "what has passed"
grep -q 'passed with exactly these inputs' out || fail "did not say that nothing was run"

CI=true ends_with 1 once ./command
runs 6 "what has passed, in CI"
ends_with 1 once ./command
runs 7 "what has failed since"

echo 0 >status
ends_with 0 once ./command
echo other >input
echo 1 >status
ends_with 1 once ./command
runs 9 "what has passed with another file"

echo 0 >status
ends_with 0 once ./command
ends_with 0 "$here/../once" a-test input =other -- ./command
ends_with 0 "$here/../once" a-test input =other -- ./command ./argument
runs 12 "what has passed with other words"
ends_with 1 "$here/../once" a-test missing -- ./command
runs 12 "without an input"
