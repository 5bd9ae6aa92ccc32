/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_DEFINITION_H
#define DMALAB_STAGE_LAB_DEFINITION_H

struct buf;
struct err;

/* What a boot puts into the LAVA job of jobs/ that is its template. */
struct definition {
	const char *template;		    /* path */
	const char *name;		    /* of the job */
	const char *kernel, *ramdisk, *dtb; /* absolute paths as LAVA sees them; dtb NULL: none */
	const char *cmdline;		    /* without kunit.filter_glob */
	const char *filter;		    /* "" for all */
	int timeout_s;			    /* the test's; LAVA's others follow from it */
};

/* LAVA's whole job lasts at most this much longer than the test. */
enum { DEFINITION_JOB_MORE_S = 60 };

/*
 * Appends the job as YAML to *ret. Strings come out literally, whatever is in
 * them; what LAVA or QEMU could take apart is refused: -EINVAL for a double quote,
 * backslash, brace or control character in a command line, or for a filter that is no glob.
 */
int definition_make(const struct definition *d, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
