// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/lab/follow.h"

struct lab_log {
	char *console; /* its path */
	struct follow follow;
};

void lab_log_freep(struct lab_log **l)
{
	if (!*l)
		return;
	follow_done(&(*l)->follow);
	free((*l)->console);
	free(*l);
	*l = NULL;
}

int lab_log_open(const char *dir, size_t limit, struct lab_log **ret, struct err *err)
{
	CLEANUP(lab_log_freep) struct lab_log *l = mem_zalloc(sizeof(*l));

	l->console = mem_printf("%s/console", dir);
	l->follow.limit = limit;
	l->follow.console_fd =
		open(l->console, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (l->follow.console_fd < 0)
		return err_errno(err, errno, "cannot write '%s'", l->console);
	*ret = l;
	l = NULL;
	return 0;
}

int lab_log_add(struct lab_log *l, const char *text, size_t len, struct err *err)
{
	return follow_text(&l->follow, text, len, err);
}

bool lab_log_validates(const struct lab_log *l)
{
	return l->follow.validates;
}

int lab_log_finish(struct lab_log *l, const struct lab_end *e, struct job *j, struct err *err)
{
	CLEANUP(free_ptr) char *last = follow_last_line(&l->follow);
	struct console_end c = {
		.said_all = l->follow.over,
		.launched = l->follow.launched,
		.last = last,
	};
	int fd = l->follow.console_fd;

	l->follow.console_fd = 0;
	if (fd > 0 && close(fd) < 0)
		return err_errno(err, errno, "cannot write '%s'", l->console);
	follow_fill(&l->follow, j);
	c.boot = j->boot;
	free(j->reason);
	j->outcome = server_ending_judge(e, &c, &j->reason);
	if (e->listed && e->listed->started > 0 && e->listed->ended > e->listed->started)
		j->duration_ms = 1000 * (e->listed->ended - e->listed->started);
	mem_set_copy(&j->console, l->console);
	return 0;
}
