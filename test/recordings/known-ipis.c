/*
 * Interrupts another CPU a known number of times:
 *
 *   23 times it has the kernel call a function there (membarrier, which makes each CPU that runs one of its threads wait for its memory),
 *   29 times it wakes a thread that takes the CPU there from another one.
 *
 * CPU 1 is kept busy by a thread of real-time priority, `target`: it is what is interrupted. Build with: gcc -O1 known-ipis.c -lpthread
 */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { functions = 23, wakeups = 29, pause_us = 2000 };

static sem_t wakeup;
static volatile int ready, is_done;

static void run_on(int cpu, int priority) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  struct sched_param parameters = {.sched_priority = priority};
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0 || sched_setscheduler(0, SCHED_FIFO, &parameters) != 0) abort();
}

static void *be_target(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "target");
  run_on(1, 1);
  ready = 1;
  while (!is_done) continue;
  return NULL;
}

static void *be_woken(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "woken");
  run_on(1, 2);
  for (int n = 0; n < wakeups; n++) sem_wait(&wakeup);
  return NULL;
}

/* Without giving the CPU away, so that no timer is needed to come back. */
static void spin(long microseconds) {
  struct timespec begin, now;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((now.tv_sec - begin.tv_sec) * 1000000 + (now.tv_nsec - begin.tv_nsec) / 1000 < microseconds);
}

int main(void) {
  run_on(0, 3);
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0) abort();
  sem_init(&wakeup, 0, 0);
  pthread_t target, woken;
  pthread_create(&woken, NULL, be_woken, NULL);
  usleep(20000);
  pthread_create(&target, NULL, be_target, NULL);
  usleep(20000);
  if (!ready) abort();
  prctl(PR_SET_NAME, "sender");
  for (int n = 0; n < functions; n++) {
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) abort();
    spin(pause_us);
  }
  for (int n = 0; n < wakeups; n++) {
    sem_post(&wakeup);
    spin(pause_us);
  }
  prctl(PR_SET_NAME, "known-ipis");
  is_done = 1;
  pthread_join(woken, NULL);
  pthread_join(target, NULL);
  return 0;
}
