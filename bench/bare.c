// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The least that libmicrohttpd can do: one answer to whatever is asked, in one thread by epoll.
 * What `dmalab serve` is held against. Prints its port, ends by a signal. bare BODY_FILE
 * HEADERS_FILE     a header a line, "Name: value"
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"

enum { FILE_MOST = 1 << 20 };

struct bare {
	struct buf body;
	struct strv headers; /* name, value, … */
};

static enum MHD_Result answer(void *arg, struct MHD_Connection *c, const char *url,
			      const char *method, const char *version, const char *data,
			      size_t *data_len, void **state)
{
	const struct bare *b = arg;
	struct MHD_Response *r;
	enum MHD_Result queued;

	(void)url;
	(void)method;
	(void)version;
	(void)data;
	(void)data_len;
	if (!*state) { /* the head has come; the request ends with the next call */
		*state = arg;
		return MHD_YES;
	}
	r = MHD_create_response_from_buffer(b->body.len, b->body.data, MHD_RESPMEM_PERSISTENT);
	for (size_t i = 0; i < b->headers.n; i += 2)
		(void)MHD_add_response_header(r, b->headers.v[i], b->headers.v[i + 1]);
	queued = MHD_queue_response(c, MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	return queued;
}

static void headers_split(char *text, struct strv *ret)
{
	for (char *line, *rest = text; (line = strsep(&rest, "\r\n"));) {
		char *colon = strstr(line, ": ");

		if (!colon)
			continue;
		*colon = '\0';
		strv_add(ret, line);
		strv_add(ret, colon + 2);
	}
}

static void serve(struct MHD_Daemon *d)
{
	const union MHD_DaemonInfo *i = MHD_get_daemon_info(d, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fd = { .fd = i->epoll_fd, .events = POLLIN };

	do {
		MHD_UNSIGNED_LONG_LONG next;
		int wait = 1000;

		if (MHD_get_timeout(d, &next) == MHD_YES && next < (unsigned int)wait)
			wait = (int)next;
		(void)poll(&fd, 1, wait);
	} while (MHD_run(d) == MHD_YES);
}

int main(int argc, char *argv[])
{
	struct bare b = { 0 };
	struct sockaddr_in at = { .sin_family = AF_INET };
	CLEANUP(buf_done) struct buf headers = { 0 };
	struct err err = { 0 };
	struct MHD_Daemon *d;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (argc != 3)
		return 2;
	if (fs_read(argv[1], FILE_MOST, &b.body, &err) < 0 ||
	    fs_read(argv[2], FILE_MOST, &headers, &err) < 0) {
		fprintf(stderr, "bare: %s\n", err.msg);
		return 1;
	}
	headers_split(headers.data, &b.headers);
	d = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, answer, &b, MHD_OPTION_SOCK_ADDR, &at,
			     MHD_OPTION_CONNECTION_TIMEOUT, 10U, MHD_OPTION_END);
	if (!d)
		return 1;
	printf("%d\n", MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
	(void)fflush(stdout);
	serve(d);
	MHD_stop_daemon(d);
	strv_done(&b.headers);
	buf_done(&b.body);
	return 0;
}
