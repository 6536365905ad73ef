#!/bin/sh
# Records one run of known-workload with three tracers' formats at the same time (as root; needs gcc, perf and trace-cmd):
#
#   sh test/recordings/record.sh [NAME…]
#
#   perf/perf.data     by perf, with the kernel's monotonic clock
#   ftrace/trace.dat   by ftrace, in an instance of its own with the same clock, taken out by trace-cmd
#   perf-ctf/          perf.data, converted to CTF by perf
#
# Both tracers keep the same events: interrupts, and those in which a thread of the workload runs, or is woken or switched to. Each NAME is a task that
# is none of your business: switches from it and to it, and what it wakes, are left out. The names in the recording are listed at the end.
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts sh ./record.sh "$@"
fi
hostname "$RECORDING_HOST"

names=$*
work=$(mktemp -d)
tracing=/sys/kernel/tracing
[ -d "$tracing/events" ] || mount -t tracefs nodev "$tracing"
instance=$tracing/instances/diatrace-known-workload

# Neighbours of the lowest priority keep the CPUs from idling: on some virtual machines perf loses the events of an idle CPU.
neighbours=
for cpu in 0 1; do
  taskset -c "$cpu" chrt --idle 0 sh -c 'while :; do :; done' &
  neighbours="$neighbours $!"
done
trap 'kill $neighbours; rm -rf "$work"; [ ! -d "$instance" ] || rmdir "$instance"' EXIT

gcc -O1 -o "$work/known-workload" known-workload.c -lpthread

# any FIELD…: true where one of the fields is the name of a thread of the workload.
any() {
  text=
  for field; do
    for name in known-workload ping pong left right; do text="${text:+$text || }$field == \"$name\""; done
  done
  echo "$text"
}

# without FIELD…: a filter, true where none of the fields is a NAME.
without() {
  text='common_type != 0'
  for field; do
    for name in $names; do text="$text && $field != \"$name\""; done
  done
  echo "$text"
}
wakings="($(any comm)) && $(without COMM)"
switches="($(any prev_comm next_comm)) && $(without prev_comm next_comm)"

events='raw_syscalls:sys_enter raw_syscalls:sys_exit
  sched:sched_process_fork sched:sched_process_exec sched:sched_process_exit
  block:block_rq_insert block:block_rq_issue irq:softirq_raise'
interrupts='block:block_rq_complete irq:irq_handler_entry irq:irq_handler_exit irq:softirq_entry irq:softirq_exit'
mkdir -p "$instance"
echo 0 >"$instance/tracing_on"
echo mono >"$instance/trace_clock"
echo 8192 >"$instance/buffer_size_kb"

set --
enable() { # EVENT FILTER
  echo "$2" >"$instance/events/$(echo "$1" | tr : /)/filter"
  echo 1 >"$instance/events/$(echo "$1" | tr : /)/enable"
}
for event in $events; do
  set -- "$@" -e "$event" --filter "$(any COMM)"
  enable "$event" "$(any COMM)"
done
for event in $interrupts; do
  set -- "$@" -e "$event" --filter "$(without COMM)"
  enable "$event" "$(without COMM)"
done
for event in sched:sched_waking sched:sched_wakeup sched:sched_wakeup_new sched:sched_migrate_task; do
  set -- "$@" -e "$event" --filter "$wakings"
  enable "$event" "$wakings"
done
set -- "$@" -e sched:sched_switch --filter "$switches"
enable sched:sched_switch "$switches"

# What both take along beside events: names of tasks, those of the workload and of the kernel alone, and the kernel's symbols, which are of no use here.
: >"$work/empty"
cat >"$work/with-few-names" <<'END'
work=$1 tracing=$2
shift 2
grep -E ' (known-workload|ping|pong|left|right|sh|[kr][a-z]+[/_][^ ]*)$' "$tracing/saved_cmdlines" >"$work/names" || true
mount --bind "$work/names" "$tracing/saved_cmdlines"
mount --bind "$work/empty" /proc/kallsyms
exec "$@"
END
with_few_names() {
  unshare --mount sh "$work/with-few-names" "$work" "$tracing" "$@"
}

echo 1 >"$instance/tracing_on"
LC_ALL=C with_few_names perf record -q -a --synth=no -m 1024 --clockid monotonic -o "$work/perf.data" "$@" -- \
  "$work/known-workload" "$work/file"
echo 0 >"$instance/tracing_on"

rm -rf perf ftrace perf-ctf
mkdir perf ftrace
cp "$work/perf.data" perf/perf.data
perf data convert -i perf/perf.data --to-ctf perf-ctf
with_few_names trace-cmd extract -B diatrace-known-workload -o "$work/trace.dat"
cp "$work/trace.dat" ftrace/trace.dat
echo 'The tasks in it:'
{
  perf script -i perf/perf.data -F comm
  perf script -i perf/perf.data -F trace 2>/dev/null | grep -o '\(prev_comm\|next_comm\|comm\)=[^ ]*' | sed 's/.*=//'
} | sed 's/ *$//;s/^ *//' | sort | uniq -c | sort -rn
