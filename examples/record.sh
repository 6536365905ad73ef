#!/bin/sh
# Records examples/workload.sh into the CTF trace examples/first-trace. Run it as root on an otherwise idle machine of 2 CPUs:
#
#   sh examples/record.sh [NAME…]
#
# Every task of the machine is recorded, so that who took the CPU and who woke whom is known. Each NAME is a task that is
# none of your business: it is left out with its system calls, wake-ups and switches, and its moments count for the task
# that ran before. The names in the trace are listed at the end: look at them before you give such a trace away.
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts sh ./record.sh "$@"
fi
hostname "$RECORDING_HOST"

names=$*
data=$(mktemp -d)
[ -d /sys/kernel/tracing/events ] || mount -t tracefs nodev /sys/kernel/tracing

# A neighbour of the lowest priority keeps CPU 1 from idling. On the machine of the bundled trace perf
# lost every event that came while that CPU was idle, without counting it.
taskset -c 1 chrt --idle 0 ./neighbour.sh &
neighbour=$!
trap 'kill "$neighbour"; rm -r "$data"' EXIT

# filter FIELD…: a perf filter, true when none of the fields is one of the names. COMM is the task that runs.
filter() {
  text='common_type != 0'
  for name in $names; do
    for field; do text="$text && $field != \"$name\""; done
  done
  echo "$text"
}

# --exclude-perf: otherwise each write of perf is an event that perf has to write.
set -- \
  -e raw_syscalls:sys_enter --filter "$(filter COMM)" --exclude-perf \
  -e raw_syscalls:sys_exit --filter "$(filter COMM)" --exclude-perf \
  -e sched:sched_switch --filter "$(filter prev_comm next_comm)"
for event in sched:sched_waking sched:sched_wakeup sched:sched_wakeup_new; do
  set -- "$@" -e "$event" --filter "$(filter COMM comm)"
done
for event in sched:sched_process_fork sched:sched_process_exec sched:sched_process_exit \
  block:block_rq_insert block:block_rq_issue block:block_rq_complete \
  irq:irq_handler_entry irq:irq_handler_exit; do
  set -- "$@" -e "$event" --filter "$(filter COMM)"
done

# -m 1024: a ring of 4 MB for each CPU, so that perf need not wake up while the workload runs.
# LC_ALL=C: otherwise a third of all system calls is the search for message catalogues.
LC_ALL=C perf record -a -m 1024 -o "$data/perf.data" "$@" -- ./workload.sh

rm -rf first-trace
perf data convert -i "$data/perf.data" --to-ctf first-trace
echo 'The tasks in it, and their events:'
perf script -i "$data/perf.data" -F comm | sort | uniq -c | sort -rn
