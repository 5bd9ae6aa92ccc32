// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "console/oops_class.h"
#include "console/oops_report.h"
#include "model/oops.h"

/* One way in which a function's name stands for others; syzbot's titles use the short one. */
struct short_name {
	const char *starts; /* the name begins with it, */
	bool all;	    /* or is it, and is replaced as a whole */
	const char *by;
};

static const struct short_name shorts[] = {
	{ "__se_sys_", false, "sys_" },
	{ "__do_sys_", false, "sys_" },
	{ "sys_", false, "" },
	{ "__x64_sys_", false, "sys_" },
	{ "__ia32_sys_", false, "sys_" },
	{ "__ia32_compat_sys_", false, "sys_" },
	{ "__x32_compat_sys_", false, "sys_" },
	{ "__arm64_sys_", false, "sys_" },
	{ "__arm64_compat_sys_", false, "sys_" },
	{ "__riscv_sys_", false, "sys_" },
	{ "compat_SyS_", false, "" },
	{ "compat_SYSC_", false, "" },
	{ "SyS_", false, "" },
	{ "SYSC_", false, "" },
	{ "synchronize_rcu_expedited", true, "synchronize_rcu" },
	{ "synchronize_srcu_expedited", true, "synchronize_rcu" },
	{ "synchronize_srcu", true, "synchronize_rcu" },
	{ "synchronize_sched_expedited", true, "synchronize_rcu" },
	{ "synchronize_sched", true, "synchronize_rcu" },
	{ "synchronize_net", true, "synchronize_rcu" },
	{ "smp_call_function_single", true, "smp_call_function" },
	{ "smp_call_function_many", true, "smp_call_function" },
	{ "smp_call_function_many_cond", true, "smp_call_function" },
};

/* Adds the names that `function` goes by, the longest first; the last is the title's. */
static void names_of(const char *function, struct strv *ret)
{
	char *now = mem_strdup(function);

	for (size_t i = 0; i < sizeof(shorts) / sizeof(*shorts); i++) {
		size_t n;
		char *next;

		if (shorts[i].starts[0] != now[0])
			continue;
		n = strlen(shorts[i].starts);
		if (strncmp(now, shorts[i].starts, n) != 0 || shorts[i].all == (now[n] != '\0'))
			continue;
		next = mem_printf("%s%s", shorts[i].by, shorts[i].all ? "" : now + n);
		if (strcmp(next, now) == 0) {
			free(next);
			continue;
		}
		strv_take(ret, now);
		now = next;
	}
	strv_take(ret, now);
}

static bool is(const struct report *r, unsigned flag)
{
	return (r->kind->flags & flag) != 0;
}

/* A word that is an address, as the kernel prints one: "0x1f", "ffff8801db607c20". */
static bool is_address(const char *w, size_t n)
{
	size_t hex = 0, digits = 0;

	if (n > 2 && w[0] == '0' && w[1] == 'x')
		return true;
	for (; hex < n && isxdigit((unsigned char)w[hex]); hex++)
		digits += isdigit((unsigned char)w[hex]) != 0;
	return hex == n && n >= 8 && digits > 0;
}

/* A defect's words without what changes from run to run. */
static void add_words(struct buf *b, const char *words, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		for (n = 0;
		     i + n < len && (isalnum((unsigned char)words[i + n]) || words[i + n] == '_');
		     n++)
			continue;
		if (n == 0)
			buf_add(b, words + i, n = 1);
		else if (is_address(words + i, n))
			buf_str(b, "ADDR");
		else if (strspn(words + i, "0123456789") >= n)
			buf_str(b,
				i > 2 && words[i - 1] == ':' && isalpha((unsigned char)words[i - 2])
					? "LINE"
					: "NUM");
		else
			buf_add(b, words + i, n);
		if (n == 1 && words[i] == '+' && i + 2 < len && words[i + 1] == '0') {
			b->len--; /* "f+0x12/0x34" */
			b->data[b->len] = '\0';
			while (i + n < len && (isxdigit((unsigned char)words[i + n]) ||
					       words[i + n] == 'x' || words[i + n] == '/'))
				n++;
		}
	}
	buf_trim(b);
}

/* What some words leave out behind a mark: which CPU, which process. */
static size_t words_end(const char *words)
{
	static const char *const tails[] = { " on CPU",	     " exitcode=", " ...",
					     " in process ", " code: ",	   " mm:",
					     ": mm ",	     "[ ",	   " detected" };
	size_t len = strlen(words);

	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		const char *at = strstr(words, tails[i]);

		if (at && (size_t)(at - words) < len && at > words)
			len = (size_t)(at - words);
	}
	return len;
}

/* "KASAN: use-after-free Read", "KCSAN: data-race", "UBSAN: array-index-out-of-bounds" */
static void sanitizer_words(const struct report *r, struct buf *b)
{
	const char *w = r->words, *in = strstr(w, " in ");
	size_t len = in ? (size_t)(in - w) : strlen(w);

	if (strncmp(w, "Undefined behaviour", 19) == 0) {
		buf_str(b, "undefined-behaviour");
		return;
	}
	if (strncmp(w, "double-free or invalid-free", 27) == 0 ||
	    (strcmp(r->kind->type, "KASAN") == 0 &&
	     (strncmp(w, "double-free", 11) == 0 || strncmp(w, "invalid-free", 12) == 0))) {
		buf_str(b, "invalid-free");
		return;
	}
	if (strcmp(r->kind->type, "KASAN") == 0) {
		const char *on = strstr(w, " on address");

		if (on && (!in || on < in))
			len = (size_t)(on - w);
	}
	if (strcmp(r->kind->type, "KCSAN-DATARACE") == 0 && strncmp(w, "assert: race", 12) == 0)
		len = 12;
	add_words(b, w, len);
	if (r->access[0] && strcmp(r->kind->type, "KASAN") == 0)
		buf_printf(b, " %s", r->access);
}

/* The words of the title before its function; *where says whether one belongs there. */
static void title_base(const struct report *r, struct buf *b, bool *where)
{
	const char *w = r->words;

	*where = r->kind->place != PLACE_NONE;
	buf_str(b, r->kind->title);
	if (r->info && strncmp(r->kind->title, "WARNING: ", 9) == 0) {
		b->len = 0;
		buf_printf(b, "INFO: %s", r->kind->title + strlen("WARNING: "));
	}
	if (is(r, OOPS_SANITIZER)) {
		sanitizer_words(r, b);
	} else if (strcmp(r->kind->title, "BUG: using ") == 0) {
		const char *in = strstr(w, " in preemptible");

		buf_add(b, w, in ? (size_t)(in - w) : strlen(w));
		buf_str(b, " in preemptible code");
	} else if (strcmp(r->kind->title, "rust panic") == 0 && r->message[0]) {
		b->len = 0;
		add_words(b, r->message, strlen(r->message));
	} else if (is(r, OOPS_TEXT)) {
		while (*w == ':' || *w == ' ')
			w++;
		add_words(b, w, words_end(w));
	}
}

static char *type_of(const struct report *r, const char *title)
{
	const char *w = r->words, *kind = r->kind->type;
	bool write = strcmp(r->access, "Write") == 0 || strstr(w, " write in");
	const char *rw = write ? "WRITE" : "READ";

	if (strcmp(kind, "UBSAN") == 0)
		return mem_strdup(strncmp(w, "array-index", 11) == 0 ? "MEMORY_SAFETY_UBSAN"
								     : kind);
	if (strcmp(kind, "KMSAN-UNINIT-VALUE") == 0)
		return mem_strdup(strstr(w, "infoleak") ? "KMSAN-INFO-LEAK" : kind);
	if (strcmp(kind, "KCSAN-DATARACE") == 0)
		return mem_strdup(strncmp(w, "assert: ", 8) == 0 ? "KCSAN-ASSERT" : kind);
	if (strcmp(kind, "KASAN") != 0 && strcmp(kind, "KFENCE") != 0)
		return mem_strdup(kind);
	if (strstr(title, "invalid-free") || strstr(title, "invalid free"))
		return mem_printf("%s-INVALID-FREE", kind);
	if (strstr(w, "memory corruption"))
		return mem_printf("%s-MEMORY-CORRUPTION", kind);
	if (strstr(w, "use-after-free"))
		return mem_printf("%s-USE-AFTER-FREE-%s", kind, rw);
	if (strstr(w, "null-ptr-deref"))
		return mem_printf("%s-NULL-POINTER-DEREFERENCE-%s", kind, rw);
	return mem_printf("%s-%s", kind, rw);
}

/* What else the defect is called, whichever checker finds it first. */
static const char *also_of(const struct report *r, const char *title)
{
	if (strcmp(r->kind->type, "UBSAN") == 0)
		return strncmp(r->words, "array-index", 11) == 0 ? "bad-access" : NULL;
	if (strstr(r->words, "usb-infoleak") || strstr(r->words, "memory corruption"))
		return NULL;
	if (strstr(title, "invalid-free") || strstr(title, "invalid free"))
		return "invalid-free";
	switch (r->kind->also) {
	case ALSO_ACCESS:
		return "bad-access";
	case ALSO_FREE:
		return "invalid-free";
	case ALSO_STALL:
		return "stall";
	case ALSO_HANG:
		return "hang";
	case ALSO_OVERFLOW:
		return "stack-overflow";
	case ALSO_NONE:
		break;
	}
	return NULL;
}

/* Adds a title unless it is there already. */
static void add_title(struct strv *alt, const char *title, char *text)
{
	if (strcmp(text, title) == 0 || strv_has(alt, text))
		free(text);
	else
		strv_take(alt, text);
}

/* What DMA debugging said: "DMA-API: DRIVER DEVICE: what" */
static void add_message(const struct report *r, const char *function, struct strv *alt)
{
	const char *at = r->message + strlen("DMA-API: "), *what = strstr(at, ": ");
	struct buf b = { 0 };

	what = what ? what + 2 : at;
	buf_str(&b, "DMA-API: ");
	add_words(&b, what, strlen(what));
	buf_printf(&b, " in %s", function);
	strv_take(alt, buf_take(&b));
}

/* "data-race in f / g": both, in the order of the alphabet, as the report itself has them. */
static char *place_of(const struct report *r, const char *function)
{
	if (r->second[0] && is(r, OOPS_SANITIZER) && strcmp(r->second, function) != 0)
		return mem_printf("%s / %s", function, r->second);
	if (strcmp(r->kind->title, "WARNING") == 0 && strstr(r->at, "usb_submit_urb"))
		return mem_printf("%s/usb_submit_urb", function);
	return mem_strdup(function);
}

static void add_alternatives(const struct report *r, const char *base, bool where,
			     const struct strv *names, struct oops *o)
{
	const char *also = also_of(r, o->title);
	struct strv alt = { 0 };
	char origin[OOPS_NAME];

	for (size_t i = 0; i < names->n && names->v[i][0]; i++) {
		if (where && i + 1 < names->n)
			add_title(&alt, o->title, mem_printf("%s in %s", base, names->v[i]));
		if (also)
			add_title(&alt, o->title, mem_printf("%s in %s", also, names->v[i]));
	}
	report_origin(r, origin);
	if (strstr(r->words, "usb-infoleak") && origin[0])
		add_title(&alt, o->title, mem_printf("KMSAN origin in %s", origin));
	if (strncmp(base, "BUG: Dentry", 11) == 0) {
		const char *of = strstr(r->words, "[unmount of ");

		if (of)
			strv_addf(&alt, "BUG: Dentry still in use %s", of);
	}
	if (strncmp(r->message, "DMA-API: ", 9) == 0 && o->function[0])
		add_message(r, o->function, &alt);
	o->alt = alt.v;
	o->n_alt = alt.n;
}

void report_title(const struct report *r, const char *function, struct oops *ret)
{
	struct strv names = { 0 };
	struct buf base = { 0 };
	bool where;
	char *place;

	title_base(r, &base, &where);
	names_of(function, &names);
	ret->function = mem_strdup(names.v[names.n - 1]);
	place = place_of(r, ret->function);
	where = where && place[0];
	ret->title = where ? mem_printf("%s in %s", buf_text(&base), place)
			   : mem_strdup(buf_text(&base));
	ret->type = type_of(r, ret->title);
	add_alternatives(r, buf_text(&base), where, &names, ret);
	free(place);
	strv_done(&names);
	buf_done(&base);
}
