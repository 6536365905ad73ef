#!/bin/sh
# Records one run of known-locks with perf (as root; needs gcc and perf). Only events of its own threads are kept.
#
#   sh test/recordings/record-locks.sh
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-locks.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O1 -o "$work/known-locks" known-locks.c -lpthread

# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /proc/kallsyms
mount --bind "$work/empty" /sys/kernel/tracing/saved_cmdlines

rm -rf perf-locks
mkdir perf-locks
(cd "$work" && LC_ALL=C perf record -q --synth=no -m 256 --clockid monotonic -o perf.data \
  -e lock:contention_begin -e lock:contention_end ./known-locks)
cp "$work/perf.data" perf-locks/perf.data
perf script -i perf-locks/perf.data -F comm,event | sort | uniq -c
