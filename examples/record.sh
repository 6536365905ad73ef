#!/bin/sh
# Records examples/workload.sh into the CTF trace examples/first-trace. Run it as root on an otherwise idle machine of 2 CPUs.
# Every task of the machine is recorded, so that who took the CPU and who woke whom is known: look at
# the names of the tasks before you give such a trace away.
set -eu
cd "$(dirname "$0")"
data=$(mktemp -d)

[ -d /sys/kernel/tracing/events ] || mount -t tracefs nodev /sys/kernel/tracing

# A neighbour of the lowest priority keeps CPU 1 from idling. On the machine of the bundled trace perf
# lost every event that came while that CPU was idle, without counting it.
taskset -c 1 chrt --idle 0 ./neighbour.sh &
neighbour=$!
trap 'kill "$neighbour"; rm -r "$data"' EXIT

# -m 1024: a ring of 4 MB for each CPU, so that perf need not wake up while the workload runs.
# --exclude-perf: otherwise each write of perf is an event that perf has to write.
# LC_ALL=C: otherwise a third of all system calls is the search for message catalogues.
LC_ALL=C perf record -a -m 1024 -o "$data/perf.data" \
  -e raw_syscalls:sys_enter,raw_syscalls:sys_exit --exclude-perf \
  -e sched:sched_switch,sched:sched_waking,sched:sched_wakeup,sched:sched_wakeup_new \
  -e sched:sched_process_fork,sched:sched_process_exec,sched:sched_process_exit \
  -e block:block_rq_insert,block:block_rq_issue,block:block_rq_complete \
  -e irq:irq_handler_entry,irq:irq_handler_exit \
  -- ./workload.sh

rm -rf first-trace
perf data convert -i "$data/perf.data" --to-ctf first-trace
