// SPDX-License-Identifier: GPL-2.0
/*
 * What a case took is given back when it ends, last first.
 */
#include <kunit/resource.h>
#include <linux/file.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/task_work.h>

#include "dma-nopage-test.h"

struct nopage_deferred {
	void (*action)(void *data);
	void *data;
};

static void nopage_deferred_free(struct kunit_resource *res)
{
	struct nopage_deferred *deferred = res->data;

	deferred->action(deferred->data);
	kfree(deferred);
}

static int nopage_deferred_init(struct kunit_resource *res, void *deferred)
{
	res->data = kmemdup(deferred, sizeof(struct nopage_deferred),
			    GFP_KERNEL);
	return res->data ? 0 : -ENOMEM;
}

/* Do it when the case ends; at once if that cannot be promised. */
void nopage_defer(struct kunit *test, void (*action)(void *), void *data)
{
	struct nopage_deferred deferred = {
		.action = action,
		.data = data,
	};

	if (kunit_alloc_resource(test, nopage_deferred_init,
				 nopage_deferred_free, GFP_KERNEL, &deferred))
		return;

	action(data);
	KUNIT_ASSERT_TRUE_MSG(test, false, "out of memory");
}

static bool nopage_deferred_match(struct kunit *test,
				  struct kunit_resource *res, void *match)
{
	struct nopage_deferred *deferred = res->data, *wanted = match;

	return res->free == nopage_deferred_free &&
	       deferred->action == wanted->action &&
	       deferred->data == wanted->data;
}

/* Do now what was deferred. */
void nopage_do_now(struct kunit *test, void (*action)(void *), void *data)
{
	struct nopage_deferred wanted = {
		.action = action,
		.data = data,
	};

	KUNIT_ASSERT_EQ(test, kunit_destroy_resource(test,
						     nopage_deferred_match,
						     &wanted), 0);
}

/*
 * The last reference of a file is dropped later: by a kernel thread, or, for a
 * task that is none, on its way to user space.  A case that ended early is
 * cleaned up in such a task.
 */
void nopage_flush_files(void)
{
	flush_delayed_fput();
	if (!(current->flags & PF_KTHREAD))
		task_work_run();
}
