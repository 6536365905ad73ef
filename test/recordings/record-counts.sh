#!/bin/sh
# Records the system calls of one run of known-workload with perf, while bpftrace counts them (as root; needs gcc, perf and bpftrace):
#
#   sh test/recordings/record-counts.sh
#
# counts.txt is what bpftrace counted: `calls NR IS_ERROR COUNT`, and of read (0) and write (1) `bytes NR SUM`.
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-counts.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
trap 'kill ${counter:-} 2>/dev/null; rm -rf "$work"' EXIT
gcc -O1 -o "$work/known-workload" known-workload.c -lpthread

# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /proc/kallsyms
mount --bind "$work/empty" /sys/kernel/tracing/saved_cmdlines

# Its threads give themselves names; its first call that counts is the first after exec. A new thread returns from the call that made it
# (clone, clone3) too, with 0.
bpftrace -B line -e '
  BEGIN { printf("counting\n"); }
  tracepoint:raw_syscalls:sys_exit
    /args->id != 59 && !((args->id == 56 || args->id == 435) && args->ret == 0) && (comm == "known-workload" || comm == "ping" || comm == "pong" || comm == "left" || comm == "right")/ {
    @calls[args->id, args->ret < 0] = count();
    if (args->id < 2 && args->ret >= 0) { @bytes[args->id] = sum(args->ret); }
  }' >"$work/counts" &
counter=$!
until grep -q counting "$work/counts" 2>/dev/null; do sleep 0.1; done

rm -rf perf-counts
mkdir perf-counts
LC_ALL=C perf record -q --synth=no -m 1024 --clockid monotonic -o "$work/perf.data" \
  -e raw_syscalls:sys_enter -e raw_syscalls:sys_exit -- "$work/known-workload" "$work/file"
kill -INT "$counter"
wait "$counter" || true
cp "$work/perf.data" perf-counts/perf.data
chmod 644 perf-counts/perf.data
sed -n 's/^@\([a-z]*\)\[\(.*\)\]: \(.*\)/\1 \2 \3/p' "$work/counts" | tr -d , | LC_ALL=C sort >perf-counts/counts.txt
cat perf-counts/counts.txt
ls -l perf-counts
