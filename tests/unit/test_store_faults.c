// SPDX-License-Identifier: GPL-2.0-or-later
/* What the store does with files that are not right: newer, foreign, damaged, missing. */
#include "store_fixture.h"

#include "store/room.h"

#define STEP_1                                                                                     \
	("CREATE TABLE a(x INTEGER) STRICT;"                                                       \
	 "PRAGMA application_id = 1684889964;"                                                     \
	 "INSERT INTO a VALUES(7);")
#define STEP_2 "ALTER TABLE a ADD y INTEGER;"
#define STEP_3 "CREATE TABLE b(z INTEGER) STRICT;"
static const char *const old_steps[] = { STEP_1 };
static const char *const new_steps[] = { STEP_1, STEP_2, STEP_3 };
static const char *const bad_steps[] = { STEP_1, STEP_2,
					 (STEP_3 "INSERT INTO nowhere VALUES(1);") };
static const struct steps old_schema = { old_steps, 1 }, new_schema = { new_steps, 3 },
			  bad_schema = { bad_steps, 3 };

/* In place of the fixture's store: one at the old schema. */
static void open_steps(struct fixture *f, const struct steps *steps)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/dmalab.db", f->work);

	store_freep(&f->s);
	OK(fs_rmtree(f->work, &f->err));
	OK(store_open_steps(f->work, steps, &f->s, &f->err));
	assert_true(fs_exists(path));
}

static bool has(struct fixture *f, const char *name)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", f->work, name);

	return fs_exists(path);
}

static void a_new_store_is_in_wal_and_has_no_backup(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(stmt_done) struct stmt q = { 0 };

	OK(stmt_prepare(db, &q, "PRAGMA journal_mode", &f->err));
	FOUND(stmt_step(&q, &f->err));
	assert_string_equal(stmt_col_text(&q, 0), "wal");
	assert_int_equal(ask(f, "PRAGMA synchronous"), 2);
	assert_int_equal(ask(f, "PRAGMA foreign_keys"), 1);
	assert_true(has(f, "logs"));
	assert_true(has(f, "artifacts"));
	assert_false(has(f, "dmalab.db.schema-0"));
}

static void a_newer_store_is_refused_and_left_alone(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);

	OK(db_exec(db, "PRAGMA user_version = 98", &f->err));
	store_freep(&f->s);
	assert_int_equal(store_open(f->work, &f->s, &f->err), -EPROTO);
	assert_non_null(strstr(f->err.msg, "newer"));
	assert_non_null(strstr(f->err.msg, "98"));
	assert_non_null(strstr(f->err.msg, f->work));
	assert_null(f->s);
	assert_int_equal(ask(f, "PRAGMA user_version"), 98);
}

static void refuses_database(struct fixture *f, const void *bytes, size_t len)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/other/dmalab.db", f->dir);
	CLEANUP(free_ptr) char *work = mem_printf("%s/other", f->dir);
	CLEANUP(buf_done) struct buf after = { 0 };
	struct store *s = NULL;

	OK(fs_mkdirs(work, &f->err));
	OK(fs_write(path, bytes, len, &f->err));
	assert_int_equal(store_open(work, &s, &f->err), -EBADMSG);
	assert_non_null(strstr(f->err.msg, path));
	OK(fs_read(path, len, &after, &f->err));
	assert_memory_equal(after.data, bytes, len);
}

static void what_is_not_our_database_is_refused_and_left_alone(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = NULL;
	CLEANUP(buf_done) struct buf bytes = { 0 };
	CLEANUP(free_ptr) char *path = mem_printf("%s/foreign.db", f->dir);

	refuses_database(f,
			 "this is a letter, not a database, and it is long enough "
			 "that SQLite reads a header of a hundred bytes from it.\n",
			 108);
	OK(db_open(path, 0, &db, &f->err));
	OK(db_exec(db, "PRAGMA journal_mode = DELETE; CREATE TABLE bills(x)", &f->err));
	db_freep(&db);
	OK(fs_read(path, 1 << 20, &bytes, &f->err));
	refuses_database(f, bytes.data, bytes.len);
	assert_non_null(strstr(f->err.msg, "another program"));
}

static void an_older_store_is_migrated_after_a_backup(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *backup = NULL;
	CLEANUP(free_ptr) char *path = mem_printf("%s/dmalab.db.schema-1", f->work);
	CLEANUP(stmt_done) struct stmt q = { 0 };

	open_steps(f, &old_schema);
	store_freep(&f->s);
	OK(store_open_steps(f->work, &new_schema, &f->s, &f->err));
	assert_int_equal(ask(f, "PRAGMA user_version"), 3);
	assert_int_equal(ask(f, "SELECT x FROM a WHERE y IS NULL"), 7);
	assert_int_equal(ask(f, "SELECT count(*) FROM b"), 0);

	OK(db_open(path, 1, &backup, &f->err));
	assert_int_equal(db_version(backup, &f->err), 1);
	OK(stmt_prepare(backup, &q, "SELECT x FROM a", &f->err));
	FOUND(stmt_step(&q, &f->err));
	assert_int_equal(stmt_col_int(&q, 0), 7);
	assert_false(has(f, "dmalab.db.schema-1.tmp"));
}

static void a_verdict_of_an_older_store_has_nothing_new(void **state)
{
	struct fixture *f = *state;
	const struct steps before = { sql_migrations, 5 };
	CLEANUP(verdict_done) struct verdict v = { 0 };
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(db_freep) struct db *db = NULL;

	store_freep(&f->s);
	OK(fs_rmtree(f->work, &f->err));
	OK(store_open_steps(f->work, &before, &f->s, &f->err));
	db = raw_db(f);
	OK(db_exec(db,
		   "INSERT INTO checkouts(id, tree_name, git_commit_hash, tip, fix, overlay,"
		   " patchset_hash, message_id, name, valid, created)"
		   " VALUES('c', 't', '', '', NULL, 0, '', '', '', 1, 1);"
		   "INSERT INTO builds(id, checkout_id, config_name, compiler, architecture,"
		   " command, status, start_time, duration_ms)"
		   " VALUES('b', 'c', 'arm', '', '', '', 'PASS', 1, 1);"
		   "INSERT INTO verdicts(id, kind, name, created, duration_ms)"
		   " VALUES('v', 'fail', 'x', 1, 1);"
		   "INSERT INTO reasons VALUES(1, 0, 'new-crash', 'virt', 'BUG', 'd', 'job', 7)",
		   &f->err));
	db_freep(&db);
	reopen(f);
	FOUND(store_verdict_get(f->s, "v", &v, &f->err));
	assert_int_equal(v.reasons.v[0].line, 7);
	assert_string_equal(v.reasons.v[0].signature, "");
	assert_string_equal(v.reasons.v[0].excerpt, "");
	assert_int_equal(v.reasons.v[0].patch + v.reasons.v[0].base.runs, 0);
	assert_true(v.reasons.v[0].chance == 1);
	assert_int_equal(v.changes.n, 0);
	assert_null(v.text);
	FOUND(store_build_get(f->s, "b", &b, &f->err));
	assert_string_equal(b.image_hash, "");
}

static void a_migration_that_fails_stops_at_a_whole_step_and_can_be_repeated(void **state)
{
	struct fixture *f = *state;

	open_steps(f, &old_schema);
	store_freep(&f->s);
	assert_int_equal(store_open_steps(f->work, &bad_schema, &f->s, &f->err), -EIO);
	assert_non_null(strstr(f->err.msg, "migration 0003"));
	assert_int_equal(ask(f, "PRAGMA user_version"), 2);
	assert_int_equal(ask(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
	assert_int_equal(ask(f, "SELECT x FROM a WHERE y IS NULL"), 7);
	assert_true(has(f, "dmalab.db.schema-1"));
	OK(store_open_steps(f->work, &new_schema, &f->s, &f->err));
	assert_int_equal(ask(f, "PRAGMA user_version"), 3);
}

static void a_backup_that_was_killed_does_not_stop_the_next(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *half = mem_printf("%s/dmalab.db.schema-1.tmp", f->work);

	open_steps(f, &old_schema);
	store_freep(&f->s);
	OK(fs_write(half, "half", 4, &f->err));
	OK(store_open_steps(f->work, &new_schema, &f->s, &f->err));
	assert_true(has(f, "dmalab.db.schema-1"));
	assert_false(has(f, "dmalab.db.schema-1.tmp"));
}

static void a_store_that_another_has_open_is_not_migrated(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *late = NULL;

	open_steps(f, &old_schema);
	assert_int_equal(store_open_steps(f->work, &new_schema, &late, &f->err), -EBUSY);
	assert_non_null(strstr(f->err.msg, "open"));
	assert_int_equal(ask(f, "PRAGMA user_version"), 1);
	store_freep(&f->s);
	OK(store_open_steps(f->work, &new_schema, &late, &f->err));
}

static void an_error_in_a_transaction_leaves_none_behind(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "nobody");

	put_build(f);
	assert_int_equal(store_job_put(f->s, &j, &f->err), -EINVAL);
	free(j.build_id);
	j.build_id = mem_strdup("b1b1");
	OK(store_job_put(f->s, &j, &f->err));
}

static void a_misspelt_parameter_is_an_error(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(stmt_done) struct stmt q = { 0 };

	OK(stmt_prepare(db, &q, "SELECT :a", &f->err));
	stmt_int(&q, ":b", 1);
	assert_int_equal(stmt_step(&q, &f->err), -EINVAL);
}

/* A job with a log, and where the log's file is. */
static char *put_logged_job(struct fixture *f, struct job *j)
{
	put_build(f);
	j->console = put_file(f, "console", "[    0.0] Linux version\n[    0.1] CPU: ARMv7\n");
	OK(store_job_put(f->s, j, &f->err));
	return mem_printf("%s/logs/%.2s/%s.zst", f->work, j->log_sha256, j->log_sha256);
}

static bool verify_says(struct fixture *f, const char *words)
{
	CLEANUP(buf_done) struct buf report = { 0 };
	int r = store_verify(f->s, &report, &f->err);

	assert_true(r >= 0);
	return r == 0 && strstr(buf_text(&report), words);
}

static void a_flipped_bit_in_a_log_is_found(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");
	CLEANUP(free_ptr) char *path = put_logged_job(f, &j);
	CLEANUP(buf_done) struct buf whole = { 0 }, plain = { 0 };
	int found = 0;

	OK(fs_read(path, 1 << 20, &whole, &f->err));
	OK(store_log_get(f->s, j.log_sha256, &plain, &f->err));
	for (size_t bit = 0; bit < whole.len * 8; bit++) {
		CLEANUP(buf_done) struct buf text = { 0 };
		int r;

		whole.data[bit / 8] ^= (char)(1 << bit % 8);
		OK(fs_write(path, whole.data, whole.len, &f->err));
		whole.data[bit / 8] ^= (char)(1 << bit % 8);
		r = store_log_get(f->s, j.log_sha256, &text, &f->err);
		if (r == 0) { /* zstd has bits that mean nothing: then the text is right */
			assert_string_equal(buf_text(&text), buf_text(&plain));
			continue;
		}
		assert_int_equal(r, -EBADMSG);
		assert_int_equal(text.len, 0);
		found++;
	}
	assert_true(found > (int)whole.len * 8 * 9 / 10);
	whole.data[whole.len / 2] ^= 1;
	OK(fs_write(path, whole.data, whole.len, &f->err));
	assert_true(verify_says(f, "damaged"));
}

static void a_log_of_another_text_is_found(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1"), k = a_job("job-2", "b1b1");
	CLEANUP(free_ptr) char *path = put_logged_job(f, &j);
	CLEANUP(free_ptr) char *other = NULL;
	struct buf text = { 0 };

	k.console = put_file(f, "console", "another\n");
	OK(store_job_put(f->s, &k, &f->err));
	other = mem_printf("%s/logs/%.2s/%s.zst", f->work, k.log_sha256, k.log_sha256);
	OK(fs_copy(other, path, &f->err)); /* whole by zstd's own checksum */
	assert_int_equal(store_log_get(f->s, j.log_sha256, &text, &f->err), -EBADMSG);
	assert_non_null(strstr(f->err.msg, "damaged"));
}

static void a_log_that_is_cut_or_has_more_behind_it_is_found(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");
	CLEANUP(free_ptr) char *path = put_logged_job(f, &j);
	CLEANUP(buf_done) struct buf whole = { 0 };
	struct buf text = { 0 };

	OK(fs_read(path, 1 << 20, &whole, &f->err));
	for (size_t len = 0; len < whole.len; len++) {
		OK(fs_write(path, whole.data, len, &f->err));
		assert_int_equal(store_log_get(f->s, j.log_sha256, &text, &f->err), -EBADMSG);
	}
	buf_str(&whole, "more");
	OK(fs_write(path, whole.data, whole.len, &f->err));
	assert_int_equal(store_log_get(f->s, j.log_sha256, &text, &f->err), -EBADMSG);
}

static void storing_again_heals_a_damaged_log(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");
	CLEANUP(free_ptr) char *path = put_logged_job(f, &j);
	CLEANUP(buf_done) struct buf report = { 0 };

	OK(fs_write(path, "damaged", 7, &f->err));
	j.console = put_file(f, "console", "[    0.0] Linux version\n[    0.1] CPU: ARMv7\n");
	OK(store_job_put(f->s, &j, &f->err));
	assert_int_equal(store_verify(f->s, &report, &f->err), 1);
}

static void a_missing_file_is_found_by_the_whole_check(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");
	CLEANUP(build_done) struct build b = a_build("b1b1", "c0ffee");
	CLEANUP(free_ptr) char *log = put_logged_job(f, &j);
	CLEANUP(free_ptr) char *kept = NULL;
	CLEANUP(buf_done) struct buf report = { 0 };

	free(put_file(f, "zImage", "the image"));
	b.artifacts = mem_zalloc(sizeof(*b.artifacts));
	b.artifacts[b.n_artifacts++].name = mem_strdup("zImage");
	OK(store_build_put(f->s, &b, f->build, &f->err));
	assert_int_equal(store_verify(f->s, &report, &f->err), 1);
	assert_string_equal(buf_text(&report), "");

	kept = store_artifact_path(f->s, &b, "zImage");
	OK(fs_write(kept, "the imagf", 9, &f->err));
	assert_true(verify_says(f, "artifact"));
	assert_int_equal(unlink(kept), 0);
	assert_true(verify_says(f, b.artifacts[0].sha256));
	OK(store_build_put(f->s, &b, f->build, &f->err));
	assert_int_equal(unlink(log), 0);
	assert_true(verify_says(f, j.log_sha256));
}

static void a_damaged_database_is_a_finding(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *path = mem_printf("%s/dmalab.db", f->work);
	CLEANUP(buf_done) struct buf bytes = { 0 };
	int64_t page;

	put_build(f);
	page = ask(f, "SELECT rootpage FROM sqlite_schema WHERE name = 'checkouts'");
	store_freep(&f->s); /* the last one out empties the log into the file */
	OK(fs_read(path, 1 << 24, &bytes, &f->err));
	assert_true(bytes.len >= (size_t)page * 4096);
	memset(bytes.data + (page - 1) * 4096, 0xa5, 64);
	OK(fs_write(path, bytes.data, bytes.len, &f->err));
	OK(store_open(f->work, &f->s, &f->err));
	assert_true(verify_says(f, "database"));
}

static void a_row_that_refers_to_nothing_is_a_finding(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);

	put_build(f);
	OK(db_exec(db, "PRAGMA foreign_keys = OFF; DELETE FROM checkouts", &f->err));
	assert_true(verify_says(f, "checkouts"));
}

static void leftovers_are_swept_when_nobody_else_has_the_store_open(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *log = mem_printf("%s/logs/new.tmp12-0", f->work);
	CLEANUP(free_ptr) char *image = mem_printf("%s/artifacts/new.tmp12-1", f->work);
	CLEANUP(store_freep) struct store *other = NULL;

	OK(fs_write(log, "half", 4, &f->err));
	OK(fs_write(image, "half", 4, &f->err));
	OK(store_open(f->work, &other, &f->err)); /* the first one could be writing them */
	assert_true(fs_exists(log));
	store_freep(&other);
	reopen(f);
	assert_false(fs_exists(log));
	assert_false(fs_exists(image));
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_new_store_is_in_wal_and_has_no_backup),
		CASE(a_newer_store_is_refused_and_left_alone),
		CASE(what_is_not_our_database_is_refused_and_left_alone),
		CASE(an_older_store_is_migrated_after_a_backup),
		CASE(a_verdict_of_an_older_store_has_nothing_new),
		CASE(a_migration_that_fails_stops_at_a_whole_step_and_can_be_repeated),
		CASE(a_backup_that_was_killed_does_not_stop_the_next),
		CASE(a_store_that_another_has_open_is_not_migrated),
		CASE(an_error_in_a_transaction_leaves_none_behind),
		CASE(a_misspelt_parameter_is_an_error),
		CASE(a_flipped_bit_in_a_log_is_found),
		CASE(a_log_of_another_text_is_found),
		CASE(a_log_that_is_cut_or_has_more_behind_it_is_found),
		CASE(storing_again_heals_a_damaged_log),
		CASE(a_missing_file_is_found_by_the_whole_check),
		CASE(a_damaged_database_is_a_finding),
		CASE(a_row_that_refers_to_nothing_is_a_finding),
		CASE(leftovers_are_swept_when_nobody_else_has_the_store_open),
	};

	return cmocka_run_group_tests_name("store_faults", tests, NULL, NULL);
}
