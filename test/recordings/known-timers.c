/*
 * Sleeps 23 times, n half milliseconds the nth time, without slack: 23 timers whose function is hrtimer_wakeup and which this thread sets.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

enum { sleeps = 23 };

int main(void)
{
	if (prctl(PR_SET_TIMERSLACK, 1) < 0)
		abort();
	for (int n = 1; n <= sleeps; n++) {
		struct timespec time = { .tv_nsec = n * 500000 };
		if (clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL) != 0)
			abort();
	}
	return 0;
}
