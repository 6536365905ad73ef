#!/bin/sh
# Records which pages pages.c asks for and gives back (as root; needs gcc and perf):
#
#   sh examples/pages/record.sh
set -eu
cd "$(dirname "$0")"

# A recording has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts sh ./record.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
gcc -O1 -o "$work/pages" pages.c
trace=$PWD/trace
cd "$work"
perf record -o perf.data --no-buildid -k mono -m 1M -e kmem:mm_page_alloc -e kmem:mm_page_free -e task:task_rename ./pages
rm -rf "$trace"
perf data convert --to-ctf "$trace" -i perf.data
chmod 755 "$trace"
chmod 644 "$trace"/*
