// SPDX-License-Identifier: GPL-2.0-or-later
#include "build_fixture.h"

#include "base/buf.h"

/* What a target's boot loader takes in place of zImage. */

/* U-Boot's legacy header, include/image.h there: sixteen words, big-endian, and a name. */
enum {
	HEADER_LEN = 64,
	HEADER_MAGIC = 0x27051956,
	OS_LINUX = 5,
	ARCH_ARM = 2,
	TYPE_KERNEL = 2,
	COMPRESSION_NONE = 0,
	BUILT_AT = 1767225600, /* 2026-01-01 */
};

static uint32_t word(const struct buf *b, size_t offset)
{
	const unsigned char *p = (const unsigned char *)b->data + offset;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t crc32_of(const char *data, size_t len)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void read_out(const struct lab *l, const char *name, struct buf *ret)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", l->out, name);
	struct err err = { 0 };

	if (fs_read(path, 1 << 24, ret, &err) < 0)
		fail_msg("%s", err.msg);
}

static void build_as(struct lab *l, enum kernel_image image, uint32_t address, struct build *b)
{
	l->target.image = image;
	l->target.load_address = address;
	(void)build(l, true, b);
	assert_int_equal(b->status, BUILD_PASS);
}

static void check_header(const struct buf *image, uint32_t address)
{
	char header[HEADER_LEN];

	assert_true(image->len > HEADER_LEN);
	assert_int_equal(word(image, 0), HEADER_MAGIC);
	assert_int_equal(word(image, 8), BUILT_AT);
	assert_int_equal(word(image, 12), image->len - HEADER_LEN);
	assert_int_equal(word(image, 16), address);
	assert_int_equal(word(image, 20), address);
	assert_int_equal(image->data[28], OS_LINUX);
	assert_int_equal(image->data[29], ARCH_ARM);
	assert_int_equal(image->data[30], TYPE_KERNEL);
	assert_int_equal(image->data[31], COMPRESSION_NONE);
	assert_string_equal(image->data + 32, "board");
	assert_int_equal(word(image, 24),
			 crc32_of(image->data + HEADER_LEN, image->len - HEADER_LEN));
	memcpy(header, image->data, sizeof(header));
	memset(header + 4, 0, 4); /* its own sum is taken without itself */
	assert_int_equal(word(image, 4), crc32_of(header, sizeof(header)));
}

static void zimage_leaves_nothing_beside_it(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	build_as(l, IMAGE_ZIMAGE, 0, &b);
	assert_int_equal(b.n_artifacts, 2);
}

static void zimage_with_dtb_is_the_one_behind_the_other(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	build_as(l, IMAGE_ZIMAGE_DTB, 0, &b);
	assert_int_equal(b.n_artifacts, 3);
	assert_string_equal(b.artifacts[2].name, "board.zImage");
	/* The tree with our overlay on it, not the one that make left. */
	sh(l->dir, "cat out/zImage out/board.dtb | cmp - out/board.zImage; "
		   "test \"$(fdtget out/board.dtb / nopage)\" = added");
}

static void uimage_has_a_header_that_the_boot_loader_takes(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(buf_done) struct buf image = { 0 };

	build_as(l, IMAGE_UIMAGE, 0x40008000, &b);
	assert_int_equal(b.n_artifacts, 3);
	assert_string_equal(b.artifacts[2].name, "board.uImage");
	read_out(l, "board.uImage", &image);
	check_header(&image, 0x40008000);
	sh(l->dir, "tail -c +65 out/board.uImage | cmp - out/zImage");
}

static void uimage_with_dtb_holds_both(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(buf_done) struct buf image = { 0 };

	build_as(l, IMAGE_UIMAGE_DTB, 0x8000, &b);
	assert_string_equal(b.artifacts[2].name, "board.uImage");
	read_out(l, "board.uImage", &image);
	check_header(&image, 0x8000);
	sh(l->dir,
	   "cat out/zImage out/board.dtb > both; tail -c +65 out/board.uImage | cmp - both");
}

static void an_image_is_the_same_whenever_it_is_made(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 }, again = { 0 };

	build_as(l, IMAGE_UIMAGE_DTB, 0x8000, &b);
	sh(l->dir, "sleep 1.1");
	build_as(l, IMAGE_UIMAGE_DTB, 0x8000, &again);
	assert_string_equal(b.artifacts[2].sha256, again.artifacts[2].sha256);
}

static void another_kernels_target_gets_no_image(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	l->target.config = (char *)"other";
	build_as(l, IMAGE_UIMAGE, 0x8000, &b);
	assert_int_equal(b.n_artifacts, 2);
}

static void a_link_in_the_place_of_an_image_is_not_followed(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	sh(l->dir, "echo safe > safe; printf 'zImage: link\\nlink: $(boot)/zImage\\n"
		   "\\t@ln -sf '$PWD'/safe /obj/.dmalab.kernel; "
		   "ln -sf /obj/elsewhere /obj/.dmalab.uImage\\n' >> src/Makefile");
	l->target.image = IMAGE_UIMAGE;
	(void)build(l, false, &b);
	assert_int_equal(b.status, BUILD_FAIL);
	assert_non_null(strstr(b.error.text, ".dmalab.uImage"));
	sh(l->dir, "test \"$(cat safe)\" = safe");
}

static void identity_tells_images_apart(void **state)
{
	struct lab *l = *state;
	static const struct {
		enum kernel_image image;
		uint32_t address;
	} kinds[] = { { IMAGE_ZIMAGE, 0 },
		      { IMAGE_ZIMAGE_DTB, 0 },
		      { IMAGE_UIMAGE, 0x8000 },
		      { IMAGE_UIMAGE, 0x40008000 },
		      { IMAGE_UIMAGE_DTB, 0x8000 } };
	enum { KINDS = sizeof(kinds) / sizeof(*kinds) };
	char hex[KINDS][65];
	struct err err = { 0 };

	for (size_t i = 0; i < KINDS; i++) {
		l->target.image = kinds[i].image;
		l->target.load_address = kinds[i].address;
		assert_int_equal(
			build_identity(&l->config, &l->kernel, "tree", "gcc", hex[i], &err), 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(hex[k], hex[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(zimage_leaves_nothing_beside_it),
		LAB_TEST(zimage_with_dtb_is_the_one_behind_the_other),
		LAB_TEST(uimage_has_a_header_that_the_boot_loader_takes),
		LAB_TEST(uimage_with_dtb_holds_both),
		LAB_TEST(an_image_is_the_same_whenever_it_is_made),
		LAB_TEST(another_kernels_target_gets_no_image),
		LAB_TEST(a_link_in_the_place_of_an_image_is_not_followed),
		LAB_TEST(identity_tells_images_apart),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
