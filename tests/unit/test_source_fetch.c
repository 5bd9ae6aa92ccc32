// SPDX-License-Identifier: GPL-2.0-or-later
/* A single thread or series, by what people paste. */
#include "net_fixture.h"

#include "source_fixture.h"

#include "stage/source/what.h"

#include <zlib.h>

static void msgid_is(const char *what, const char *want)
{
	char *got = source_msgid(what);

	if (!want && got)
		fail_msg("'%s' gives '%s'", what, got);
	if (want && (!got || strcmp(got, want) != 0))
		fail_msg("'%s' gives '%s', not '%s'", what, got ? got : "nothing", want);
	free(got);
}

static void message_ids_are_read_from_what_people_paste(void **state)
{
	(void)state;
	msgid_is("a@b", "a@b");
	msgid_is(" <a@b>\n", "a@b");
	msgid_is("<no-at-sign>", "no-at-sign");
	msgid_is("<\"quo ted\"@b>", "\"quo ted\"@b");
	msgid_is("a+b/c@d", "a+b/c@d");
	msgid_is("a%40b", NULL); /* only in URLs is that an @ */
	msgid_is("https://lore.kernel.org/lkml/a@b/", "a@b");
	msgid_is("https://lore.kernel.org/lkml/a@b", "a@b");
	msgid_is("https://lore.kernel.org/all/a%2Fb%2Bc%40d/raw", "a/b+c@d");
	msgid_is("https://lore.kernel.org/r/a@b/t.mbox.gz", "a@b");
	msgid_is("https://lore.kernel.org/r/a@b/T/#u", "a@b");
	msgid_is("https://lore.kernel.org/all/a/b@c/", "a/b@c");
	msgid_is("https://lore.kernel.org/lkml/without-at/", "without-at");
	msgid_is("https://lore.kernel.org/lkml/%3Ca@b%3E/", "a@b");
	msgid_is("https://pw.example/project/dma/patch/a@b/", "a@b");
	msgid_is("https://pw.example/project/dma/patch/a+b@c/mbox/", "a+b@c");
	msgid_is("https://pw.example/project/dma/list/?series=12", NULL);
	msgid_is("https://pw.example/series/12/", NULL);
	msgid_is("https://lore.kernel.org/", NULL);
	msgid_is("https://lore.kernel.org/lkml/", NULL);
	msgid_is("series.mbox", NULL);
	msgid_is("<>", NULL);
	msgid_is("", NULL);
}

static void names(const char *url, int kind, int64_t id, const char *msgid)
{
	struct pw_what w;

	pw_what_read(url, &w);
	if ((int)w.kind != kind || w.id != id || !w.msgid != !msgid ||
	    (msgid && strcmp(w.msgid, msgid) != 0))
		fail_msg("%s: %d %lld %s", url, (int)w.kind, (long long)w.id,
			 w.msgid ? w.msgid : "");
	free(w.msgid);
}

static void patchwork_urls_name_series_patches_and_covers(void **state)
{
	(void)state;
	names("https://pw.example/project/dma/list/?series=12", PW_SERIES, 12, NULL);
	names("https://pw.example/project/dma/list/?state=*&series=12&x=1", PW_SERIES, 12, NULL);
	names("https://pw.example/series/12/mbox/", PW_SERIES, 12, NULL);
	names("https://pw.example/api/1.3/series/12/", PW_SERIES, 12, NULL);
	names("https://pw.example/patch/77/", PW_PATCH, 77, NULL);
	names("https://pw.example/api/patches/77/", PW_PATCH, 77, NULL);
	names("https://pw.example/project/dma/patch/a@b/", PW_PATCH, -1, "a@b");
	names("https://pw.example/project/dma/cover/a%2Fc@b/", PW_COVER_LETTER, -1, "a/c@b");
	names("https://pw.example/project/dma/list/", PW_NOTHING, -1, NULL);
	names("https://pw.example/series/99999999999999999999/", PW_NOTHING, -1, NULL);
	names("https://pw.example/", PW_NOTHING, -1, NULL);
}

static const char thread[] = "From mboxrd@z Thu Jan  1 00:00:00 1970\nMessage-ID: <a/b+c@x>\n\n"
			     ">From here\n\n"
			     "From mboxrd@z Thu Jan  1 00:00:00 1970\nMessage-ID: <2@x>\n\nb\n\n";

static bool packed(int fd, const char *text)
{
	unsigned char out[1024];
	char head[200];
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)text,
		       .avail_in = (unsigned)strlen(text),
		       .next_out = out,
		       .avail_out = sizeof(out) };

	if (deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		_exit(1);
	snprintf(head, sizeof(head),
		 "HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\nContent-Length: %lu\r\n\r\n",
		 z.total_out);
	say(fd, head);
	put(fd, out, z.total_out);
	deflateEnd(&z);
	return true;
}

#define PATCH                                                                                      \
	"{\"id\":7,\"msgid\":\"<p+1@x>\",\"mbox\":\"http://%s/patch/7/mbox/\","                    \
	"\"web_url\":\"http://%s/p/7/\",\"series\":[{\"id\":3},{\"id\":4},null]}"

/* An archive at /list and a Patchwork at /. */
static bool both(int fd, const char *head, int request)
{
	const char *path = strchr(head, ' ') + 1;
	char host[40] = "", body[1024];

	(void)request;
	sscanf(strcasestr(head, "\r\nHost: ") + 8, "%39[0-9.:]", host);
	if (strncmp(path, "/list/a%2Fb%2Bc@x/t.mbox.gz ", 28) == 0)
		return packed(fd, thread);
	if (strncmp(path, "/list/single@x/raw ", 19) == 0)
		return answer(fd, "200 OK", "Content-Type: text/plain\r\n",
			      "Message-ID: <single@x>\n\ntext\n");
	if (strncmp(path, "/api/1.3/ ", 10) == 0)
		return answer_json(fd, "{}");
	snprintf(body, sizeof(body), "[" PATCH "]", host, host);
	if (strncmp(path, "/api/1.3/patches/?msgid=p%2B1%40x ", 34) == 0)
		return answer_json(fd, body);
	if (strncmp(path, "/api/1.3/patches/?msgid=", 24) == 0) /* knows no such filter */
		return answer_json(fd, body);
	if (strncmp(path, "/api/1.3/patches/7/ ", 20) == 0) {
		snprintf(body, sizeof(body), PATCH, host, host);
		return answer_json(fd, body);
	}
	if (strncmp(path, "/api/1.3/covers/?", 17) == 0)
		return answer_json(fd, "[]");
	if (strncmp(path, "/api/1.3/series/4/ ", 19) == 0)
		return answer_json(fd, "{\"id\":4,\"patches\":[{\"id\":7,\"msgid\":\"<p+1@x>\"}]}");
	if (strncmp(path, "/series/4/mbox/ ", 16) == 0)
		return answer(
			fd, "200 OK", "Content-Type: text/plain\r\n",
			"From patchwork Sun Sep 11 22:22:03 2016\nMessage-ID: <p+1@x>\n\nx\n");
	return answer(fd, "404 Not Found", "Content-Type: application/json\r\n", "{}");
}

struct both_lab {
	struct desk d;
	struct server server;
	struct source_config sources[3];
	struct source_batch b;
	const struct source_config *source;
};

static void up(struct both_lab *l)
{
	*l = (struct both_lab){ 0 };
	desk_up(&l->d, SOURCE_PATCHWORK);
	server_start(&l->server, both);
	l->sources[0] = (struct source_config){ .name = (char *)"box", .type = SOURCE_FOLDER };
	l->sources[1] = (struct source_config){ .name = (char *)"pw",
						.type = SOURCE_PATCHWORK,
						.url = l->server.url };
	l->sources[2] = (struct source_config){ .name = (char *)"lore",
						.type = SOURCE_PUBLIC_INBOX,
						.url = mem_printf("%s/list", l->server.url) };
	l->d.config.sources = l->sources;
	l->d.config.n_sources = 3;
}

static void down(struct both_lab *l)
{
	free(l->sources[2].url);
	source_batch_done(&l->b);
	server_stop(&l->server);
	desk_down(&l->d);
}

static int fetch(struct both_lab *l, const char *what)
{
	source_batch_done(&l->b);
	l->source = NULL;
	l->d.err = (struct err){ 0 };
	return source_fetch(&l->d.config, what, -1, &l->b, &l->source, &l->d.err);
}

static void fetches(struct both_lab *l, const char *what, const char *source, size_t mails,
		    const char *first)
{
	char *id;

	if (fetch(l, what) != 0)
		fail_msg("%s: %s", what, l->d.err.msg);
	assert_string_equal(l->source->name, source);
	assert_int_equal(l->b.n, mails);
	id = raw_msgid(l->b.v[0].raw, l->b.v[0].len);
	assert_string_equal(id, first);
	free(id);
}

static void message_id_is_looked_for_in_archives_and_then_in_patchworks(void **state)
{
	struct both_lab l;

	(void)state;
	up(&l);
	fetches(&l, "<a/b+c@x>", "lore", 2, "a/b+c@x");
	assert_non_null(strstr(l.b.v[0].origin, "/list/a%2Fb%2Bc@x/"));
	assert_non_null(memmem(l.b.v[0].raw, l.b.v[0].len, "\nFrom here", 10));
	fetches(&l, "single@x", "lore", 1, "single@x"); /* an archive without threads */
	fetches(&l, "p+1@x", "pw", 1, "p+1@x");
	assert_int_equal(fetch(&l, "nobody@x"), -ENOENT);
	desk_says(&l.d, "no source has 'nobody@x'");
	assert_int_equal(l.b.n, 0);
	down(&l);
}

static void urls_are_fetched_from_the_source_on_their_host(void **state)
{
	struct both_lab l;
	char *url;

	(void)state;
	up(&l);
	url = mem_printf("%s/list/a%%2Fb%%2Bc@x/T/#u", l.server.url);
	fetches(&l, url, "lore", 2, "a/b+c@x");
	free(url);
	url = mem_printf("%s/series/4/", l.server.url);
	fetches(&l, url, "pw", 1, "p+1@x");
	free(url);
	url = mem_printf("%s/patch/7/", l.server.url); /* the newest series that has it */
	fetches(&l, url, "pw", 1, "p+1@x");
	free(url);
	url = mem_printf("%s/series/5/", l.server.url);
	assert_int_equal(fetch(&l, url), -ENOENT);
	free(url);
	url = mem_printf("%s/project/dma/list/", l.server.url);
	assert_int_equal(fetch(&l, url), -EINVAL);
	free(url);
	down(&l);
}

static void other_hosts_are_refused_with_those_that_are_known(void **state)
{
	struct both_lab l;

	(void)state;
	up(&l);
	assert_int_equal(fetch(&l, "https://elsewhere.example/list/a@b/"), -EINVAL);
	desk_says(&l.d, l.server.host);
	assert_int_equal(fetch(&l, "file:///etc/passwd@x"), -ENOENT); /* is no URL of the web */
	assert_int_equal(fetch(&l, "series.mbox"), -EINVAL);
	assert_int_equal(l.server.seen->requests > 0, 1);
	down(&l);
}

static int no_proxy(void **state)
{
	(void)state;
	unset_proxy();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_ids_are_read_from_what_people_paste),
		cmocka_unit_test(patchwork_urls_name_series_patches_and_covers),
		cmocka_unit_test(message_id_is_looked_for_in_archives_and_then_in_patchworks),
		cmocka_unit_test(urls_are_fetched_from_the_source_on_their_host),
		cmocka_unit_test(other_hosts_are_refused_with_those_that_are_known),
	};

	return cmocka_run_group_tests(tests, no_proxy, NULL);
}
