#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Code and data in huge pages of both kinds, that appear, are put together and taken apart under a running program.
. "$(dirname "$0")/lib.sh"
needs distribution
link distribution huge-pages -- -lcmocka -pthread
limit=300 machine distribution --memory 3072 --append "$writes_code hugepagesz=1G hugepages=1 hugepagesz=2M hugepages=16" \
	"$scratch/huge-pages"
limit=300 machine distribution --memory 3072 --append "$writes_code pti=on hugepagesz=1G hugepages=1 hugepagesz=2M hugepages=16" \
	"$scratch/huge-pages"
