/*
 * Records as many events as asked on two threads, of three kinds in turn, each thread always the same ones:
 * cc -o program program.c -llttng-ust -ldl -lpthread
 */
#define TRACEPOINT_CREATE_PROBES
#define TRACEPOINT_DEFINE
#include "tracepoints.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct share {
	uint64_t first;
	uint64_t end;
};

static void record(uint64_t event)
{
	static const char *const messages[] = { "ok", "not modified", "the resource was not found", "" };
	const uint64_t id = event / 3;
	uint8_t bytes[32];
	int32_t weights[8];
	char path[64];

	switch (event % 3) {
	case 0:
		snprintf(path, sizeof(path), "/shelf/%u/book/%u", (unsigned) (id % 17), (unsigned) (id % 100003));
		tracepoint(bench, request_begin, id, (int) (id % 41) - 20, path);
		break;
	case 1:
		for (unsigned int i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t) (id * 7 + i);
		for (int i = 0; i < 8; i++)
			weights[i] = (int32_t) (id * 13) - i * 1000;
		tracepoint(bench, request_data, id, bytes, id % 33, weights, id % 9);
		break;
	default:
		tracepoint(bench, request_end, id, (double) id / 1024, (int16_t) (200 - id % 301), messages[id % 4]);
	}
}

static void *record_share(void *argument)
{
	const struct share *share = argument;

	for (uint64_t event = share->first; event < share->end; event++)
		record(event);
	return NULL;
}

int main(int argc, char **argv)
{
	const uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	struct share other = { count / 2, count };
	struct share own = { 0, count / 2 };
	pthread_t thread;

	if (pthread_create(&thread, NULL, record_share, &other) != 0)
		return 1;
	record_share(&own);
	return pthread_join(thread, NULL) == 0 ? 0 : 1;
}
