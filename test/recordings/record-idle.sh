#!/bin/sh
# Records the sleep of CPU 0 during one run of known-idle with ftrace, while bpftrace counts it and adds it up (as root; needs gcc, trace-cmd and
# bpftrace):
#
#   sh test/recordings/record-idle.sh
#
# counts.txt is what bpftrace counted between the two marks of known-idle: how often CPU 0 fell asleep and was awake again, by state, and how
# many nanoseconds it slept in each.
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-idle.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
tracing=/sys/kernel/tracing
[ -d "$tracing/events" ] || mount -t tracefs nodev "$tracing"
instance=$tracing/instances/diatrace-known-idle
trap 'kill ${counter:-} 2>/dev/null; rm -rf "$work"; [ ! -d "$instance" ] || rmdir "$instance"' EXIT
gcc -O1 -o "$work/known-idle" known-idle.c

# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /proc/kallsyms
mount --bind "$work/empty" "$tracing/saved_cmdlines"

mkdir -p "$instance"
echo 0 >"$instance/tracing_on"
echo mono >"$instance/trace_clock"
echo 'comm == "known-idle"' >"$instance/events/syscalls/sys_enter_getppid/filter"
echo 'cpu_id == 0' >"$instance/events/power/cpu_idle/filter"
echo 1 >"$instance/events/syscalls/sys_enter_getppid/enable"
echo 1 >"$instance/events/power/cpu_idle/enable"

# The mark is made on CPU 0, which is awake then.
bpftrace -B line -e '
  BEGIN { printf("counting\n"); }
  tracepoint:syscalls:sys_enter_getppid /comm == "known-idle"/ { @between = @between == 0; }
  tracepoint:power:cpu_idle /args->cpu_id == 0 && @between/ {
    @count[args->state] = count();
    if (args->state == 4294967295) {
      @asleep[@state] = sum(nsecs - @since);
    } else {
      @state = (uint64)args->state;
      @since = nsecs;
    }
  }
  END { clear(@between); clear(@state); clear(@since); }' >"$work/counts" &
counter=$!
until grep -q counting "$work/counts" 2>/dev/null; do sleep 0.1; done

echo 1 >"$instance/tracing_on"
"$work/known-idle"
echo 0 >"$instance/tracing_on"
kill -INT "$counter"
wait "$counter" || true

rm -rf ftrace-idle
mkdir ftrace-idle
trace-cmd extract -B diatrace-known-idle -o "$work/trace.dat"
cp "$work/trace.dat" ftrace-idle/trace.dat
sed -n 's/^@\(count\|asleep\)\[\(.*\)\]: \(.*\)/\1 \2 \3/p' "$work/counts" | LC_ALL=C sort >ftrace-idle/counts.txt
chmod 644 ftrace-idle/*
cat ftrace-idle/counts.txt
ls -l ftrace-idle
