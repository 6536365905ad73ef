/* What the bench's program records: integers, a float, strings and sequences. */
#undef TRACEPOINT_PROVIDER
#define TRACEPOINT_PROVIDER bench

#undef TRACEPOINT_INCLUDE
#define TRACEPOINT_INCLUDE "./tracepoints.h"

#if !defined(BENCH_TRACEPOINTS_H) || defined(TRACEPOINT_HEADER_MULTI_READ)
#define BENCH_TRACEPOINTS_H

#include <lttng/tracepoint.h>
#include <stdint.h>

TRACEPOINT_EVENT(bench, request_begin,
	TP_ARGS(uint64_t, id, int, priority, const char *, path),
	TP_FIELDS(
		ctf_integer(uint64_t, id, id)
		ctf_integer(int, priority, priority)
		ctf_string(path, path)
	)
)

TRACEPOINT_EVENT(bench, request_data,
	TP_ARGS(uint64_t, id, const uint8_t *, bytes, unsigned int, size, const int32_t *, weights, unsigned int, count),
	TP_FIELDS(
		ctf_integer_hex(uint64_t, id, id)
		ctf_sequence(uint8_t, bytes, bytes, unsigned int, size)
		ctf_sequence(int32_t, weights, weights, unsigned int, count)
	)
)

TRACEPOINT_EVENT(bench, request_end,
	TP_ARGS(uint64_t, id, double, seconds, int16_t, status, const char *, message),
	TP_FIELDS(
		ctf_integer(uint64_t, id, id)
		ctf_float(double, seconds, seconds)
		ctf_integer(int16_t, status, status)
		ctf_string(message, message)
	)
)

#endif

#include <lttng/tracepoint-event.h>
