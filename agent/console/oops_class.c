// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_class.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "console/oops_class_entry.h"

/* entries, begin_heads, word_heads: host/classes.c has the names. */
#include "console/classes.h"

/* Whether what is behind the first star of a pattern fits: "", "b", "b*". */
static bool tail_fits(const char *rest, const char *tail, size_t n)
{
	size_t have = strlen(rest);

	if (n == 0)
		return true;
	if (tail[n - 1] != '*')
		return have >= n && memcmp(rest + have - n, tail, n) == 0;
	return memmem(rest, have, tail, n - 1) != NULL;
}

static bool begins(const char *name, const struct class_entry *e)
{
	size_t n = 0;

	while (n < e->len && name[n] == e->text[n])
		n++;
	return n == e->len;
}

/* The classes of a name by its begin. */
static unsigned by_begin(const char *name)
{
	unsigned class = 0;

	if (!name[0])
		return 0;
	for (size_t i = begin_heads[class_head(name)]; i > 0; i = entries[i - 1].next) {
		const struct class_entry *e = &entries[i - 1];

		if ((class & e->class) || !begins(name, e))
			continue;
		if (e->tail == CLASS_NO_STAR
			    ? !name[e->len]
			    : tail_fits(name + e->len, e->text + e->len + 1, e->tail))
			class |= e->class;
	}
	return class;
}

/* The classes of a name by the words that begin here. */
static unsigned by_word(const char *at)
{
	unsigned class = 0;

	if (!at[0])
		return 0;
	for (size_t i = word_heads[class_head(at)]; i > 0; i = entries[i - 1].next) {
		const struct class_entry *e = &entries[i - 1];

		if ((class & e->class) || !begins(at, e))
			continue;
		if (!at[e->len] || (e->tail != CLASS_NO_STAR && at[e->len] == '_'))
			class |= e->class;
	}
	return class;
}

/* Syscalls that say nothing without whom they called. */
static const char discriminated[] = "socketpair connect ioctl";

/* What a system call's entry is called behind its architecture's and its wrapper's prefix; or NULL.
 */
static const char *syscall_of(const char *name)
{
	static const char *const prefixes[] = { "compat_SyS_", "compat_SYSC_", "SyS_",
						"SYSC_",       "x64_sys_",     "ia32_sys_",
						"arm64_sys_",  "se_sys_",      "do_sys_",
						"sys_",	       "compat_sys_" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (prefixes[i][0] == name[0] &&
		    strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return name + strlen(prefixes[i]);
	return NULL;
}

static bool is_discriminated(const char *call)
{
	size_t n = strlen(call);
	const char *at = strstr(discriminated, call);

	return n > 0 && at && (at == discriminated || at[-1] == ' ') && (!at[n] || at[n] == ' ');
}

unsigned class_of(const char *name)
{
	const char *call;
	unsigned class;

	while (*name == '_')
		name++;
	class = by_begin(name) | by_word(name);
	for (const char *at = name; *at; at++)
		if (*at == '_')
			class |= by_word(at + 1);
	call = syscall_of(name);
	if (call && is_discriminated(call))
		class |= CLASS_DISPATCH;
	return class;
}

unsigned class_of_file(const char *path)
{
	static const struct {
		unsigned class;
		const char *starts;
	} files[] = {
		{ CLASS_REPORT, "mm/kasan/" },		{ CLASS_REPORT, "mm/kmsan/" },
		{ CLASS_REPORT, "mm/kfence/" },		{ CLASS_REPORT, "kernel/kcsan/" },
		{ CLASS_REPORT, "kernel/kcov.c" },	{ CLASS_REPORT, "kernel/panic.c" },
		{ CLASS_REPORT, "kernel/dma/debug.c" }, { CLASS_REPORT, "lib/debugobjects.c" },
		{ CLASS_REPORT, "lib/dump_stack.c" },	{ CLASS_REPORT, "lib/bug.c" },
		{ CLASS_LOCK, "kernel/locking/" },	{ CLASS_PRINT, "kernel/printk/" },
		{ CLASS_PRINT, "lib/vsprintf.c" },	{ CLASS_TOOL, "lib/string" },
		{ CLASS_TOOL, "lib/list_debug.c" },	{ CLASS_TOOL, "lib/refcount.c" },
		{ CLASS_TOOL, "lib/rbtree.c" },		{ CLASS_TOOL, "lib/find_bit.c" },
		{ CLASS_TOOL, "lib/usercopy.c" },	{ CLASS_ALLOC, "mm/sl" },
		{ CLASS_ALLOC, "mm/page_alloc.c" },	{ CLASS_ALLOC, "mm/vmalloc.c" },
		{ CLASS_ALLOC, "mm/percpu" },		{ CLASS_OBJECT, "lib/kobject" },
		{ CLASS_OBJECT, "fs/sysfs/" },
	};

	if (strncmp(path, "arch/", 5) == 0 &&
	    (strstr(path, "/kernel/traps") || strstr(path, "/mm/fault") ||
	     strstr(path, "/kernel/entry")))
		return CLASS_ENTRY;
	if (strncmp(path, "arch/", 5) == 0 && strstr(path, "/lib/"))
		return CLASS_TOOL;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (strncmp(path, files[i].starts, strlen(files[i].starts)) == 0)
			return files[i].class;
	return 0;
}
