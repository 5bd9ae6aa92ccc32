// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/lint.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/collect.h"
#include "stage/build/line.h"
#include "stage/build/objdir.h"
#include "stage/build/room.h"

enum { LINT_MS = 120 * 1000, LINT_LOG_MAX = 8 << 20 };

/* make reads more into other letters. */
static bool is_plain_name(const char *s)
{
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("/._-+,", *p))
			return false;
	return isalnum((unsigned char)*s) && !strstr(s, "..");
}

/* Of these the Makefiles make no single object, or none of the kernel's. */
static bool is_apart(const char *source)
{
	return strncmp(source, "scripts/", 8) == 0 || strncmp(source, "tools/", 6) == 0 ||
	       strstr(source, "/boot/");
}

char *lint_object(const struct build_spec *spec, const char *source)
{
	size_t n = strlen(source);
	struct err ignored;
	char *object;
	int fd;

	if (n < 3 || strcmp(source + n - 2, ".c") != 0 || !is_plain_name(source) ||
	    is_apart(source))
		return NULL;
	object = mem_printf("%.*s.o", (int)n - 2, source);
	fd = objdir_open(spec->obj, object, ARTIFACT_MAX, &ignored);
	if (fd < 0) {
		free(object);
		return NULL;
	}
	close_fd(&fd);
	return object;
}

/* Runs a checker; 0 and its exit code with its words, or *trouble. */
static int ask(struct room *room, const char *const *argv, int *code, struct buf *said,
	       char **trouble, struct err *err)
{
	struct sandbox box = room_sandbox(room);
	struct run_result res;
	char word[32];
	int r;

	if (box.timeout_ms > LINT_MS)
		box.timeout_ms = LINT_MS;
	r = sandbox_tool(&box, argv, &res, err);
	if (r == 0 && res.end == RUN_CANCELED)
		return err_set(err, ECANCELED, "the build was cancelled");
	if (r < 0)
		return r;
	if (res.end != RUN_EXITED) {
		*trouble = mem_printf("%s was ended by %s", argv[0], run_end_text(&res, word));
		return 0;
	}
	*code = res.status;
	if (lseek(room->log_fd, room->log_start, SEEK_SET) < 0)
		return err_errno(err, errno, "cannot read '%s'", room->spec->log);
	r = fs_read_fd(room->log_fd, room->spec->log, LINT_LOG_MAX, said, err);
	if (r == -EFBIG) {
		*trouble = mem_printf("%s said more than %d MB", argv[0], LINT_LOG_MAX >> 20);
		r = 0;
	}
	return r;
}

/* For make, the base's files are older than the objects. */
static int forget(struct room *room, const struct strv *objects, char **trouble, struct err *err)
{
	CLEANUP(strv_done) struct strv argv = { 0 };
	CLEANUP(buf_done) struct buf said = { 0 };
	int code;

	strv_all(&argv, (const char *const[]){ "rm", "-f", NULL });
	strv_all(&argv, (const char *const *)objects->v);
	return ask(room, (const char *const *)argv.v, &code, &said, trouble, err);
}

int lint_make(const struct build_spec *spec, const struct strv *objects, bool base,
	      struct diagnostics *ret, char **trouble, struct err *err)
{
	CLEANUP(free_ptr) char *sparse = fs_which("sparse");
	CLEANUP(room_close) struct room room = { 0 };
	CLEANUP(strv_done) struct strv argv = { 0 };
	CLEANUP(buf_done) struct buf said = { 0 };
	int code = 0, r = room_open(spec, &room, err);

	if (r < 0)
		return r;
	room_make(spec, &argv);
	strv_all(&argv, (const char *const[]){ "-k", "W=1", "KCFLAGS=-Wno-error", NULL });
	if (sparse)
		strv_all(&argv, (const char *const[]){ "C=1", "CHECK=sparse", NULL });
	strv_all(&argv, (const char *const *)objects->v);
	if (base)
		r = forget(&room, objects, trouble, err);
	if (r == 0 && !*trouble)
		r = ask(&room, (const char *const *)argv.v, &code, &said, trouble, err);
	if (r < 0 || *trouble)
		return r;
	diagnostics_read(buf_text(&said), said.len, ret);
	if (code && ret->error.text)
		*trouble = mem_printf("%s%s%s", ret->error.file, ret->error.file[0] ? ": " : "",
				      ret->error.text);
	return 0;
}

const char *lint_tool(const struct diagnostic *w)
{
	CLEANUP(free_ptr) char *place = mem_printf("%s:%d:", w->file, w->line);
	const char *p = strstr(w->excerpt, place);

	if (strstr(w->text, " [-W")) /* gcc names the option of each */
		return "gcc";
	return p && isdigit((unsigned char)p[strlen(place)]) ? "sparse" : "kernel-doc";
}

/* "FILE:LINE: WARNING: text"; a word about the mail's own lines has no file. */
static void mail_line(struct span line, int patch, struct notice_list *ret)
{
	static const struct {
		const char *word, *ours;
	} kinds[] = { { " ERROR: ", "error" }, { " WARNING: ", "warning" } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *p = memmem(line.s, line.n, kinds[i].word, strlen(kinds[i].word));
		size_t head = p ? (size_t)(p - line.s) : 0;
		CLEANUP(free_ptr) char *place = NULL;
		CLEANUP(free_ptr) char *text = NULL;
		char *colon;

		if (!head || line.s[head - 1] != ':')
			continue;
		place = mem_strndup(line.s, head - 1);
		colon = strrchr(place, ':');
		if (!colon)
			continue;
		*colon = 0;
		p += strlen(kinds[i].word);
		text = mem_printf("%s: %.*s", kinds[i].ours, (int)(line.s + line.n - p), p);
		notice_add(ret, "checkpatch", patch, place, place[0] ? atoi(colon + 1) : 0, text);
		return;
	}
}

/* The mail, from `at` on, whose summary the line is; n: it is none. */
static size_t summary_of(const char *line, const struct strv *mails, size_t at)
{
	for (; at < mails->n; at++) {
		size_t len = strlen(mails->v[at]);

		if (strncmp(line, mails->v[at], len) == 0 &&
		    strncmp(line + len, " total: ", 8) == 0)
			break;
	}
	return at;
}

/*
 * checkpatch ends what it says of a mail with "MAIL total: …", and is silent of one that it finds
 * nothing in. Returns whether all that it said was of a mail.
 */
static bool mail_lines(const struct buf *said, const struct series *series,
		       const struct strv *mails, struct notice_list *ret)
{
	const char *of_one = buf_text(said), *end = of_one + said->len, *nl;
	size_t at = 0;

	for (const char *p = of_one; at < mails->n && p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			break;
		if (summary_of(p, mails, at) == mails->n)
			continue;
		at = summary_of(p, mails, at);
		while (of_one < p) {
			const char *next = memchr(of_one, '\n', (size_t)(p - of_one));

			mail_line((struct span){ of_one, (size_t)(next - of_one) },
				  series->patches[at].number, ret);
			of_one = next + 1;
		}
		of_one = nl + 1;
		at++;
	}
	return of_one == end;
}

int lint_mails(const struct build_spec *spec, const struct series *series, struct notice_list *ret,
	       char **trouble, struct err *err)
{
	CLEANUP(room_close) struct room room = { 0 };
	CLEANUP(strv_done) struct strv argv = { 0 };
	CLEANUP(strv_done) struct strv mails = { 0 };
	CLEANUP(buf_done) struct buf said = { 0 };
	CLEANUP(free_ptr) char *folder = NULL;
	const char *slash = series->n ? strrchr(series->patches[0].file, '/') : NULL;
	int code = 0, r;

	if (!slash)
		return 0;
	r = room_open(spec, &room, err);
	if (r < 0)
		return r;
	folder = mem_strndup(series->patches[0].file, (size_t)(slash - series->patches[0].file));
	room_bind(&room, folder, "/mails", false);
	for (size_t i = 0; i < series->n; i++)
		strv_addf(&mails, "/mails/%s", strrchr(series->patches[i].file, '/') + 1);
	strv_all(&argv, (const char *const[]){ "perl", "/src/scripts/checkpatch.pl", "--no-tree",
					       "--summary-file", "--terse", "--showfile",
					       "--color=never", NULL });
	strv_all(&argv, (const char *const *)mails.v);
	r = ask(&room, (const char *const *)argv.v, &code, &said, trouble, err);
	if (r == 0 && !*trouble && (!mail_lines(&said, series, &mails, ret) || code > 1))
		*trouble = mem_printf("checkpatch did not read all mails (exit %d)", code);
	return r;
}
