// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/http.h"
#include "web/cache.h"
#include "web/form.h"
#include "net/net.h"

/* What the pages' server keeps, whom it lets wait, and what it reads of forms. */

enum { BODY = 10000, LIMIT = 3 * BODY + BODY / 2 };

static struct http_kept *kept_of(size_t len)
{
	struct http_answer a = { .status = 200 };
	CLEANUP(free_ptr) char *text = mem_zalloc(len);

	buf_add(&a.body, text, len);
	return http_keep(&a);
}

static void what_was_kept_is_given_for_a_minute(void **state)
{
	CLEANUP(cache_freep) struct cache *c = cache_new(LIMIT);
	struct http_kept *k = kept_of(BODY);

	(void)state;
	assert_null(cache_get(c, "/a", 0));
	cache_put(c, "/a", k, 1000);
	assert_ptr_equal(cache_get(c, "/a", 1000), k);
	assert_null(cache_get(c, "/b", 1000));
	assert_ptr_equal(cache_get(c, "/a", 1000 + CACHE_MS - 1), k);
	assert_null(cache_get(c, "/a", 1000 + CACHE_MS));
}

static void what_was_wanted_longest_ago_goes_first(void **state)
{
	CLEANUP(cache_freep) struct cache *c = cache_new(LIMIT);

	(void)state;
	cache_put(c, "/a", kept_of(BODY), 0);
	cache_put(c, "/b", kept_of(BODY), 0);
	cache_put(c, "/c", kept_of(BODY), 0);
	assert_non_null(cache_get(c, "/a", 1));
	cache_put(c, "/d", kept_of(BODY), 2);
	assert_non_null(cache_get(c, "/a", 3));
	assert_null(cache_get(c, "/b", 3));
	assert_non_null(cache_get(c, "/c", 3));
	assert_non_null(cache_get(c, "/d", 3));
}

/* However much: what is given now has to be there while it is sent. */
static void one_that_is_too_large_is_kept_alone(void **state)
{
	CLEANUP(cache_freep) struct cache *c = cache_new(LIMIT);
	struct http_kept *k = kept_of((size_t)4 * BODY);

	(void)state;
	cache_put(c, "/a", kept_of(BODY), 0);
	cache_put(c, "/large", k, 0);
	assert_null(cache_get(c, "/a", 0));
	assert_ptr_equal(cache_get(c, "/large", 0), k);
	cache_put(c, "/b", kept_of(BODY), 0);
	assert_null(cache_get(c, "/large", 0));
	assert_non_null(cache_get(c, "/b", 0));
}

static void a_thousand_keys_are_told_apart(void **state)
{
	CLEANUP(cache_freep) struct cache *c = cache_new((size_t)64 << 20);
	struct http_kept *v[3000];

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		CLEANUP(free_ptr) char *key = mem_printf("/%zu", i);

		v[i] = kept_of(10);
		cache_put(c, key, v[i], 0);
	}
	for (size_t i = 0; i < 3000; i++) {
		CLEANUP(free_ptr) char *key = mem_printf("/%zu", i);

		assert_ptr_equal(cache_get(c, key, 0), v[i]);
	}
	cache_clear(c);
	assert_null(cache_get(c, "/7", 0));
}

static void secrets_are_the_same_as_a_whole(void **state)
{
	(void)state;
	assert_true(net_secret_same("secret", "secret"));
	assert_false(net_secret_same("secret", "secre"));
	assert_false(net_secret_same("secret", "secret "));
	assert_false(net_secret_same("secret", ""));
}

static void a_form_is_read_name_by_name(void **state)
{
	CLEANUP(strv_done) struct strv f = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(form_read("a=b+c&&d=%C3%a4%26&e&a=2&f==", &f, &err), 0);
	assert_int_equal(f.n, 10);
	assert_string_equal(form_field(&f, "a"), "b c");
	assert_string_equal(form_field(&f, "d"), "ä&");
	assert_string_equal(form_field(&f, "e"), "");
	assert_string_equal(form_field(&f, "f"), "=");
	assert_null(form_field(&f, "g"));
}

static void a_form_that_is_none_gives_nothing(void **state)
{
	static const char *const forms[] = { "a=%",   "a=%2",	"a=%zz",  "a=b&c=%00", "a=%0a",
					     "%1f=b", "=empty", "a=b&=c", "a=b\x01" };
	CLEANUP(buf_done) struct buf many = { 0 };
	CLEANUP(strv_done) struct strv f = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct err err = { 0 };

		assert_int_equal(form_read(forms[i], &f, &err), -EINVAL);
		assert_int_equal(f.n, 0);
	}
	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		buf_str(&many, "a=b&");
	assert_int_equal(form_read(buf_text(&many), &f, &(struct err){ 0 }), 0);
	buf_str(&many, "a=b");
	assert_int_equal(form_read(buf_text(&many), &f, &(struct err){ 0 }), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_kept_is_given_for_a_minute),
		cmocka_unit_test(what_was_wanted_longest_ago_goes_first),
		cmocka_unit_test(one_that_is_too_large_is_kept_alone),
		cmocka_unit_test(a_thousand_keys_are_told_apart),
		cmocka_unit_test(secrets_are_the_same_as_a_whole),
		cmocka_unit_test(a_form_is_read_name_by_name),
		cmocka_unit_test(a_form_that_is_none_gives_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
