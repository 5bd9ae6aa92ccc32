// SPDX-License-Identifier: GPL-2.0-only
/*
 * tools/testing/scatterlist, the kernel's test of lib/scatterlist.c in user
 * space, comes with the kernel that it was made from: init finds it in the root
 * of the file system.
 */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/printk.h>

asm(".pushsection .init.rodata, \"a\"\n"
	"scatterlist_program:\n"
	".incbin \"drivers/dma-buf/kunit/scatterlist-test\"\n"
	"scatterlist_program_end:\n"
	".popsection\n");

extern const char scatterlist_program[], scatterlist_program_end[];

static int __init scatterlist_program_put(void)
{
	size_t size = scatterlist_program_end - scatterlist_program;
	struct file *file;
	loff_t pos = 0;

	file = filp_open("/scatterlist-test", O_CREAT | O_WRONLY | O_TRUNC,
			 0755);
	if (IS_ERR(file))
		return PTR_ERR(file);
	if (kernel_write(file, scatterlist_program, size, &pos) != size)
		pr_err("no room for /scatterlist-test\n");
	/* Nobody may run what is still open for writing. */
	fput(file);
	flush_delayed_fput();
	return 0;
}
late_initcall(scatterlist_program_put);
