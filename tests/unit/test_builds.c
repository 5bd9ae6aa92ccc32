// SPDX-License-Identifier: GPL-2.0-or-later
#include "store_fixture.h"

#include "pipeline/run.h"

/* Which builds of the store stand for one that would be made. */

static void keep(struct fixture *f, enum build_status status, const char *artifact)
{
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build b = a_build("b1b1", "c0ffee");
	size_t cap = 0;

	b.status = status;
	if (status != BUILD_PASS)
		b.error = (struct diagnostic){ .file = mem_strdup("dma.c"),
					       .text = mem_strdup("error: x"),
					       .excerpt = mem_strdup("") };
	if (artifact) {
		CLEANUP(free_ptr) char *path = put_file(f, artifact, "kernel");

		b.artifacts = mem_grow(NULL, 0, &cap, sizeof(*b.artifacts));
		b.artifacts[b.n_artifacts++] = (struct artifact){ .name = mem_strdup(artifact) };
	}
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &b, artifact ? f->build : NULL, &f->err));
}

static int known(struct fixture *f, struct build *ret)
{
	struct run_ctx x = { .store = f->s };

	return run_build_known(&x, "b1b1", ret, &f->err);
}

static void a_build_with_its_files_is_known(void **state)
{
	struct fixture *f = *state;
	CLEANUP(build_done) struct build b = { 0 };

	keep(f, BUILD_PASS, "zImage");
	FOUND(known(f, &b));
	assert_int_equal(b.n_artifacts, 1);
}

static void a_build_that_failed_is_known(void **state)
{
	struct fixture *f = *state;
	CLEANUP(build_done) struct build b = { 0 };

	keep(f, BUILD_FAIL, NULL);
	FOUND(known(f, &b));
	assert_int_equal(b.status, BUILD_FAIL);
}

static void a_build_that_was_kept_without_files_is_made_again(void **state)
{
	struct fixture *f = *state;
	struct build b = { 0 };

	keep(f, BUILD_PASS, NULL);
	OK(known(f, &b));
	assert_null(b.id);
}

static void a_build_whose_files_are_gone_is_made_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(build_done) struct build was = { 0 };
	CLEANUP(free_ptr) char *path = NULL;
	struct build b = { 0 };

	keep(f, BUILD_PASS, "zImage");
	FOUND(known(f, &was));
	path = store_artifact_path(f->s, &was, "zImage");
	assert_int_equal(unlink(path), 0);
	OK(known(f, &b));
	assert_null(b.id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_build_with_its_files_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(a_build_that_failed_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(a_build_that_was_kept_without_files_is_made_again,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_build_whose_files_are_gone_is_made_again, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
