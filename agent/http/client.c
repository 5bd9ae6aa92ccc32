// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/client.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct client client_of(const struct sockaddr *a)
{
	struct client c = { 0 };

	if (a->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a;

		(void)inet_ntop(AF_INET, &in->sin_addr, c.text, sizeof(c.text));
		c.key = UINT64_C(0xffff) << 32 | ntohl(in->sin_addr.s_addr);
	} else if (a->sa_family == AF_INET6) {
		const struct in6_addr *in =
			&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;

		if (IN6_IS_ADDR_V4MAPPED(in)) { /* IPv4, by a socket for both */
			struct sockaddr_in four = { .sin_family = AF_INET };

			memcpy(&four.sin_addr, in->s6_addr + 12, 4);
			return client_of((const struct sockaddr *)&four);
		}
		(void)inet_ntop(AF_INET6, in, c.text, sizeof(c.text));
		for (int i = 0; i < 8; i++)
			c.key = c.key << 8 | in->s6_addr[i];
	}
	c.is_known = c.text[0] != '\0';
	return c;
}

bool client_forwarded(const char *x_forwarded_for, struct client *ret)
{
	const char *comma = strrchr(x_forwarded_for, ','),
		   *begin = comma ? comma + 1 : x_forwarded_for;
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	char text[INET6_ADDRSTRLEN];
	size_t len;

	begin += strspn(begin, " \t");
	len = strcspn(begin, " \t");
	if (len >= sizeof(text) || begin[len + strspn(begin + len, " \t")])
		return false;
	memcpy(text, begin, len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		*ret = client_of((const struct sockaddr *)&four);
	else if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
		*ret = client_of((const struct sockaddr *)&six);
	else
		return false;
	return true;
}
