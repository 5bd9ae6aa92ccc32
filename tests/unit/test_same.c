// SPDX-License-Identifier: GPL-2.0-or-later
#include "build_fixture.h"

#include <elf.h>

#include "base/buf.h"
#include "base/hash.h"
#include "stage/build/same.h"

/* When two kernels are the same, and what becomes of a file that is none. */

enum {
	TEXT = 0xc0008000,
	STRINGS = 0xc0100000,
	BUGS = 0xc0200000,
	WARN = TEXT + 0x40, /* the function warn_slowpath_fmt */
	OTHER = TEXT + 0x44,
	CALL_AT = 6, /* the word of the code that calls it */
};

/* A small kernel: what differs from one to the other. */
struct kernel {
	uint32_t code[18];
	uint32_t bug[3];
	uint32_t build_id;
};

static uint32_t movw(unsigned rd, unsigned n)
{
	return 0xe3000000 | (n >> 12 & 15) << 16 | rd << 12 | (n & 0xfff);
}

static uint32_t bl(size_t at, uint32_t to)
{
	return 0xeb000000 | (((to - (TEXT + 4 * (uint32_t)at) - 8) >> 2) & 0x00ffffff);
}

/* WARN_ON(1) and BUG() in line `line`. */
static struct kernel kernel_with(unsigned line)
{
	struct kernel k = { .bug = { TEXT, STRINGS, line }, .build_id = 1 };
	const uint32_t code[] = {
		0xe92d4010,	   /* push {r4, lr} */
		movw(1, line),	   /* mov r1, #line */
		0xe3a02009,	   /* mov r2, #9 */
		movw(0, STRINGS),  /* r0 = file */
		0xe34c0010,	   /* movt r0 */
		0xe8bd4010,	   /* pop {r4, lr} */
		bl(CALL_AT, WARN), /* CALL_AT */
		0xe12fff1e,	   /* bx lr */
	};

	memcpy(k.code, code, sizeof(code));
	return k;
}

static void section(struct buf *b, Elf32_Shdr *h, uint32_t type, uint32_t flags, uint32_t address,
		    const void *data, size_t len)
{
	h->sh_type = type;
	h->sh_flags = flags;
	h->sh_addr = address;
	h->sh_offset = (uint32_t)b->len;
	h->sh_size = (uint32_t)len;
	buf_add(b, data, len);
}

static void kernel_file(const struct kernel *k, struct buf *b)
{
	static const char names[] = "\0.text\0.rodata\0__bug_table\0.notes\0.symtab\0.strtab";
	static const char symbols[] = "\0other\0warn_slowpath_fmt";
	const Elf32_Sym table[] = { { 0 },
				    { .st_name = 1, .st_value = OTHER },
				    { .st_name = 7, .st_value = WARN } };
	const uint32_t note[] = { 4, 4, NT_GNU_BUILD_ID, 0x00554e47, k->build_id };
	Elf32_Shdr h[8] = { { 0 } };
	Elf32_Ehdr e = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
			 .e_machine = EM_ARM,
			 .e_shentsize = sizeof(h[0]),
			 .e_shnum = 8,
			 .e_shstrndx = 7 };

	buf_add(b, &e, sizeof(e));
	section(b, &h[1], SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, TEXT, k->code, sizeof(k->code));
	section(b, &h[2], SHT_PROGBITS, SHF_ALLOC, STRINGS, "dma.c", 6);
	section(b, &h[3], SHT_PROGBITS, SHF_ALLOC, BUGS, k->bug, sizeof(k->bug));
	section(b, &h[4], SHT_NOTE, SHF_ALLOC, BUGS + 0x1000, note, sizeof(note));
	section(b, &h[5], SHT_SYMTAB, 0, 0, table, sizeof(table));
	section(b, &h[6], SHT_STRTAB, 0, 0, symbols, sizeof(symbols));
	section(b, &h[7], SHT_STRTAB, 0, 0, names, sizeof(names));
	h[1].sh_name = 1;
	h[2].sh_name = 7;
	h[3].sh_name = 15;
	h[4].sh_name = 27;
	h[5].sh_name = 34;
	h[5].sh_link = 6;
	h[6].sh_name = 42;
	e.e_shoff = (uint32_t)b->len;
	buf_add(b, h, sizeof(h));
	memcpy(b->data, &e, sizeof(e));
}

/* Of a copy that ends where the file ends, so that a sanitizer sees what is read behind it. */
static bool hash_of(const char *data, size_t len, char *hex)
{
	CLEANUP(free_ptr) uint8_t *copy = malloc(len + !len);
	struct hash h;
	bool fine;

	assert_non_null(copy);
	if (len)
		memcpy(copy, data, len);
	hash_start(&h);
	fine = same_kernel(copy, len, &h);
	hash_hex(&h, hex);
	return fine;
}

static bool are_same(const struct kernel *a, const struct kernel *b)
{
	CLEANUP(buf_done) struct buf one = { 0 };
	CLEANUP(buf_done) struct buf other = { 0 };
	char hex[2][HASH_HEX_LEN];

	kernel_file(a, &one);
	kernel_file(b, &other);
	assert_true(hash_of(one.data, one.len, hex[0]));
	assert_true(hash_of(other.data, other.len, hex[1]));
	return strcmp(hex[0], hex[1]) == 0;
}

static void lines_that_moved_change_nothing(void **state)
{
	struct kernel a = kernel_with(745), b = kernel_with(748);

	(void)state;
	assert_true(are_same(&a, &b));
	a.code[1] = 0xe3a010ff; /* mov r1, #255 */
	assert_true(are_same(&a, &b));
	a.code[CALL_AT] = b.code[CALL_AT] &= ~0x01000000u; /* b, a tail call */
	assert_true(are_same(&a, &b));
}

static void the_build_id_is_no_part_of_a_kernel(void **state)
{
	struct kernel a = kernel_with(745), b = kernel_with(745);

	(void)state;
	b.build_id = 2;
	assert_true(are_same(&a, &b));
}

static void any_other_byte_makes_another_kernel(void **state)
{
	const struct kernel a = kernel_with(745);
	struct kernel b;

	(void)state;
	for (size_t i = 0; i < sizeof(b.code) / 4; i++) {
		if (i == 1)
			continue; /* the line's */
		b = a;
		b.code[i] ^= 1;
		assert_false(are_same(&a, &b));
	}
	for (size_t i = 0; i < 2; i++) {
		b = a;
		b.bug[i] ^= 1;
		assert_false(are_same(&a, &b));
	}
	b = a;
	b.bug[2] |= 1 << 16; /* flags */
	assert_false(are_same(&a, &b));
}

static void a_number_for_another_function_counts(void **state)
{
	struct kernel a = kernel_with(745), b = kernel_with(748);

	(void)state;
	a.code[CALL_AT] = b.code[CALL_AT] = bl(CALL_AT, OTHER);
	assert_false(are_same(&a, &b));
}

static void a_number_that_is_used_before_the_call_counts(void **state)
{
	static const uint32_t users[] = {
		0xe5831000, /* str r1, [r3] */
		0xe5c13000, /* strb r3, [r1] */
		0xe1a03001, /* mov r3, r1 */
		0xe2813001, /* add r3, r1, #1 */
		0xe3411000, /* movt r1, #0x1000 */
		0xe8bd0002, /* pop {r1} */
		0xe8bd8000, /* pop {pc} */
		0xea000000, /* b */
		0x03a01007, /* moveq r1, #7 */
		0xe59ff000, /* ldr pc, [pc] */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++) {
		struct kernel a = kernel_with(745), b = kernel_with(748);

		a.code[2] = b.code[2] = users[i];
		if (are_same(&a, &b))
			fail_msg("behind %08x the number is taken for a line", users[i]);
	}
}

static void a_table_of_bugs_in_another_form_stays(void **state)
{
	struct kernel a = kernel_with(745), b = kernel_with(745);

	(void)state;
	a.bug[1] = b.bug[1] = 0x10000; /* no text is loaded there */
	b.bug[2] = 748;
	assert_false(are_same(&a, &b));
}

static void a_file_that_was_cut_is_unknown(void **state)
{
	const struct kernel k = kernel_with(745);
	CLEANUP(buf_done) struct buf b = { 0 };
	char hex[HASH_HEX_LEN];

	(void)state;
	kernel_file(&k, &b);
	for (size_t len = 0; len < b.len; len++)
		assert_false(hash_of(b.data, len, hex));
	assert_true(hash_of(b.data, b.len, hex));
}

/* Any answer will do, and soon. */
static void a_garbled_file_does_no_harm(void **state)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x02, 0x7f, 0x80, 0xfc, 0xff };
	const struct kernel k = kernel_with(745);
	CLEANUP(buf_done) struct buf b = { 0 };
	char hex[HASH_HEX_LEN];

	(void)state;
	kernel_file(&k, &b);
	for (size_t i = 0; i < b.len; i++) {
		char was = b.data[i];

		for (size_t v = 0; v < sizeof(values); v++) {
			b.data[i] = (char)values[v];
			hash_of(b.data, b.len, hex);
		}
		b.data[i] = was;
	}
	srand(7);
	for (int round = 0; round < 20000; round++) {
		CLEANUP(buf_done) struct buf g = { 0 };

		buf_add(&g, b.data, b.len);
		for (int i = 0; i < 8; i++) /* most of it in the headers, at both ends */
			g.data[rand() % 2 ? (size_t)rand() % 64
					  : g.len - 1 - (size_t)rand() % 340] = (char)rand();
		hash_of(g.data, g.len, hex);
	}
}

static void sections_that_share_their_bytes_again_and_again_are_unknown(void **state)
{
	const struct kernel k = kernel_with(745);
	CLEANUP(buf_done) struct buf b = { 0 };
	char hex[HASH_HEX_LEN];
	Elf32_Shdr h[8];

	(void)state;
	kernel_file(&k, &b);
	b.len -= sizeof(h);
	memcpy(h, b.data + b.len, sizeof(h));
	for (int i = 1; i < 5; i++) {
		h[i].sh_offset = 0;
		h[i].sh_size = (uint32_t)b.len;
	}
	buf_add(&b, h, sizeof(h));
	assert_false(hash_of(b.data, b.len, hex));
}

/* The hash of a whole build of what lies in src now. */
static void build_hash(struct lab *l, char *hex)
{
	CLEANUP(build_done) struct build b = { 0 };

	(void)build(l, false, &b);
	if (b.status != BUILD_PASS)
		fail_msg("%s", b.error.text);
	strcpy(hex, b.image_hash);
}

static void a_build_has_the_hash_of_what_boots(void **state)
{
	static const struct {
		const char *change;
		bool same;
	} rows[] = {
		{ "touch main.c", true },
		{ "sed -i '1i /* a comment */' dma.c", true },
		{ "sed -i 's/return n/return n + 1/' dma.c", false },
		{ "sed -i s/\"board/\"bored/ arch/arm/boot/dts/board.dts", false },
		{ "mkdir -p ../obj/arch/arm/boot/compressed && cd ../obj/arch/arm/boot/compressed "
		  "&& "
		  "echo 1 >head.o && echo 1 >vmlinux.lds",
		  false },
		{ "echo 2 >../obj/arch/arm/boot/compressed/head.o", false },
		{ "echo 2 >../obj/arch/arm/boot/compressed/piggy.o", true },
		{ "echo 2 >../obj/arch/arm/boot/compressed/vmlinux.lds", false },
	};
	struct lab *l = *state;
	char before[65], now[65];

	build_hash(l, before);
	assert_int_equal(strlen(before), 64);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sh(l->src, rows[i].change);
		build_hash(l, now);
		if ((strcmp(before, now) == 0) != rows[i].same)
			fail_msg("%s: %s", rows[i].change, rows[i].same ? "another" : "the same");
		strcpy(before, now);
	}
}

static void a_build_that_hides_its_kernel_is_unknown(void **state)
{
	static const char *const tricks[] = { "rm $(obj)/vmlinux", "echo x >$(obj)/vmlinux",
					      "ln -sf /proc/self/exe $(obj)/vmlinux",
					      "rm $(obj)/vmlinux; mkfifo $(obj)/vmlinux" };
	struct lab *l = *state;
	char hex[65];

	for (size_t i = 0; i < sizeof(tricks) / sizeof(*tricks); i++) {
		CLEANUP(free_ptr)
		char *script =
			mem_printf("rm -rf ../obj; sed -i '/true #/d; s|^\t@cp .*|&\\n\t@%s; "
				   "true #|' Makefile",
				   tricks[i]);

		sh(l->src, script);
		build_hash(l, hex);
		assert_string_equal(hex, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_moved_change_nothing),
		cmocka_unit_test(the_build_id_is_no_part_of_a_kernel),
		cmocka_unit_test(any_other_byte_makes_another_kernel),
		cmocka_unit_test(a_number_for_another_function_counts),
		cmocka_unit_test(a_number_that_is_used_before_the_call_counts),
		cmocka_unit_test(a_table_of_bugs_in_another_form_stays),
		cmocka_unit_test(a_file_that_was_cut_is_unknown),
		cmocka_unit_test(a_garbled_file_does_no_harm),
		cmocka_unit_test(sections_that_share_their_bytes_again_and_again_are_unknown),
		LAB_TEST(a_build_has_the_hash_of_what_boots),
		LAB_TEST(a_build_that_hides_its_kernel_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
