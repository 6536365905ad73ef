#!/bin/sh
# Records a loop on each of two CPUs with a thread of the recorder for each CPU: a folder, of which each file is compressed by itself.
#   sh test/recordings/record-folder.sh
# What perf 6.1 says of it is kept beside it.
set -e
cd "$(dirname "$0")"
loop='i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'
perf record -q -z --threads=cpu -F 1999 -e cpu-clock -g -o perf-folder/perf.data -- \
  sh -c "taskset -c 0 sh -c '$loop' & taskset -c 1 sh -c '$loop'; wait"
perf script --ns -f -i perf-folder/perf.data > perf-folder/script.txt
perf report --stats -i perf-folder/perf.data > perf-folder/stats.txt
