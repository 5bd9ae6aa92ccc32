// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "bisect/compiled.h"

/* What a kernel is made of, from the .cmd files of its object folder. */

static const char script[] =
	"mkdir -p obj/kernel/dma obj/drivers src/kernel/dma src/drivers src/include src/lib\n"
	"cat >obj/kernel/dma/.direct.o.cmd <<'END'\n"
	"cmd_kernel/dma/direct.o := gcc -I/src/include -include /src/include/kconfig.h -o "
	"direct.o\n"
	"source_kernel/dma/direct.o := /src/kernel/dma/direct.c\n"
	"deps_kernel/dma/direct.o := \\\n"
	"    $(wildcard include/config/CMA) \\\n"
	"  /src/include/dma.h \\\n"
	"  arch/arm/include/generated/asm/x.h \\\n"
	"END\n"
	"cat >obj/drivers/.test.o.cmd <<'END'\n"
	"source_drivers/test.o := /src/drivers/test.c\n"
	"deps_drivers/test.o := /src/include/dma.h /src/include/kconfig.h\n"
	"END\n"
	"echo /src/lib/never.c >obj/kernel/notes\n"
	"cat >src/kernel/dma/direct.c <<'END'\n"
	"int other(int x);\n"
	"static int dma_map(struct device *dev,\n"
	"\t\tint x)\n"
	"{\n"
	"\treturn inner(x);\n"
	"}\n"
	"END\n"
	"cat >src/drivers/test.c <<'END'\n"
	"int dma_map(struct device *dev);\n"
	"static struct kunit_suite s = { .name = \"dma-suite\" };\n"
	"static void page_works(struct kunit *test)\n"
	"{\n"
	"\tKUNIT_EXPECT_EQ(test, dma_map(dev), 0);\n"
	"}\n"
	"END\n"
	"touch src/include/dma.h src/include/kconfig.h src/include/unused.h src/lib/never.c "
	"src/lib/Makefile\n";

struct fixture {
	char *dir, *src;
	struct compiled c;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));
	CLEANUP(free_ptr) char *obj = NULL;
	struct err err;

	f->dir = folder_make();
	sh(f->dir, script);
	f->src = mem_printf("%s/src", f->dir);
	obj = mem_printf("%s/obj", f->dir);
	*state = f;
	return compiled_read(obj, &f->c, &err);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	compiled_done(&f->c);
	folder_done(f->dir);
	free(f->src);
	free(f);
	return 0;
}

static void sources_are_those_of_cmd_files_each_once(void **state)
{
	const struct fixture *f = *state;

	assert_int_equal(f->c.paths.n, 4);
	assert_string_equal(f->c.paths.v[0], "drivers/test.c");
	assert_string_equal(f->c.paths.v[1], "include/dma.h");
	assert_string_equal(f->c.paths.v[2], "include/kconfig.h");
	assert_string_equal(f->c.paths.v[3], "kernel/dma/direct.c");
}

static void what_nothing_compiled_or_included_is_left_out(void **state)
{
	const struct fixture *f = *state;

	assert_true(compiled_leaves_out(&f->c, f->src, "lib/never.c"));
	assert_true(compiled_leaves_out(&f->c, f->src, "include/unused.h"));
	assert_false(compiled_leaves_out(&f->c, f->src, "kernel/dma/direct.c"));
	assert_false(compiled_leaves_out(&f->c, f->src, "include/dma.h"));
	assert_false(compiled_leaves_out(&f->c, f->src, "lib/Makefile"));  /* may say what is */
	assert_false(compiled_leaves_out(&f->c, f->src, "lib/removed.c")); /* may have been */
}

static void an_object_folder_without_a_word_leaves_nothing_out(void **state)
{
	const struct fixture *f = *state;
	const struct compiled nothing = { 0 };

	assert_false(compiled_leaves_out(&nothing, f->src, "lib/never.c"));
}

static void functions_that_a_suite_calls_lead_to_their_files(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv calls = { 0 }, paths = { 0 };

	compiled_calls(&f->c, f->src, "\"dma-suite\"", &calls);
	assert_true(strv_has(&calls, "dma_map"));
	compiled_defining(&f->c, f->src, &calls, &paths);
	assert_true(strv_has(&paths, "kernel/dma/direct.c"));
}

static void a_call_and_a_declaration_define_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv names = { 0 }, paths = { 0 };

	strv_add(&names, "inner");
	strv_add(&names, "other");
	compiled_defining(&f->c, f->src, &names, &paths);
	assert_int_equal(paths.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_those_of_cmd_files_each_once),
		cmocka_unit_test(what_nothing_compiled_or_included_is_left_out),
		cmocka_unit_test(an_object_folder_without_a_word_leaves_nothing_out),
		cmocka_unit_test(functions_that_a_suite_calls_lead_to_their_files),
		cmocka_unit_test(a_call_and_a_declaration_define_nothing),
	};

	return cmocka_run_group_tests_name("compiled", tests, setup, teardown);
}
