#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Rights are asked for by capability, and the one that is missing is named.
. "$(dirname "$0")/run.sh"

if [ "$(id -u)" != 0 ]; then
	ends_with 1 kml-install /bin/cat
	said 'kml-install: the capability CAP_CHOWN is missing; run it with sudo'
	said_one_line
	exit 0
fi
command -v setpriv >/dev/null || skip "no setpriv (apt install util-linux)"
chmod 755 "$work"
cp "$KML_BUILD/src/kml-install" tool
for capability in chown dac_override fowner sys_admin; do
	ends_with 1 setpriv --bounding-set=-$capability --inh-caps=-$capability ./tool /bin/cat
	said "the capability CAP_$(echo $capability | tr a-z A-Z) is missing; run it with sudo"
	said_one_line
done
ends_with 1 setpriv --reuid=65534 --clear-groups ./tool /bin/cat
said 'the capability CAP_CHOWN is missing'
