#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's redis-server, given a function of the kernel in the place of libc's random(), serves in kernel mode.
. "$(dirname "$0")/lib.sh"
needs demo

# The server is in redis-tools, too, under another name; it looks at the one that it is started with.
cp /usr/bin/redis-check-rdb "$scratch/redis-server"
"$build/src/kml-link" --kernel "${kernels[demo]}" --import=random=get_random_u32 "$scratch/redis-server"
"$build/src/kml-link" --show "$scratch/redis-server" | grep -q '^get_random_u32  *function  *gate' || fail "no import"

said=$(limit=500 machine demo --user-mode --add /trusted/redis-server="$scratch/redis-server" \
	--add /bin/redis-cli=/usr/bin/redis-cli /bin/busybox sh -euc '
	/trusted/redis-server --port 0 --unixsocket /tmp/redis --save "" --logfile /tmp/log --dir /tmp &
	ask() { redis-cli -s /tmp/redis "$@"; }
	for try in $(/bin/busybox seq 100); do
		[ "$(ask ping 2>/dev/null)" != PONG ] || break
		/bin/busybox sleep 1
	done
	ask set greeting hello
	ask get greeting
	ask eval "for i = 1, 500 do redis.call(\"incr\", \"count\"); redis.call(\"sadd\", \"set\", i) end return redis.call(\"get\", \"count\")" 0
	ask scard set
	# Both ask for random numbers.
	ask randomkey | /bin/busybox grep -qx "greeting\|count\|set" && echo a random key
	ask srandmember set 500 | /bin/busybox sort -u | /bin/busybox wc -l
	ask shutdown nosave
	wait $!
	echo ended with $?' | tr -d '\r')
[ "$said" = "OK
hello
500
500
a random key
500
ended with 0" ] || fail "$said"
