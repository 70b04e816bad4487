# SPDX-License-Identifier: GPL-2.0-or-later
# From what the runner prints to lines "PROGRAM<TAB>RESULT", one for each result of a test case and one for each end of
# a program. What differs from run to run (addresses, process numbers, times) becomes a letter.

function normal(text) {
	gsub(/(trusted|regular)\/selftests/, "DIRECTORY/selftests", text)
	gsub(/0x[0-9a-fA-F]+/, "H", text)
	gsub(/[0-9]+(\.[0-9]+)?/, "N", text)
	gsub(/[ \t]+/, " ", text)
	sub(/ $/, "", text)
	return text
}

/^== (status|signal) [0-9]+ after / { print program "\t" $2 " " $3; next }
/^== time-out after / { print program "\ttime-out"; next }
/^== / { program = substr($0, 4); next }

# The number of a case in TAP counts
match($0, /^  (not )?ok [0-9]+/) {
	print program "\t" substr($0, 3, RLENGTH - 2) normal(substr($0, RLENGTH + 1))
	next
}
# What TAP has behind # is for people
/^  #/ { next }
tolower($0) ~ /(^|[^a-z])(ok|pass(ed)?|fail(ed|ure)?|skip(ped|ping)?|error|done|bail out|sig_segv)([^a-z]|$)/ {
	print program "\t" normal(substr($0, 3))
}
