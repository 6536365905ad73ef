#!/bin/sh
# A small job whose slow moments have known causes; examples/record.sh records it.
#
#   look up    a setting is searched in folders that do not have it   openat and newfstatat fail with ENOENT
#   read       64 reads from the page cache                           microseconds
#   write      23 records, each forced to the disk                    milliseconds, the disk is the cause
#   pipe       a sort fed through a pipe                              reads that wait for another process
#   compute    three sorts on whatever CPUs there are                 runnable, and waiting for a CPU
#   lock       a file lock that another process holds for 30 ms       flock waits, and is woken by the holder
#   wait       seven pauses of 5 to 45 ms                             timers, nobody works
set -eu
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

for place in etc opt/etc home/settings; do
  cat "$folder/$place/job.conf" 2>/dev/null || true
done

head -c 262144 /dev/zero >"$folder/input"
dd if="$folder/input" of=/dev/null bs=4096 status=none
dd if="$folder/input" of="$folder/output" bs=4096 count=23 oflag=dsync status=none
dd if="$folder/input" of="$folder/copy" bs=65536 conv=fsync status=none

seq 3000 | sort -r | tail -n 1 >"$folder/result"

for job in 1 2 3; do
  seq 20000 | sort -r -n >"$folder/sorted.$job" &
done
wait

flock "$folder/lock" sleep 0.030 &
sleep 0.005
flock "$folder/lock" true
wait

for pause in 0.005 0.010 0.015 0.020 0.025 0.035 0.045; do
  sleep "$pause"
done
