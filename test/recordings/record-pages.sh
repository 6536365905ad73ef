#!/bin/sh
# Records one run of known-pages with perf (as root; needs gcc and perf). Only events of its own are kept.
#
#   sh test/recordings/record-pages.sh
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-pages.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O1 -static -o "$work/known-pages" known-pages.c

# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /proc/kallsyms
mount --bind "$work/empty" /sys/kernel/tracing/saved_cmdlines

rm -rf perf-pages
mkdir perf-pages
set --
for event in kmem:mm_page_alloc kmem:mm_page_free raw_syscalls:sys_enter raw_syscalls:sys_exit; do
  set -- "$@" -e "$event" --filter 'COMM == "known-pages"'
done
LC_ALL=C perf record -q --synth=no -m 256 --clockid monotonic -o "$work/perf.data" "$@" -- "$work/known-pages"
cp "$work/perf.data" perf-pages/perf.data
ls -l perf-pages
perf script -i perf-pages/perf.data -F comm,event | sort | uniq -c
