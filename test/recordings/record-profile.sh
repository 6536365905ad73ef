#!/bin/sh
# Records one run of known-profile with perf (as root; needs gcc and perf): a sample each millisecond that it runs, with call chains.
#
#   sh test/recordings/record-profile.sh
#
# functions.txt is the list of its functions, since the program itself is not kept.
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-profile.sh
fi
hostname "$RECORDING_HOST"

# A path that is the same wherever this is recorded.
mount -t tmpfs none /srv
gcc -O0 -o /srv/known-profile known-profile.c

# Where the kernel begins; its other symbols, and the names of its modules, are of no use here.
grep -E ' (_text|_stext|_etext)$' /proc/kallsyms >/srv/kallsyms
: >/srv/empty
mount --bind /srv/kallsyms /proc/kallsyms
if [ -e /proc/modules ]; then mount --bind /srv/empty /proc/modules; fi

rm -rf profile
mkdir profile
(cd /srv && LC_ALL=C perf record -q -N -F 1000 -e cpu-clock --call-graph fp --clockid monotonic -o perf.data ./known-profile)
cp /srv/perf.data profile/perf.data
nm /srv/known-profile | grep ' [tT] ' | sort >profile/functions.txt
ls -l profile
