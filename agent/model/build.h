/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_BUILD_H
#define DMALAB_MODEL_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum build_status {
	BUILD_PASS,
	BUILD_FAIL,  /* the source does not build: compiler, linker or configuration */
	BUILD_ERROR, /* the lab could not build: killed, out of time, memory or disk */
};

/* A file that a build left, kept in the store's folder of artifacts. */
struct artifact {
	char *name; /* "zImage", "exynos4210-smdkv310.dtb" */
	char sha256[65];
};

/* A compiler's word. */
struct diagnostic {
	char *file;	 /* relative to the source's root; "" where unknown */
	int line;	 /* 0 where unknown */
	char *text;	 /* "error: …" */
	char *excerpt;	 /* its lines in the log, as printed */
	size_t log_line; /* from 1 */
};

/* One checkout × config × toolchain (KCIDB: build). */
struct build {
	char *id; /* SHA-256 over tree hash, config hash and toolchain */
	char *checkout_id;
	char *config_name;
	char *toolchain; /* first line of the compiler's --version */
	char *architecture;
	char *command; /* what to type to repeat it */
	enum build_status status;
	int64_t started; /* seconds since 1970 */
	int64_t duration_ms;
	bool limit;	     /* it met one of the lab's limits: true of this run only, not kept */
	char *log;	     /* path of the log while it is a plain file; NULL once stored */
	char log_sha256[65]; /* "" until stored */
	struct diagnostic error; /* the first one; .text NULL unless status is BUILD_FAIL/ERROR */
	struct diagnostic *warnings;
	size_t n_warnings, cap_warnings;
	char image_hash[65]; /* what boots, but for what a moved line changes; "" unknown */
	char *options; /* what the series changes in the configuration, a line an option; NULL, "":
			* nothing */
	struct artifact *artifacts;
	size_t n_artifacts, cap_artifacts;
};

void build_done(struct build *b);
void diagnostic_done(struct diagnostic *d);

/* "PASS", "FAIL", "ERROR": KCIDB's words. */
const char *build_status_name(enum build_status s);

#endif
