/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_GOAL_H
#define DMALAB_STAGE_BUILD_GOAL_H

#include <stdbool.h>

struct build_spec;

bool goal_is_dtb(const char *goal);

/*
 * What make calls a goal of lab.yaml in this source. From 6.5 on arm's device trees lie in a
 * folder a vendor (Linux commit 724ba6751532): "board.dtb" is "vendor/board.dtb" there, where
 * exactly that folder has board.dts. Everything else is the goal as it is. Caller frees.
 */
char *goal_in_source(const struct build_spec *spec, const char *goal);

#endif
