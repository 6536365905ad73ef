/*
 * Does things a known number of times, so that what a tracer recorded of it can be counted by hand:
 *
 *     known-workload FILE
 *
 * The main thread           23 times: pwrite 4096 bytes to FILE, fsync
 *                           37 times: openat of a file that does not exist (ENOENT)
 *                           29 times: clock_nanosleep of 1 ms
 *                           19 times: fork, exit of the child, wait4
 * Two threads, ping, pong   31 times: ping writes a byte to a pipe, pong reads it and answers with a byte on another pipe
 * Two threads, left, right  17 times: left holds a lock for 1 ms and right waits for it (futex)
 *
 * The numbers are primes, so that none of them comes about by adding others up.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { syncs = 23, missing = 37, sleeps = 29, children = 19, rounds = 31, waits = 17 };

static int to_pong[2], to_ping[2];
/* 0 left's turn to lock, 1 locked by left, right waits for 0. */
static atomic_int turn;

static void check(long result)
{
	if (result < 0)
		abort();
}

static void sleep_ms(long ms)
{
	struct timespec time = { .tv_nsec = ms * 1000000 };
	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static void *ping(void *unused)
{
	char byte = 1;
	prctl(PR_SET_NAME, "ping");
	for (int round = 0; round < rounds; round++) {
		check(write(to_pong[1], &byte, 1));
		check(read(to_ping[0], &byte, 1));
	}
	return unused;
}

static void *pong(void *unused)
{
	char byte;
	prctl(PR_SET_NAME, "pong");
	for (int round = 0; round < rounds; round++) {
		check(read(to_pong[0], &byte, 1));
		check(write(to_ping[1], &byte, 1));
	}
	return unused;
}

static void wait_while(int value)
{
	syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake_other(void)
{
	syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Each round: left holds the lock for 1 ms while right waits, then right goes on and left waits for it. */
static void *left(void *unused)
{
	prctl(PR_SET_NAME, "left");
	for (int round = 0; round < waits; round++) {
		atomic_store(&turn, 1);
		wake_other();
		sleep_ms(1);
		atomic_store(&turn, 2);
		wake_other();
		while (atomic_load(&turn) == 2)
			wait_while(2);
	}
	return unused;
}

static void *right(void *unused)
{
	prctl(PR_SET_NAME, "right");
	for (int round = 0; round < waits; round++) {
		while (atomic_load(&turn) != 2)
			wait_while(atomic_load(&turn) == 1 ? 1 : 0);
		atomic_store(&turn, 0);
		wake_other();
	}
	return unused;
}

static void both(void *(*first)(void *), void *(*second)(void *))
{
	pthread_t threads[2];
	pthread_create(&threads[0], NULL, first, NULL);
	pthread_create(&threads[1], NULL, second, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
}

int main(int count, char **arguments)
{
	static char page[4096];
	if (count != 2)
		return 2;
	int file = open(arguments[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	check(file);
	for (int index = 0; index < syncs; index++) {
		check(pwrite(file, page, sizeof page, index * sizeof page));
		check(fsync(file));
	}
	for (int index = 0; index < missing; index++)
		open("/nonexistent/file", O_RDONLY);
	for (int index = 0; index < sleeps; index++)
		sleep_ms(1);
	for (int index = 0; index < children; index++) {
		pid_t child = fork();
		if (child == 0)
			_exit(0);
		check(waitpid(child, NULL, 0));
	}
	check(pipe(to_pong));
	check(pipe(to_ping));
	both(ping, pong);
	both(left, right);
	close(file);
	unlink(arguments[1]);
	return 0;
}
