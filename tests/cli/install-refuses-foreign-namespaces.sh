#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In namespaces of one's own, the trusted directory is not the kernel's, or root is not root.
. "$(dirname "$0")/image.sh"

ends_with 1 unshare -m kml-install /bin/true
said 'this is a mount namespace of its own: the kernel trusts only the first one; run it outside'
said_one_line
ends_with 1 unshare -U -r kml-install /bin/true
said "this is a user namespace: its root is not the system's; run it outside"
said_one_line
# One that has all users.
cat >script <<'END'
unshare -U sh -c 'echo >ready; until [ -e mapped ]; do sleep 0.05; done; exec kml-install /bin/true' &
until [ -e ready ]; do sleep 0.05; done
echo '0 0 4294967295' >/proc/$!/uid_map
echo '0 0 4294967295' >/proc/$!/gid_map
echo >mapped
wait $!
END
ends_with 1 timeout 60 sh script
said 'this is a user namespace'

# A container: who looks like the first process there is not.
ends_with 1 unshare -m -p -f --mount-proc kml-install /bin/true
said 'cannot tell whether this is a chroot or a container: /proc does not show the threads of the kernel'
said_one_line
said 'cannot tell whether this is a chroot or a container: /proc does not show the threads of the kernel'

# For an image, it does not matter where its builder is.
static_program prog
ends_with 0 unshare -m kml-install --root "$image" --create prog
# A record of such a root would be worth nothing.
ends_with 1 unshare -U -r kml-install --root "$image" prog
said '--no-record does without'
ends_with 0 unshare -U -r kml-install --root "$image" --no-record prog
