// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_kind.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "console/line.h"
#include "console/oops_class.h"
#include "console/oops_frame.h"

/* What a WARNING is by its source file and function, with the classes that are not to blame. */
static const struct {
	const char *file;     /* the path ends with it; NULL: any */
	const char *function; /* the function begins with it; NULL: any */
	struct oops_kind kind;
} by_place[] = {
	{ "lib/debugobjects.c",
	  NULL,
	  { "", NULL, "WARNING: ODEBUG bug", "WARNING", PLACE_HEAD, ALSO_NONE, OOPS_ENDED,
	    CLASS_ALLOC | CLASS_TIMER | CLASS_RCU } },
	{ "lib/refcount.c",
	  NULL,
	  { "", NULL, "WARNING: refcount bug", "REFCOUNT_WARNING", PLACE_HEAD, ALSO_NONE,
	    OOPS_ENDED, 0 } },
	{ "mm/usercopy.c",
	  "usercopy_warn",
	  { "", NULL, "WARNING: bad usercopy", "WARNING", PLACE_HEAD, ALSO_NONE, OOPS_ENDED,
	    CLASS_USER } },
	{ "lib/kobject.c",
	  NULL,
	  { "", NULL, "WARNING: kobject bug", "WARNING", PLACE_HEAD, ALSO_NONE, OOPS_ENDED, 0 } },
	{ "fs/proc/generic.c",
	  "proc_register",
	  { "", NULL, "WARNING: proc registration bug", "WARNING", PLACE_HEAD, ALSO_NONE,
	    OOPS_ENDED, CLASS_PROC } },
	{ "kernel/locking/lockdep.c",
	  NULL,
	  { "", NULL, "WARNING: locking bug", "LOCKDEP", PLACE_HEAD, ALSO_NONE, OOPS_ENDED,
	    CLASS_SOCK } },
	{ "mm/vmalloc.c",
	  "__vmalloc_node_range",
	  { "", NULL, "WARNING: zero-size vmalloc", "WARNING", PLACE_HEAD, ALSO_NONE, OOPS_ENDED,
	    CLASS_ALLOC } },
	{ "mm/slab_common.c",
	  "kmalloc",
	  { "", NULL, "WARNING: kmalloc bug", "WARNING", PLACE_HEAD, ALSO_NONE, OOPS_ENDED,
	    CLASS_ALLOC } },
	{ "mm/util.c",
	  "kvmalloc",
	  { "", NULL, "WARNING: kmalloc bug", "WARNING", PLACE_HEAD, ALSO_NONE, OOPS_ENDED,
	    CLASS_ALLOC } },
	{ "lib/list_debug.c",
	  NULL,
	  { "", NULL, "BUG: corrupted list", "MEMORY_SAFETY_BUG", PLACE_HEAD, ALSO_ACCESS,
	    OOPS_ENDED, 0 } },
};

static const struct oops_kind bad_usercopy = { "",
					       NULL,
					       "BUG: bad usercopy",
					       "BUG",
					       PLACE_TRACE,
					       ALSO_NONE,
					       OOPS_FATAL | OOPS_ENDED | OOPS_START,
					       CLASS_USER };
static const struct oops_kind bad_list = { "",
					   NULL,
					   "BUG: corrupted list",
					   "MEMORY_SAFETY_BUG",
					   PLACE_PC,
					   ALSO_ACCESS,
					   OOPS_FATAL | OOPS_ENDED | OOPS_START,
					   0 };
/* Of a report whose beginning the log does not have, the kernel's own word is left. */
static const struct oops_kind headless = {
	"", NULL, "Oops", "DoS", PLACE_PC, ALSO_ACCESS, OOPS_FATAL | OOPS_ENDED | OOPS_START, 0
};

/* What subsystems put before their reports. */
static const char *const speakers[] = { "NMI watchdog: ",   "watchdog: ", "rcu: ", "[ ",
					"NMI watchdog: [ ", "kmemleak: ", "slab ", "Oops: " };

/* Old kernels say INFO where newer ones say WARNING. */
static bool reads(const struct line *ln, const struct oops_kind *k)
{
	static const char info[] = "INFO: ", warning[] = "WARNING: ";
	struct line rest = *ln;

	if (!line_begins(ln, k->starts)) {
		if (!line_starts(ln, info) || strncmp(k->starts, warning, strlen(warning)) != 0 ||
		    strcmp(k->type, "LOCKDEP") != 0)
			return false;
		rest.text += strlen(info);
		rest.len -= strlen(info);
		if (!line_starts(&rest, k->starts + strlen(warning)))
			return false;
	}
	if (k->holds && k->holds[0] == '\n')
		return ln->len == strlen(k->starts);
	return !k->holds || line_find(ln, k->holds);
}

enum { SHORTEST = 4 }; /* "BUG:" */

static const struct oops_kind *find(const struct line *ln, const char **text)
{
	char first = ln->len >= SHORTEST ? ln->text[0] : '\0';

	for (size_t i = 0; first && i < oops_kinds_n; i++) {
		const struct oops_kind *k = &oops_kinds[i];

		if ((k->starts[0] == first || !k->starts[0] || first == 'I') && reads(ln, k)) {
			*text = ln->text;
			return k;
		}
	}
	return NULL;
}

/* The line from `at` on. */
static struct line behind(const struct line *ln, const char *at)
{
	struct line rest = *ln;

	rest.len -= (size_t)(at - ln->text);
	rest.text = at;
	return rest;
}

/* A first line that stands in the middle of another text: behind a prompt, a date, torn. */
static const struct oops_kind *find_within(const struct line *ln, const char **text)
{
	static const char *const marks[] = { "BUG: ",
					     "WARNING: CPU: ",
					     "Unable to handle kernel ",
					     "Kernel panic - not",
					     "kernel BUG at ",
					     "Internal error: " };

	for (size_t at = 1; at < ln->len; at++) {
		struct line rest = behind(ln, ln->text + at);
		char before = ln->text[at - 1];

		if (!strchr("BWUKkI", rest.text[0]) || isalnum((unsigned char)before) ||
		    before == '_')
			continue;
		for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
			const struct oops_kind *k;

			if (!line_begins(&rest, marks[i]))
				continue;
			k = find(&rest, text);
			if (k && (k->flags & OOPS_ANYWHERE))
				return k;
		}
	}
	return NULL;
}

const struct oops_kind *oops_kind_of(const struct line *ln, const char **text)
{
	const struct oops_kind *k;

	struct line trimmed = *ln;

	while (trimmed.len > 0 && trimmed.text[0] == ' ') {
		trimmed.text++;
		trimmed.len--;
	}
	ln = &trimmed;
	if (ln->len < SHORTEST || line_starts(ln, "---[ end "))
		return NULL;
	k = find(ln, text);
	if (k)
		return k;
	for (size_t i = 0; i < sizeof(speakers) / sizeof(*speakers); i++)
		if (line_begins(ln, speakers[i])) {
			struct line rest = behind(ln, ln->text + strlen(speakers[i]));

			k = oops_kind_of(&rest, text);
			if (k)
				return k;
		}
	return find_within(ln, text);
}

/* "path" in "… at path:12 f+0x1/0x2" or "WARNING: path:12 at f+0x…": its end, or NULL. */
static const char *path_end(const char *text, const char *end, const char *file)
{
	const char *at = memmem(text, (size_t)(end - text), file, strlen(file));

	return at && at + strlen(file) < end && at[strlen(file)] == ':' ? at : NULL;
}

const struct oops_kind *oops_kind_by_place(const char *text, const char *end)
{
	struct symbol s = { .name = "" };

	if (memmem(text, (size_t)(end - text), "kernel BUG at ", 14)) {
		if (path_end(text, end, "mm/usercopy.c"))
			return &bad_usercopy;
		return path_end(text, end, "lib/list_debug.c") ? &bad_list : NULL;
	}
	(void)frame_find(text, end, &s);
	for (size_t i = 0; i < sizeof(by_place) / sizeof(*by_place); i++) {
		if (by_place[i].file && !path_end(text, end, by_place[i].file))
			continue;
		if (by_place[i].function && s.name[0] &&
		    strncmp(s.name, by_place[i].function, strlen(by_place[i].function)) != 0)
			continue;
		return &by_place[i].kind;
	}
	return NULL;
}

const struct oops_kind *oops_kind_by_message(const struct line *ln)
{
	static const struct {
		const char *starts, *file;
	} messages[] = {
		{ "refcount_t: ", "lib/refcount.c" },
		{ "ODEBUG: ", "lib/debugobjects.c" },
		{ "list_add corruption", "lib/list_debug.c" },
		{ "list_del corruption", "lib/list_debug.c" },
	};

	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
		if (line_starts(ln, messages[i].starts))
			for (size_t k = 0; k < sizeof(by_place) / sizeof(*by_place); k++)
				if (strcmp(by_place[k].file, messages[i].file) == 0)
					return &by_place[k].kind;
	return NULL;
}

const struct oops_kind *oops_kind_headless(const struct line *ln)
{
	static const char *const first[] = { "PC is at ",
					     "RIP: 0010:", "pc : ", "EIP: ", "EIP is at " };
	struct frame f;

	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		if (line_starts(ln, first[i])) {
			frame_read(ln, &f);
			return f.kind == FRAME_PC && f.at.name[0] ? &headless : NULL;
		}
	return NULL;
}

bool oops_is_boot(const struct line *ln)
{
	return line_starts(ln, "Linux version ") ||
	       line_starts(ln, "Booting Linux on physical CPU") || line_starts(ln, "U-Boot ");
}
