/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_ANSWER_PRINT_H
#define DMALAB_CLI_ANSWER_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer;
struct err;

enum answer_form { ANSWER_TABLE, ANSWER_JSON, ANSWER_CSV };

/* Prints the first n_shown columns as a table, or all as JSON or CSV, on stdout. */
int answer_print(const struct answer *a, size_t n_shown, enum answer_form form, struct err *err)
	__attribute__((warn_unused_result));

/* The number from 1 to `max` that an option of a command was given; NULL leaves *ret. */
int count_take(const char *command, const char *option, const char *word, int64_t max, int64_t *ret,
	       struct err *err) __attribute__((warn_unused_result));

/* --json and --csv exclude each other. */
int form_take(const char *command, bool json, bool csv, enum answer_form *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
