/*
 * Sends itself a known number of packets, so that what a tracer recorded of them can be counted by hand:
 *
 *     known-packets
 *
 * 23 times: sendto of 1000 bytes to its own UDP socket, recvfrom of them
 *  7 times: sendto of 10 bytes, recvfrom of them
 *
 * On lo a packet is larger by 28 bytes of IPv4 and UDP headers when it is received, and by 14 more of Ethernet when it is sent.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { large = 23, small = 7 };

static void check(long result)
{
	if (result < 0)
		abort();
}

int main(void)
{
	static char bytes[1000];
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof own;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	check(fd);
	check(bind(fd, (struct sockaddr *)&own, length));
	check(getsockname(fd, (struct sockaddr *)&own, &length));
	for (int packet = 0; packet < large + small; packet++) {
		check(sendto(fd, bytes, packet < large ? 1000 : 10, 0, (struct sockaddr *)&own, length));
		check(recvfrom(fd, bytes, sizeof bytes, 0, NULL, NULL));
	}
}
