#!/bin/sh
# Records one run of known-competition with perf (as root; needs gcc and perf). Of CPU 0 those switches and wake-ups are kept that are of its
# threads alone, and system calls of its threads.
#
#   sh test/recordings/record-competition.sh
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-competition.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O1 -o "$work/known-competition" known-competition.c -lpthread

# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /proc/kallsyms
mount --bind "$work/empty" /sys/kernel/tracing/saved_cmdlines

# any FIELD: true where it is the name of one of the threads.
any() { echo "($1 == \"filler\" || $1 == \"victim\" || $1 == \"hog\")"; }

# Not sched_waking: perf sched goes by sched_wakeup, and so are its times the same as ours.
rm -rf perf-competition
mkdir perf-competition
LC_ALL=C perf record -q -a -C 0 --synth=no -m 256 --clockid monotonic -o "$work/perf.data" \
  -e sched:sched_switch --filter "$(any prev_comm) && $(any next_comm)" \
  -e sched:sched_wakeup --filter "$(any comm)" -e sched:sched_wakeup_new --filter "$(any comm)" \
  -e raw_syscalls:sys_enter --filter "$(any COMM)" -e raw_syscalls:sys_exit --filter "$(any COMM)" \
  -- "$work/known-competition"
cp "$work/perf.data" perf-competition/perf.data
ls -l perf-competition
perf script -i perf-competition/perf.data -F comm,event | sort | uniq -c
