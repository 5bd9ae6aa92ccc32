// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_frame.h"

#include <ctype.h>
#include <string.h>

#include "console/line.h"

/*
 * Whom a report blames: the innermost function that is no helper. A helper is
 * a function about which a report says nothing new, by one of these rules:
 * - it takes the exception, prints the report or checks for it (__dabt_svc,
 *   __warn, KASAN's and lockdep's functions): it stands in every such report;
 * - it does what its caller says to what its caller hands it, and is called
 *   from everywhere: string and memory primitives, copies from and to
 *   processes, list and reference count operations, locks, allocators. A bad
 *   address in them is their caller's;
 * - it waits: the scheduler's functions, in reports of hangs.
 * Leading underscores do not count, and "x*" stands for all that begin with x.
 */
static const char *const helpers[] = {
	/* printing and checking */
	"dump_stack*",
	"show_stack",
	"dump_backtrace",
	"unwind_backtrace",
	"show_regs",
	"warn",
	"warn_slowpath_*",
	"warn_printk",
	"panic",
	"die",
	"report_bug",
	"bug_handler",
	"print_report",
	"print_address_description*",
	"print_circular_bug*",
	"print_*_bug",
	"kasan_*",
	"asan_*",
	"hwasan_*",
	"kfence_*",
	"kcsan_*",
	"kmsan_*",
	"msan_*",
	"tsan_*",
	"ubsan_*",
	"sanitizer_cov_*",
	"check_memory_region*",
	"lock_acquire*",
	"lock_release*",
	"lockdep_*",
	"check_noncircular",
	"check_prev_add",
	"validate_chain",
	"mark_lock*",
	"mark_usage",
	"register_lock_class",
	"might_sleep",
	"might_resched",
	"might_fault",
	"schedule_bug",
	"schedule_debug",
	"check_preemption_disabled",
	"debug_smp_processor_id",
	"this_cpu_preempt_check",
	"spin_bug",
	"spin_dump",
	"debug_print_object",
	"debug_object_*",
	"debug_check_no_obj_freed",
	"nmi_*",
	"trigger_*_backtrace",
	"arch_trigger_*",
	"rcu_dump_cpu_stacks",
	"trace_hardirqs_*",
	/* taking the exception */
	"fixup_bug*",
	"do_error_trap",
	"do_invalid_op",
	"invalid_op",
	"handle_bug",
	"exc_*",
	"oops_end",
	"do_trap*",
	"do_kernel_fault",
	"die_kernel_fault",
	"do_bad_area",
	"do_page_fault",
	"do_translation_fault",
	"do_mem_abort",
	"do_DataAbort",
	"do_PrefetchAbort",
	"do_undefinstr",
	"do_debug_exception",
	"brk_handler",
	"call_break_hook",
	"el1_dbg",
	"fortify_panic",
	"usercopy_warn",
	"usercopy_abort",
	"check_object_size*",
	"sched_show_task",
	/* string, memory, copies */
	"memcpy",
	"memset",
	"memset32",
	"memset64",
	"memmove",
	"memcmp",
	"memchr",
	"memzero",
	"memcpy_fromio",
	"memcpy_toio",
	"memset_io",
	"mmiocpy",
	"mmioset",
	"strcmp",
	"strncmp",
	"strcasecmp",
	"strncasecmp",
	"strcpy",
	"strncpy",
	"strlcpy",
	"strscpy",
	"strlen",
	"strnlen",
	"strcat",
	"strchr",
	"strrchr",
	"strstr",
	"copy_page",
	"clear_page",
	"copy_from_user*",
	"copy_to_user*",
	"arm_copy_*",
	"raw_copy_*",
	"arch_copy_*",
	"get_user_*",
	"put_user_*",
	"clear_user*",
	"csum_partial*",
	/* lists and counts */
	"list_add_valid*",
	"list_del_entry_valid*",
	"list_add",
	"list_del",
	"refcount_*",
	"kref_get",
	"kref_put",
	"rb_insert_color",
	"rb_erase",
	"find_next_bit",
	"find_first_bit",
	"find_*_bit_le",
	"test_and_set_bit",
	"set_bit",
	"clear_bit",
	/* locks */
	"raw_spin_*",
	"raw_read_*",
	"raw_write_*",
	"do_raw_*",
	"spin_lock*",
	"spin_unlock*",
	"queued_*",
	"native_queued_*",
	"mutex_lock*",
	"mutex_unlock*",
	"mutex_trylock",
	"down_read*",
	"down_write*",
	"up_read",
	"up_write",
	"rwsem_*",
	"rt_mutex_*",
	/* allocators */
	"kmalloc",
	"kmalloc_node",
	"kmalloc_trace",
	"kmalloc_large*",
	"kmalloc_track_caller",
	"kzalloc",
	"kfree",
	"kvfree",
	"kmem_cache_*",
	"slab_alloc*",
	"slab_free*",
	"slab_post_alloc_hook*",
	"krealloc",
	"alloc_pages*",
	"free_pages*",
	"free_one_page",
	"vmalloc*",
	"vfree",
	"get_page_from_freelist",
	/* waiting */
	"schedule",
	"schedule_timeout*",
	"schedule_preempt_disabled",
	"io_schedule*",
	"wait_for_completion*",
	"wait_for_common",
	"wait_on_bit*",
	"wait_on_page_bit*",
	"wait_on_page_writeback",
	"lock_page",
	"folio_lock*",
	"cond_resched",
	"preempt_schedule*",
};

static const char *const entries[] = {
	"irq_svc",	    "dabt_svc",
	"pabt_svc",	    "und_svc",
	"irq_usr",	    "dabt_usr",
	"el1*_irq",	    "el1h_64_irq*",
	"el1_abort",	    "el1h_64_sync*",
	"asm_sysvec_*",	    "asm_common_interrupt",
	"asm_exc_*",	    "apic_timer_interrupt",
	"common_interrupt",
};

static const char *const outer[] = {
	"kunit_try_run_case",
	"kunit_generic_run_threadfn_adapter",
	"kthread",
	"ret_from_fork*",
	"process_one_work",
	"process_scheduled_works",
	"worker_thread",
	"do_one_initcall",
	"kernel_init*",
	"start_kernel",
	"ret_fast_syscall",
	"sys_trace_return",
	"invoke_syscall",
	"el0_svc*",
	"do_syscall_64",
	"entry_SYSCALL_64*",
	"do_idle",
	"cpu_startup_entry",
	"rest_init",
};

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

/* Whether `name` fits a pattern with at most one '*'. */
static bool fits(const char *name, const char *pattern)
{
	const char *star = strchr(pattern, '*');
	size_t head, tail, n;

	if (!star)
		return strcmp(name, pattern) == 0;
	head = (size_t)(star - pattern);
	tail = strlen(star + 1);
	n = strlen(name);
	return n >= head + tail && memcmp(name, pattern, head) == 0 &&
	       memcmp(name + n - tail, star + 1, tail) == 0;
}

static bool in_table(const char *name, const char *const *table, size_t n)
{
	while (*name == '_')
		name++;
	for (size_t i = 0; i < n; i++)
		if (fits(name, table[i]))
			return true;
	return false;
}

bool frame_is_entry(const char *name)
{
	return in_table(name, entries, sizeof(entries) / sizeof(*entries));
}

bool frame_is_helper(const char *name)
{
	return in_table(name, helpers, sizeof(helpers) / sizeof(*helpers)) || frame_is_entry(name);
}

bool frame_is_outer(const char *name)
{
	return in_table(name, outer, sizeof(outer) / sizeof(*outer));
}

/* C has no dots in names: compilers add .isra.0, .constprop.1, .part.2, .cold, .llvm.123 */
void frame_symbol(const char *text, size_t len, char name[OOPS_NAME])
{
	size_t n = 0;

	while (n < len && n + 1 < OOPS_NAME && word_char(text[n]) && (n == 0 || text[n] != '.'))
		n++;
	if (n > 0 && isdigit((unsigned char)text[0])) /* "0xc04ffb28" */
		n = 0;
	memcpy(name, text, n);
	name[n] = '\0';
}

struct text {
	const char *p, *end;
};

static bool take(struct text *t, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0)
		return false;
	t->p += n;
	return true;
}

static bool take_blanks(struct text *t)
{
	const char *was = t->p;

	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
	return t->p > was;
}

/* "[<c0123456>] " */
static bool take_address(struct text *t)
{
	struct text u = *t;

	if (!take(&u, "[<"))
		return false;
	while (u.p < u.end && isxdigit((unsigned char)*u.p))
		u.p++;
	if (!take(&u, ">]"))
		return false;
	take_blanks(&u);
	*t = u;
	return true;
}

/* The symbol here; with `offset`, only where "+0x1/0x2" follows it. */
static bool take_symbol(struct text *t, bool offset, char name[OOPS_NAME])
{
	const char *at = t->p;

	while (at < t->end && word_char(*at))
		at++;
	if (at == t->p)
		return false;
	if (offset && (t->end - at < 3 || memcmp(at, "+0x", 3) != 0))
		return false;
	frame_symbol(t->p, (size_t)(at - t->p), name);
	t->p = at;
	if (take(t, "+0x"))
		while (t->p < t->end &&
		       (isxdigit((unsigned char)*t->p) || *t->p == '/' || *t->p == 'x'))
			t->p++;
	return name[0] != '\0';
}

/* " [module]" */
static void take_module(struct text *t)
{
	struct text u = *t;

	if (!take_blanks(&u) || !take(&u, "["))
		return;
	while (u.p < u.end && (word_char(*u.p) || *u.p == '-'))
		u.p++;
	if (take(&u, "]"))
		*t = u;
}

/* " f from g+0x1/0x2": ARM without CONFIG_BACKTRACE_VERBOSE */
static bool read_from(struct text t, struct frame *ret)
{
	if (!take_blanks(&t) || !take_symbol(&t, false, ret->name))
		return false;
	take_module(&t);
	return take(&t, " from ") && take_symbol(&t, true, ret->caller);
}

/* "[<addr>] (f) from [<addr>] (g+0x1/0x2)": ARM with it; old kernels "(f+0x1/0x2)" first */
static bool read_verbose(struct text t, struct frame *ret)
{
	take_blanks(&t);
	if (!take_address(&t) || !take(&t, "(") || !take_symbol(&t, false, ret->name))
		return false;
	take_module(&t);
	return take(&t, ") from ") && take_address(&t) && take(&t, "(") &&
	       take_symbol(&t, false, ret->caller);
}

/* " f+0x1/0x2 [module]", " ? f+0x1/0x2", "[<addr>] f+0x1/0x2": the other architectures */
static bool read_plain(struct text t, struct frame *ret)
{
	bool begun = take_blanks(&t);

	begun |= take_address(&t);
	if (!begun)
		return false;
	ret->sure = !take(&t, "? ");
	if (!take_symbol(&t, true, ret->name))
		return false;
	ret->caller[0] = '\0';
	take_module(&t);
	take_blanks(&t);
	if (take(&t, "(unreliable)"))
		ret->sure = false;
	return true;
}

static bool read_register(struct text t, struct frame *ret)
{
	bool pc = take(&t, "PC is at ") || take(&t, "pc : ");

	if (!pc && take(&t, "RIP: ")) {
		pc = true;
		while (t.p < t.end && isxdigit((unsigned char)*t.p))
			t.p++;
		take(&t, ":");
	} else if (!pc && !take(&t, "LR is at ") && !take(&t, "lr : ")) {
		return false;
	}
	ret->kind = pc ? FRAME_PC : FRAME_LR;
	if (!take_symbol(&t, true, ret->name))
		ret->name[0] = '\0';
	return true;
}

void frame_read(const struct line *ln, struct frame *ret)
{
	struct text t = { ln->text, ln->text + ln->len };

	ret->kind = FRAME_NONE;
	ret->name[0] = ret->caller[0] = '\0';
	ret->sure = true;
	if (t.p == t.end || read_register(t, ret))
		return;
	if (*t.p != ' ' && *t.p != '[' && *t.p != '\t')
		return;
	if (read_from(t, ret) || read_verbose(t, ret) || read_plain(t, ret))
		ret->kind = FRAME_CALL;
	else
		ret->name[0] = ret->caller[0] = '\0';
}
