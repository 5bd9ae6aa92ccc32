// SPDX-License-Identifier: GPL-2.0-or-later
#include "planted_fixture.h"

#include <sys/wait.h>

#include "report/report.h"

/* Documents against the rules of KCIDB 5.3 (tests/kcidb/schema.json), by python3-jsonschema. */

enum { MISSING = 77 }; /* validate.py's word for it */

/* Documents on their way to the validator, a line each. */
struct papers {
	char *path;
	size_t n;
};

static void papers_make(struct papers *f)
{
	*f = (struct papers){ .path = folder_make() };
}

static void papers_done(struct papers *f)
{
	folder_done(f->path);
}

static void put(struct papers *f, json_t *doc)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/in", f->path);
	FILE *file = fopen(path, "a");

	assert_non_null(file);
	assert_int_equal(json_dumpf(doc, file, JSON_COMPACT), 0);
	assert_true(fputs("\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	f->n++;
}

/* How many of them are good; what is wrong with others goes into `why`. */
static size_t good(const struct papers *f, struct buf *why)
{
	CLEANUP(free_ptr)
	char *command =
		mem_printf("python3 tests/kcidb/validate.py <%s/in >%s/out", f->path, f->path);
	CLEANUP(free_ptr) char *path = mem_printf("%s/out", f->path);
	char line[1024];
	size_t n = 0, lines = 0;
	int code = system(command);
	FILE *out;

	assert_true(WIFEXITED(code));
	if (WEXITSTATUS(code) == MISSING)
		skip();
	out = fopen(path, "r");
	assert_non_null(out);
	for (; fgets(line, sizeof(line), out); lines++)
		if (strcmp(line, "ok\n") == 0)
			n++;
		else
			buf_str(why, line);
	(void)fclose(out);
	assert_int_equal(lines, f->n);
	return n;
}

static void put_report(struct papers *f, struct test_report r, const struct config *c)
{
	CLEANUP(json_done) json_t *doc = report_kcidb(&r, c);

	put(f, doc);
	test_report_done(&r);
}

/* A lab.yaml whose tree is a repository. */
static struct config whole_config(void)
{
	struct config c = planted_config();

	c.n_trees = 1;
	c.trees = mem_zalloc(sizeof(*c.trees));
	c.trees[0].name = mem_strdup("debian-6.1");
	c.trees[0].source = mem_strdup("git:https://git.kernel.example/linux.git");
	c.trees[0].ref = mem_strdup("for-next");
	c.report.kcidb_origin = mem_strdup("lab_7");
	return c;
}

static void every_document_follows_the_schema(void **state)
{
	CLEANUP(papers_done) struct papers f;
	CLEANUP(buf_done) struct buf why = { 0 };
	CLEANUP(config_done) struct config c = whole_config();

	(void)state;
	papers_make(&f);
	for (size_t i = 0; i < PLANTED; i++) {
		put_report(&f, planted_cases[i].make(), NULL);
		put_report(&f, planted_cases[i].make(), &c);
	}
	put_report(&f, pass_with_fixes(), NULL);
	put_report(&f, fail_with_reasons(), NULL);
	put_report(&f, infra(), NULL);
	put_report(&f, base_does_not_build(), NULL);
	put_report(&f, empty(), NULL);
	put_report(&f, hostile(), &c);
	if (good(&f, &why) != f.n)
		fail_msg("%s", buf_text(&why));
}

/* Else the schema would let everything through. */
static void the_schema_refuses_what_kcidb_refuses(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{\"version\":{\"major\":4,\"minor\":3}}",
		"{\"version\":{\"major\":5,\"minor\":4}}",
		"{\"version\":{\"major\":5},\"revisions\":[]}",
		"{\"version\":{\"major\":5},\"checkouts\":[{\"id\":\"a:1\"}]}",
		"{\"version\":{\"major\":5},\"checkouts\":[{\"id\":\"1\",\"origin\":\"a\"}]}",
		"{\"version\":{\"major\":5},\"checkouts\":[{\"id\":\"a:1\",\"origin\":\"A\"}]}",
		"{\"version\":{\"major\":5},\"checkouts\":[{\"id\":\"a:1\",\"origin\":\"a\","
		"\"comment\":null}]}",
		"{\"version\":{\"major\":5},\"checkouts\":[{\"id\":\"a:1\",\"origin\":\"a\","
		"\"patchset_files\":[{\"name\":\"1.patch\"}]}]}",
		"{\"version\":{\"major\":5},\"builds\":[{\"id\":\"a:1\",\"origin\":\"a\"}]}",
		"{\"version\":{\"major\":5},\"builds\":[{\"id\":\"a:1\",\"origin\":\"a\","
		"\"checkout_id\":\"a:1\",\"valid\":true}]}",
		"{\"version\":{\"major\":5},\"tests\":[{\"id\":\"a:1\",\"origin\":\"a\","
		"\"build_id\":\"a:1\",\"status\":\"OK\"}]}",
		"{\"version\":{\"major\":5},\"tests\":[{\"id\":\"a:1\",\"origin\":\"a\","
		"\"build_id\":\"a:1\",\"path\":\"a b\"}]}",
		"{\"version\":{\"major\":5},\"tests\":[{\"id\":\"a:1\",\"origin\":\"a\","
		"\"build_id\":\"a:1\",\"start_time\":\"today\"}]}",
		"{\"version\":{\"major\":5},\"issues\":[{\"id\":\"a:1\",\"origin\":\"a\"}]}",
		"{\"version\":{\"major\":5},\"incidents\":[{\"id\":\"a:1\",\"origin\":\"a\","
		"\"issue_id\":\"a:1\"}]}",
	};
	CLEANUP(papers_done) struct papers f;
	CLEANUP(buf_done) struct buf why = { 0 };

	(void)state;
	papers_make(&f);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP(json_done) json_t *doc = json_loads(bad[i], 0, NULL);

		assert_non_null(doc);
		put(&f, doc);
	}
	assert_int_equal(good(&f, &why), 0);
}

static void a_checkout_names_repository_and_patches_where_they_can_be_had(void **state)
{
	CLEANUP(config_done) struct config c = whole_config();
	struct test_report r = all_well();
	CLEANUP(json_done) json_t *doc = NULL;
	const json_t *o, *files;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		r.series.patches[i].message_id = mem_printf("20261123.1-%zu-ann@k.example", i + 2);
	doc = report_kcidb(&r, &c);
	o = json_array_get(json_object_get(doc, "checkouts"), 1);
	assert_string_equal(text_of(o, "id"), "lab_7:dddddddddddddddddddddddddddddddddddddddd");
	assert_string_equal(text_of(o, "origin"), "lab_7");
	assert_string_equal(text_of(o, "git_repository_url"),
			    "https://git.kernel.example/linux.git");
	assert_string_equal(text_of(o, "git_repository_branch"), "for-next");
	files = json_object_get(o, "patchset_files");
	assert_int_equal(json_array_size(files), 3);
	assert_string_equal(text_of(json_array_get(files, 2), "name"), "0003.patch");
	assert_string_equal(text_of(json_array_get(files, 2), "url"),
			    "https://lore.kernel.org/all/20261123.1-4-ann@k.example/raw");
	o = json_array_get(json_object_get(doc, "checkouts"), 0);
	assert_null(json_object_get(o, "patchset_files")); /* of the base */
	o = json_array_get(json_object_get(doc, "checkouts"), 2);
	assert_int_equal(json_array_size(json_object_get(o, "patchset_files")), 1);
	json_decref(doc);
	text_put(&r.series.patches[1].message_id, ""); /* then the list would not be the series */
	doc = report_kcidb(&r, &c);
	o = json_array_get(json_object_get(doc, "checkouts"), 1);
	assert_null(json_object_get(o, "patchset_files"));
	test_report_done(&r);
}

static const char *boot_of_virt(const json_t *doc)
{
	const json_t *t;
	size_t i;

	json_array_foreach(json_object_get(doc, "tests"), i, t)
	{
		if (strcmp(text_of(t, "id"), "dmalab:444444444444444444444444-virt-boot") == 0)
			return text_of(t, "status");
	}
	return "";
}

static void what_lava_says_of_a_job_decides_between_error_and_miss(void **state)
{
	static const struct {
		const char *reason, *status;
	} words[] = {
		{ "LAVA: Infrastructure: no device", "ERROR" },
		{ "LAVA: Canceled: by somebody", "ERROR" },
		{ "Job: Invalid job data: x", "MISS" },
		{ "LAVA: Configuration: no such file", "MISS" },
		{ "LAVA: Bug: in LAVA", "MISS" },
		{ "lava-run ended without a result", "ERROR" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct test_report r = infra_one_target();
		CLEANUP(json_done) json_t *doc = NULL;

		text_put(&r.outcomes[0].reason, words[i].reason);
		doc = report_kcidb(&r, NULL);
		assert_string_equal(boot_of_virt(doc), words[i].status);
		test_report_done(&r);
	}
}

static void a_failed_test_carries_its_proof(void **state)
{
	struct test_report r = one_target();
	CLEANUP(json_done) json_t *doc = report_kcidb(&r, NULL);
	const json_t *t;
	size_t i, n = 0;

	(void)state;
	json_array_foreach(json_object_get(doc, "tests"), i, t)
	{
		if (!json_object_get(t, "log_excerpt"))
			continue;
		n++;
		assert_string_equal(text_of(t, "id"),
				    "dmalab:444444444444444444444444-smdkc210-kunit.vb2.case_07");
		assert_string_equal(text_of(t, "log_excerpt"), FAILED_EXCERPT);
	}
	assert_int_equal(n, 1);
	test_report_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_document_follows_the_schema),
		cmocka_unit_test(the_schema_refuses_what_kcidb_refuses),
		cmocka_unit_test(a_checkout_names_repository_and_patches_where_they_can_be_had),
		cmocka_unit_test(what_lava_says_of_a_job_decides_between_error_and_miss),
		cmocka_unit_test(a_failed_test_carries_its_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
