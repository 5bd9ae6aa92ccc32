// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"

enum { BACKLOG = 128 };

static int address_find(const char *listen, struct addrinfo **ret, struct err *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	const char *colon = strrchr(listen, ':');
	CLEANUP(free_ptr) char *host = NULL;
	int r;

	if (!colon || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    strtoul(colon + 1, NULL, 10) > UINT16_MAX)
		return err_set(err, EINVAL, "'%s' is not an address with a port", listen);
	if (listen[0] == '[' && colon > listen && colon[-1] == ']')
		host = mem_strndup(listen + 1, (size_t)(colon - listen) - 2);
	else
		host = mem_strndup(listen, (size_t)(colon - listen));
	r = getaddrinfo(colon == listen ? NULL : host, colon + 1, &hints, ret);
	return r ? err_set(err, EINVAL, "cannot listen on '%s': %s", listen, gai_strerror(r)) : 0;
}

static void addresses_free(struct addrinfo **a)
{
	if (*a)
		freeaddrinfo(*a);
}

static int address_listen(const struct addrinfo *a)
{
	CLEANUP(close_fd)
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int yes = 1, no = 0;
	int taken;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0)
		return -errno;
	if (a->ai_family == AF_INET6) /* every address: of both kinds */
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0)
		return -errno;
	taken = fd;
	fd = -1;
	return taken;
}

/* Of every address, the one that takes IPv4, too, is tried first. */
int listen_open(const char *text, struct err *err)
{
	CLEANUP(addresses_free) struct addrinfo *all = NULL;
	int fd = -EINVAL, r = address_find(text, &all, err);

	if (r < 0)
		return r;
	for (const struct addrinfo *a = all; fd < 0 && a; a = a->ai_next)
		if (a->ai_family == AF_INET6)
			fd = address_listen(a);
	for (const struct addrinfo *a = all; fd < 0 && fd != -EADDRINUSE && a; a = a->ai_next)
		if (a->ai_family == AF_INET)
			fd = address_listen(a);
	return fd < 0 ? err_errno(err, -fd, "cannot listen on '%s'", text) : fd;
}

int listen_check(int fd, struct err *err)
{
	int listens = 0, flags;
	socklen_t len = sizeof(listens);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0)
		return err_errno(err, errno, "the socket that was handed over is none");
	if (!listens)
		return err_set(err, EINVAL, "the socket that was handed over does not listen");
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return err_errno(err, errno, "cannot use the socket that was handed over");
	return 0;
}

int listen_port(int fd)
{
	struct sockaddr_storage a = { 0 };
	socklen_t len = sizeof(a);

	if (getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		return 0;
	if (a.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&a)->sin_port);
	return a.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&a)->sin6_port) : 0;
}
