/*
 * Three threads on CPU 0, whose real-time priorities say who runs, so that each wait for the CPU can be counted and its length is known:
 *
 *   main ("filler", 1)   runs whenever nobody else does: the CPU never idles, and never runs a task of others
 *   "victim" (2)         computes; later waits on a futex 29 times
 *   "hog" (3)            23 times: sleeps 1 ms, is woken by a timer, takes the CPU from the victim for n half milliseconds
 *                        29 times: sleeps 1 ms, wakes the victim by the futex, keeps the CPU for n half milliseconds
 *
 * The victim waits 23 times because it was preempted, and 29 times because it was woken while the hog ran.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { preemptions = 23, wakes = 29 };

static atomic_int turn, isComputing = 1, isDone;

static void check(long result)
{
	if (result < 0)
		abort();
}

static void become(const char *name, int priority)
{
	struct sched_param parameters = { .sched_priority = priority };
	prctl(PR_SET_NAME, name);
	check(sched_setscheduler(0, SCHED_FIFO, &parameters));
}

static long now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000 + time.tv_nsec;
}

static void compute_ns(long duration)
{
	long begin = now_ns();
	while (now_ns() - begin < duration)
		;
}

static void sleep_ms(long ms)
{
	struct timespec time = { .tv_nsec = ms * 1000000 };
	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static void *victim(void *unused)
{
	become("victim", 2);
	while (atomic_load(&isComputing))
		;
	for (int n = 1; n <= wakes; n++) {
		while (atomic_load(&turn) < n)
			syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, n - 1, NULL, NULL, 0);
	}
	return unused;
}

static void *hog(void *unused)
{
	become("hog", 3);
	for (int n = 1; n <= preemptions; n++) {
		sleep_ms(1);
		compute_ns(n * 500000);
	}
	atomic_store(&isComputing, 0);
	for (int n = 1; n <= wakes; n++) {
		sleep_ms(1);
		atomic_store(&turn, n);
		syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
		compute_ns(n * 500000);
	}
	/* Not to end while the victim could still be seen waiting. */
	sleep_ms(1);
	atomic_store(&isDone, 1);
	return unused;
}

int main(void)
{
	cpu_set_t first;
	pthread_t threads[2];
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	check(sched_setaffinity(0, sizeof first, &first));
	/* New threads begin with the priority of their maker: above all three, so that none is kept from taking its own. */
	become("filler", 4);
	pthread_create(&threads[0], NULL, victim, NULL);
	pthread_create(&threads[1], NULL, hog, NULL);
	become("filler", 1);
	while (!atomic_load(&isDone))
		;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return 0;
}
