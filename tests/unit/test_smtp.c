// SPDX-License-Identifier: GPL-2.0-or-later
/* net_mail_send() against a server that takes, refuses, puts off, and goes away. */
#include "net_fixture.h"

#include <errno.h>

#include "base/clock.h"
#include "net/smtp.h"

#define SECRET "correct-horse"

enum fault {
	NONE,
	GREETS_421,
	GREETS_554,
	NO_GREETING,
	AUTH_535,
	MAIL_552,
	CUT_AT_RCPT,
	CUT_AFTER_DATA,
	DATA_451,
	DATA_554,
	ANSWERS_LATE,
};

/* Shared with the server. */
struct post {
	enum fault fault;
	atomic_int connections, mails;
	char to[1024];	 /* RCPT commands of the last conversation that were taken */
	char from[256];	 /* the last MAIL command */
	char text[8192]; /* the last mail, as it came */
	char login[256]; /* the last AUTH command */
};

static struct post *post;

/* One line without its end; false: no more comes. */
static bool line_get(FILE *f, char *line, size_t size)
{
	if (!fgets(line, (int)size, f))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return true;
}

static void data_take(FILE *f, int fd)
{
	char line[1024], text[sizeof(post->text)] = "";

	say(fd, "354 go on\r\n");
	for (;;) {
		if (!fgets(line, sizeof(line), f))
			_exit(0);
		if (strcmp(line, ".\r\n") == 0)
			break;
		if (strlen(text) + strlen(line) < sizeof(text))
			strcat(text, line);
	}
	if (post->fault == DATA_451)
		return say(fd, "451 4.3.0 too busy\r\n");
	if (post->fault == DATA_554)
		return say(fd, "554 5.7.1 looks like spam\r\n");
	if (post->fault == ANSWERS_LATE)
		usleep(700 * 1000);
	strcpy(post->text, text);
	atomic_fetch_add(&post->mails, 1);
	if (post->fault == CUT_AFTER_DATA)
		_exit(0);
	say(fd, "250 2.0.0 taken\r\n");
}

static void rcpt_take(const char *line, int fd)
{
	if (post->fault == CUT_AT_RCPT)
		_exit(0);
	if (strstr(line, "<no"))
		return say(fd, "550 5.1.1 nobody of that name\r\n");
	if (strstr(line, "<later"))
		return say(fd, "450 4.2.0 come back later\r\n");
	strcat(post->to, line);
	say(fd, "250 ok\r\n");
}

static void converse(int fd)
{
	FILE *f = fdopen(dup(fd), "r");
	char line[1024];

	atomic_fetch_add(&post->connections, 1);
	post->to[0] = '\0';
	if (post->fault == NO_GREETING)
		sleep(30);
	say(fd, post->fault == GREETS_421   ? "421 down for a while\r\n"
		: post->fault == GREETS_554 ? "554 not you\r\n"
					    : "220 mail.sample.invalid ESMTP\r\n");
	while (line_get(f, line, sizeof(line))) {
		if (strncmp(line, "EHLO", 4) == 0)
			say(fd, "250-mail.sample.invalid\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n");
		else if (strncmp(line, "AUTH", 4) == 0) {
			strcpy(post->login, line);
			if (!strchr(line + 5, ' ')) { /* the rest comes when asked for */
				say(fd, "334 \r\n");
				line_get(f, line, sizeof(line));
			}
			say(fd, post->fault == AUTH_535 ? "535 wrong " SECRET "\r\n"
							: "235 welcome\r\n");
		} else if (strncmp(line, "MAIL", 4) == 0) {
			strcpy(post->from, line);
			say(fd, post->fault == MAIL_552 ? "552 5.3.4 too long\r\n" : "250 ok\r\n");
		} else if (strncmp(line, "RCPT", 4) == 0)
			rcpt_take(line, fd);
		else if (strcmp(line, "DATA") == 0)
			data_take(f, fd);
		else if (strcmp(line, "QUIT") == 0) {
			say(fd, "221 bye\r\n");
			break;
		} else
			say(fd, "502 what?\r\n");
	}
	_exit(0);
}

struct box {
	pid_t pid;
	char url[64];
	struct net *net;
	struct err err;
	struct strv refused;
	int cancel[2];
};

static int box_up(void **state)
{
	struct box *b = calloc(1, sizeof(*b));
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct net_manners m = { .answer_ms = 3000 };

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(b->url, sizeof(b->url), "smtp://127.0.0.1:%d", ntohs(a.sin_port));
	post = mmap(NULL, sizeof(*post), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	b->pid = fork();
	if (b->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, SIG_IGN);
		for (;;) {
			int one = accept(fd, NULL, NULL);

			if (fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				converse(one);
			}
			close(one);
		}
	}
	close(fd);
	assert_int_equal(pipe(b->cancel), 0);
	m.cancel_fd = b->cancel[0];
	assert_int_equal(net_open(&m, &b->net, &b->err), 0);
	*state = b;
	return 0;
}

static int box_down(void **state)
{
	struct box *b = *state;

	kill(b->pid, SIGKILL);
	waitpid(b->pid, NULL, 0);
	munmap(post, sizeof(*post));
	net_freep(&b->net);
	strv_done(&b->refused);
	close(b->cancel[0]);
	close(b->cancel[1]);
	free(b);
	return 0;
}

#define MAIL "Subject: s\n\n.\n..two\nlast\n"

static enum net_mail_end send_to(struct box *b, const char *const *to, size_t n)
{
	const struct net_mail m = { .url = b->url,
				    .from = "bot@x",
				    .to = to,
				    .n_to = n,
				    .data = MAIL,
				    .len = strlen(MAIL) };
	enum net_mail_end end;

	strv_done(&b->refused);
	b->err = (struct err){ 0 };
	end = net_mail_send(b->net, &m, &b->refused, &b->err);
	assert_int_equal(end == NET_MAIL_TAKEN, b->err.code == 0);
	return end;
}

static enum net_mail_end send_one(struct box *b)
{
	return send_to(b, (const char *const[]){ "a@x" }, 1);
}

static void assert_box_says(const struct box *b, const char *text)
{
	if (!strstr(b->err.msg, text))
		fail_msg("'%s' is not in: %s", text, b->err.msg);
}

static void mail_arrives_as_it_is_and_nothing_else_is_said(void **state)
{
	struct box *b = *state;

	assert_int_equal(send_to(b, (const char *const[]){ "a@x", "b@x" }, 2), NET_MAIL_TAKEN);
	assert_int_equal(post->mails, 1);
	assert_string_equal(post->from, "MAIL FROM:<bot@x>");
	assert_string_equal(post->to, "RCPT TO:<a@x>RCPT TO:<b@x>");
	/* dots doubled as RFC 5321, 4.5.2 wants it, lines with CRLF */
	assert_string_equal(post->text, "Subject: s\r\n\r\n..\r\n...two\r\nlast\r\n");
	assert_int_equal(b->refused.n, 0);
}

static void refused_receiver_is_left_out_and_the_others_get_it(void **state)
{
	static const char *const to[] = { "a@x", "no1@x", "b@x", "no2@x" };
	struct box *b = *state;

	assert_int_equal(send_to(b, to, 4), NET_MAIL_TAKEN);
	assert_int_equal(post->mails, 1);
	assert_string_equal(post->to, "RCPT TO:<a@x>RCPT TO:<b@x>");
	assert_int_equal(b->refused.n, 2);
	assert_string_equal(b->refused.v[0], "no1@x: 550 5.1.1 nobody of that name");
	assert_string_equal(b->refused.v[1], "no2@x: 550 5.1.1 nobody of that name");
	assert_int_equal(send_to(b, to + 1, 1), NET_MAIL_REFUSED);
	assert_box_says(b, "550 5.1.1 nobody of that name");
	assert_int_equal(post->mails, 1);
}

static void receiver_that_cannot_be_had_now_lets_all_wait(void **state)
{
	struct box *b = *state;

	assert_int_equal(send_to(b, (const char *const[]){ "a@x", "later@x" }, 2), NET_MAIL_LATER);
	assert_int_equal(b->err.code, EBUSY);
	assert_box_says(b, "450 4.2.0 come back later");
	assert_int_equal(post->mails, 0);
}

static void what_a_server_says_decides_when_and_whether(void **state)
{
	static const struct {
		enum fault fault;
		enum net_mail_end end;
		int code, mails;
	} v[] = {
		{ GREETS_421, NET_MAIL_LATER, EAGAIN, 0 },
		{ GREETS_554, NET_MAIL_LATER, EAGAIN, 0 }, /* it is us, not the mail */
		{ MAIL_552, NET_MAIL_REFUSED, EINVAL, 0 },
		{ CUT_AT_RCPT, NET_MAIL_LATER, EAGAIN, 0 },
		{ CUT_AFTER_DATA, NET_MAIL_UNKNOWN, EAGAIN, 1 },
		{ DATA_451, NET_MAIL_LATER, EBUSY, 0 },
		{ DATA_554, NET_MAIL_REFUSED, EINVAL, 0 },
		{ NONE, NET_MAIL_TAKEN, 0, 1 },
	};
	struct box *b = *state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		post->fault = v[i].fault;
		post->mails = 0;
		assert_int_equal(send_one(b), v[i].end);
		assert_int_equal(b->err.code, v[i].code);
		assert_int_equal(post->mails, v[i].mails);
	}
}

static void no_server_is_later(void **state)
{
	struct box *b = *state;

	snprintf(b->url, sizeof(b->url), "smtp://127.0.0.1:1");
	assert_int_equal(send_one(b), NET_MAIL_LATER);
	snprintf(b->url, sizeof(b->url), "smtp://no-such-host.invalid");
	assert_int_equal(send_one(b), NET_MAIL_LATER);
}

static void server_that_says_nothing_is_given_up_in_time(void **state)
{
	struct box *b = *state;
	int64_t began = clock_ms();

	post->fault = NO_GREETING;
	assert_int_equal(send_one(b), NET_MAIL_LATER);
	assert_box_says(b, "not done within 3 s");
	assert_true(clock_ms() - began < 6000);
}

static void cancel_ends_it_until_the_server_has_all_of_it(void **state)
{
	struct box *b = *state;

	assert_int_equal(write(b->cancel[1], "x", 1), 1);
	assert_int_equal(send_one(b), NET_MAIL_LATER);
	assert_int_equal(b->err.code, ECANCELED);
	assert_int_equal(read(b->cancel[0], (char[1]){ 0 }, 1), 1);

	post->fault = ANSWERS_LATE;
	if (fork() == 0) {
		usleep(300 * 1000);
		(void)!write(b->cancel[1], "x", 1);
		_exit(0);
	}
	assert_int_equal(send_one(b), NET_MAIL_TAKEN);
	assert_int_equal(post->mails, 1);
	assert_int_equal(send_one(b), NET_MAIL_LATER); /* it is in force again */
}

static void login_is_used_and_its_password_is_in_no_message(void **state)
{
	static const char *const to[] = { "a@x" };
	struct box *b = *state;
	const struct net_mail m = { .url = b->url,
				    .user = "bot",
				    .secret = SECRET,
				    .from = "bot@x",
				    .to = to,
				    .n_to = 1,
				    .data = MAIL,
				    .len = strlen(MAIL) };

	assert_int_equal(net_mail_send(b->net, &m, &b->refused, &b->err), NET_MAIL_TAKEN);
	assert_int_equal(strncmp(post->login, "AUTH PLAIN", 10), 0);
	post->fault = AUTH_535;
	assert_int_equal(net_mail_send(b->net, &m, &b->refused, &b->err), NET_MAIL_LATER);
	assert_box_says(b, "does not talk to us");
	assert_null(strstr(b->err.msg, SECRET));
}

static void address_that_is_none_never_reaches_the_server(void **state)
{
	static const char *const bad[] = { "",	    "a b@x",   "a@x>\r\nDATA",
					   "<a@x>", "a\x7f@x", "\xc3\xa4@x" };
	struct box *b = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(send_to(b, &bad[i], 1), NET_MAIL_REFUSED);
	assert_int_equal(post->connections, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, box_up, box_down)
	const struct CMUnitTest tests[] = {
		T(mail_arrives_as_it_is_and_nothing_else_is_said),
		T(refused_receiver_is_left_out_and_the_others_get_it),
		T(receiver_that_cannot_be_had_now_lets_all_wait),
		T(what_a_server_says_decides_when_and_whether),
		T(no_server_is_later),
		T(server_that_says_nothing_is_given_up_in_time),
		T(cancel_ends_it_until_the_server_has_all_of_it),
		T(login_is_used_and_its_password_is_in_no_message),
		T(address_that_is_none_never_reaches_the_server),
	};

	unset_proxy();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
