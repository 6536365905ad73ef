#!/bin/sh
# Records the soft interrupts of one run of known-packets with perf (as root; needs gcc and perf), in a network namespace of its own, so that
# no packets but its own are on lo there. Those that receive packets are kept (NET_RX, 3): the others are the machine's.
#
#   sh test/recordings/record-softirqs.sh
set -eu
cd "$(dirname "$0")"

# A trace has the name of its host: in a UTS namespace of its own the machine can be called anything.
if [ "${RECORDING_HOST:-}" = '' ]; then
  RECORDING_HOST=vm exec unshare --uts --net --mount sh ./record-softirqs.sh
fi
hostname "$RECORDING_HOST"
python3 -c 'import fcntl, socket, struct
lo = socket.socket()
fcntl.ioctl(lo, 0x8914, struct.pack("16sh14x", b"lo", 1 | 8 | 64))'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O1 -o "$work/known-packets" known-packets.c

# The kernel's symbols and the names of other tasks are of no use here.
: >"$work/empty"
mount --bind "$work/empty" /proc/kallsyms
mount --bind "$work/empty" /sys/kernel/tracing/saved_cmdlines

set --
for event in irq:softirq_raise irq:softirq_entry irq:softirq_exit; do
  set -- "$@" -e "$event" --filter 'COMM == "known-packets" && vec == 3'
done
rm -rf perf-softirqs
mkdir perf-softirqs
LC_ALL=C perf record -q -a --synth=no -m 256 --clockid monotonic -o "$work/perf.data" "$@" -- "$work/known-packets"
cp "$work/perf.data" perf-softirqs/perf.data
perf script -i perf-softirqs/perf.data -F comm,event | sort | uniq -c
