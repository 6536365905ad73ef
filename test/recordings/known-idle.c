/*
 * Sleeps on CPU 0, which can sleep meanwhile where nobody else wants it: 101 times for a millisecond. `getppid` before the first and after the
 * last sleep mark the time in between. Build with: gcc -O1 known-idle.c
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { sleeps = 101, sleep_us = 1000 };

int main(void) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(0, &cpus);
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) abort();
  usleep(10000);
  syscall(SYS_getppid);
  for (int n = 0; n < sleeps; n++) usleep(sleep_us);
  syscall(SYS_getppid);
  return 0;
}
