#!/bin/sh
# Records one run of known-ipis with perf, while bpftrace counts the same events of the same threads (as root; needs gcc, perf and bpftrace).
#
#   sh test/recordings/record-ipis.sh
#
# counts.txt is what bpftrace counted.
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --mount sh ./record-ipis.sh
fi
hostname "$RECORDING_HOST"

work=$(mktemp -d)
trap 'kill ${counter:-} 2>/dev/null; rm -rf "$work"' EXIT
gcc -O1 -o "$work/known-ipis" known-ipis.c -lpthread

# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /sys/kernel/tracing/saved_cmdlines

# What is sent, and what interrupts, in the threads of the program alone.
set --
probes=
for event in ipi:ipi_send_cpu csd:csd_queue_cpu; do
  set -- "$@" -e "$event" --filter 'COMM == "sender"'
  probes="$probes tracepoint:$event /comm == \"sender\"/ { @[probe] = count(); }"
done
for event in csd:csd_function_entry irq_vectors:reschedule_entry irq_vectors:reschedule_exit \
  irq_vectors:call_function_single_entry irq_vectors:call_function_single_exit; do
  set -- "$@" -e "$event" --filter 'COMM == "target"'
  probes="$probes tracepoint:$event /comm == \"target\"/ { @[probe] = count(); }"
done

bpftrace -B line -e "BEGIN { printf(\"counting\\n\"); } $probes" >"$work/counts" &
counter=$!
until grep -q counting "$work/counts" 2>/dev/null; do sleep 0.1; done

rm -rf perf-ipis
mkdir perf-ipis
LC_ALL=C perf record -q --synth=no -m 256 --clockid monotonic -o "$work/perf.data" "$@" -- "$work/known-ipis"
kill -INT "$counter"
wait "$counter" || true
cp "$work/perf.data" perf-ipis/perf.data
sed -n 's/^@\[tracepoint:\(.*\)\]: \(.*\)/\1 \2/p' "$work/counts" | LC_ALL=C sort >perf-ipis/counts.txt
cat perf-ipis/counts.txt
perf script -i perf-ipis/perf.data -F comm,event | sort | uniq -c
