// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_kind.h"

#include <stdbool.h>
#include <string.h>

#include "console/line.h"

enum {
	FAULT = OOPS_FATAL | OOPS_WHERE | OOPS_ENDED | OOPS_ACCESS | OOPS_START,
	USER = FAULT | OOPS_CONFIRM,
	LOCKDEP = OOPS_WHERE | OOPS_LONG,
	STALL = OOPS_WHERE | OOPS_LONG | OOPS_BELOW,
	SANITIZER = OOPS_WHERE | OOPS_LONG | OOPS_ACCESS | OOPS_TEXT,
};

#define NULL_POINTER "BUG: unable to handle kernel NULL pointer dereference"
#define PAGING	     "BUG: unable to handle kernel paging request"

/* The first that fits wins, so what is special stands before what is general. */
static const struct oops_kind kinds[] = {
	{ "Unable to handle kernel NULL pointer dereference", NULL, NULL_POINTER,
	  "NULL-POINTER-DEREFERENCE", FAULT },
	{ "BUG: kernel NULL pointer dereference", NULL, NULL_POINTER, "NULL-POINTER-DEREFERENCE",
	  FAULT },
	{ "BUG: unable to handle kernel NULL pointer", NULL, NULL_POINTER,
	  "NULL-POINTER-DEREFERENCE", FAULT },
	{ "BUG: unable to handle", NULL, PAGING, "MEMORY_SAFETY_BUG", FAULT },
	{ "Unable to handle kernel access to user memory", NULL,
	  "BUG: unable to handle kernel access to user memory", "MEMORY_SAFETY_BUG", FAULT },
	{ "Unable to handle kernel ", NULL, PAGING, "MEMORY_SAFETY_BUG", FAULT },
	{ "Unhandled fault: ", NULL, "Unhandled fault", "DoS", USER },
	{ "Unhandled prefetch abort: ", NULL, "Unhandled prefetch abort", "DoS", USER },
	{ "Alignment trap: not handling instruction", NULL, "Alignment trap", "DoS", USER },
	{ "Bad mode in ", " handler detected", "Bad mode", "DoS", FAULT },
	{ "Internal error: ", NULL, "Internal error", "DoS", FAULT },
	{ "general protection fault", NULL, "general protection fault", "DoS", FAULT },
	{ "divide error: ", NULL, "divide error", "DoS", FAULT & ~OOPS_ACCESS },
	{ "kernel BUG at ", NULL, "kernel BUG", "BUG", FAULT & ~OOPS_ACCESS },
	{ "list_add corruption", NULL, "BUG: corrupted list", "MEMORY_SAFETY_BUG",
	  OOPS_WHERE | OOPS_ACCESS | OOPS_ENDED | OOPS_START },
	{ "list_del corruption", NULL, "BUG: corrupted list", "MEMORY_SAFETY_BUG",
	  OOPS_WHERE | OOPS_ACCESS | OOPS_ENDED | OOPS_START },

	{ "BUG: KASAN: ", NULL, "KASAN: ", "KASAN", SANITIZER },
	{ "BUG: KFENCE: ", NULL, "KFENCE: ", "KFENCE", SANITIZER },
	{ "BUG: KCSAN: ", NULL, "KCSAN: ", "KCSAN-DATARACE", SANITIZER & ~OOPS_ACCESS },
	{ "BUG: KMSAN: ", NULL, "KMSAN: ", "KMSAN-UNINIT-VALUE", SANITIZER },
	{ "UBSAN: ", NULL, "UBSAN: ", "UBSAN", SANITIZER & ~OOPS_ACCESS },

	{ "BUG: scheduling while atomic", NULL, "BUG: scheduling while atomic", "ATOMIC_SLEEP",
	  OOPS_WHERE | OOPS_LONG },
	{ "BUG: sleeping function called from invalid context", NULL,
	  "BUG: sleeping function called from invalid context", "ATOMIC_SLEEP",
	  OOPS_WHERE | OOPS_LONG },
	{ "BUG: soft lockup", NULL, "BUG: soft lockup", "HANG", STALL },
	{ "BUG: workqueue lockup", NULL, "BUG: workqueue lockup", "HANG", OOPS_LONG },
	{ "Watchdog detected hard LOCKUP", NULL, "BUG: hard lockup", "HANG", STALL },
	{ "INFO: rcu_", "detected", "INFO: rcu detected stall", "HANG", STALL },
	{ "INFO: task ", " blocked for more than ", "INFO: task hung", "HANG",
	  OOPS_WHERE | OOPS_LONG },

	{ "WARNING: possible circular locking", NULL, "possible deadlock", "LOCKDEP", LOCKDEP },
	{ "WARNING: possible recursive locking", NULL, "possible deadlock", "LOCKDEP", LOCKDEP },
	{ "WARNING: possible irq lock inversion", NULL, "possible deadlock", "LOCKDEP", LOCKDEP },
	{ "WARNING: ", "-unsafe lock order detected", "possible deadlock", "LOCKDEP", LOCKDEP },
	{ "WARNING: inconsistent lock state", NULL, "inconsistent lock state", "LOCKDEP", LOCKDEP },
	{ "WARNING: suspicious RCU usage", NULL, "WARNING: suspicious RCU usage", "LOCKDEP",
	  LOCKDEP },
	{ "WARNING: bad unlock balance", NULL, "WARNING: bad unlock balance", "LOCKDEP", LOCKDEP },
	{ "WARNING: held lock freed", NULL, "WARNING: held lock freed", "LOCKDEP", LOCKDEP },
	{ "WARNING: lock held when returning to user space", NULL,
	  "WARNING: lock held when returning to user space", "LOCKDEP", LOCKDEP },
	{ "WARNING: nested lock was not taken", NULL, "WARNING: nested lock was not taken",
	  "LOCKDEP", LOCKDEP },
	{ "BUG: Invalid wait context", NULL, "BUG: Invalid wait context", "LOCKDEP", LOCKDEP },
	{ "BUG: bad unlock balance", NULL, "BUG: bad unlock balance", "LOCKDEP", LOCKDEP },
	{ "BUG: held lock freed", NULL, "BUG: held lock freed", "LOCKDEP", LOCKDEP },
	{ "BUG: spinlock ", NULL, "BUG: ", "LOCKDEP", LOCKDEP | OOPS_TEXT },
	{ "BUG: rwlock ", NULL, "BUG: ", "LOCKDEP", LOCKDEP | OOPS_TEXT },
	{ "BUG: using ", " in preemptible", "BUG: ", "LOCKDEP", LOCKDEP | OOPS_TEXT },
	{ "INFO: trying to register non-static key", NULL,
	  "INFO: trying to register non-static key", "LOCKDEP", LOCKDEP },

	{ "WARNING: CPU: ", NULL, "WARNING", "WARNING", OOPS_WHERE | OOPS_ENDED },
	{ "WARNING: at ", NULL, "WARNING", "WARNING", OOPS_WHERE | OOPS_ENDED | OOPS_LOOSE },
	{ "WARNING: ", ", CPU#", "WARNING", "WARNING", OOPS_WHERE | OOPS_ENDED }, /* 6.18 */
	{ "irq ", ": nobody cared", "irq: nobody cared", "WARNING", OOPS_LONG },
	{ "BUG: ", NULL, "BUG: ", "BUG", OOPS_LONG | OOPS_TEXT | OOPS_LOOSE },

	{ "Kernel panic - not syncing: ", NULL, "kernel panic: ", "DoS",
	  OOPS_FATAL | OOPS_PANIC | OOPS_TEXT },
};

static const struct oops_kind warnings[] = {
	{ "refcount_t: ", NULL, "WARNING: refcount bug", "REFCOUNT_WARNING",
	  OOPS_WHERE | OOPS_ENDED },
	{ "ODEBUG: ", NULL, "WARNING: ODEBUG bug", "WARNING", OOPS_WHERE | OOPS_ENDED },
	{ "list_", " corruption", "BUG: corrupted list", "MEMORY_SAFETY_BUG",
	  OOPS_WHERE | OOPS_ACCESS | OOPS_ENDED },
};

/* What subsystems put before their reports. */
static const char *const speakers[] = { "NMI watchdog: ", "watchdog: ", "rcu: ", "[ " };

/* Old kernels say INFO where newer ones say WARNING. */
static bool reads(const struct line *ln, const struct oops_kind *k)
{
	static const char info[] = "INFO: ", warning[] = "WARNING: ";

	if (!line_starts(ln, k->starts)) {
		struct line rest = *ln;

		if (!line_starts(ln, info) || strncmp(k->starts, warning, strlen(warning)) != 0 ||
		    strcmp(k->type, "LOCKDEP") != 0)
			return false;
		rest.text += strlen(info);
		rest.len -= strlen(info);
		if (!line_starts(&rest, k->starts + strlen(warning)))
			return false;
	}
	return !k->holds || line_find(ln, k->holds);
}

enum { SHORTEST = 6 }; /* "BUG: x" */

/* The bytes with which one of the kinds can begin. */
static bool promising(const struct line *ln)
{
	return ln->len >= SHORTEST && strchr("UBAIgdklKWi", ln->text[0]) && ln->text[0];
}

static const struct oops_kind *find(const struct line *ln, const char **text)
{
	if (!promising(ln))
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (reads(ln, &kinds[i])) {
			*text = ln->text;
			return &kinds[i];
		}
	return NULL;
}

const struct oops_kind *oops_kind_of(const struct line *ln, const char **text)
{
	/* Unmistakable wherever they stand: behind a prompt, on a line that was torn. */
	static const char *const sure[] = { "Unable to handle kernel ",
					    "Kernel panic - not syncing: " };
	struct line rest = *ln;
	const char *at;

	if (ln->len < SHORTEST)
		return NULL;
	for (size_t i = 0; i < sizeof(speakers) / sizeof(*speakers); i++)
		if (line_starts(ln, speakers[i])) {
			rest.text += strlen(speakers[i]);
			rest.len -= strlen(speakers[i]);
			return find(&rest, text);
		}
	for (size_t i = 0; i < sizeof(sure) / sizeof(*sure); i++) {
		at = line_find(ln, sure[i]);
		if (at) {
			rest.len -= (size_t)(at - rest.text);
			rest.text = at;
			return find(&rest, text);
		}
	}
	return find(ln, text);
}

const struct oops_kind *oops_kind_of_warning(const struct line *ln)
{
	for (size_t i = 0; i < sizeof(warnings) / sizeof(*warnings); i++)
		if (reads(ln, &warnings[i]))
			return &warnings[i];
	return NULL;
}
