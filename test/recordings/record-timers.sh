#!/bin/sh
# Records one run of known-timers with perf (as root; needs gcc and perf): its high-resolution timers, and the timers of the kernel and the work of its
# workers meanwhile, all on CPU 0.
#
#   sh test/recordings/record-timers.sh
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-timers.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O1 -o "$work/known-timers" known-timers.c

wakeup=0x$(awk '$3 == "hrtimer_wakeup" { print $1 }' /proc/kallsyms)
# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /proc/kallsyms
mount --bind "$work/empty" /sys/kernel/tracing/saved_cmdlines

# The ends of an hrtimer's function have its address alone: those of others are recorded too.
set -- -e timer:hrtimer_start --filter 'COMM == "known-timers"' -e timer:hrtimer_expire_entry --filter "function == $wakeup"
for event in hrtimer_cancel hrtimer_expire_exit timer_start timer_cancel timer_expire_entry timer_expire_exit; do
  set -- "$@" -e "timer:$event"
done
for event in queue_work activate_work execute_start execute_end; do
  set -- "$@" -e "workqueue:workqueue_$event"
done
# A neighbour of the lowest priority keeps the CPU from idling: on some virtual machines perf loses the events of an idle CPU.
taskset -c 0 chrt --idle 0 sh -c 'while :; do :; done' &
neighbour=$!
trap 'kill $neighbour; rm -rf "$work"' EXIT

rm -rf perf-timers
mkdir perf-timers
LC_ALL=C perf record -q -C 0 --synth=no -m 256 --clockid monotonic -o "$work/perf.data" "$@" -- taskset -c 0 "$work/known-timers"
cp "$work/perf.data" perf-timers/perf.data
perf script -i perf-timers/perf.data -F event | sort | uniq -c
