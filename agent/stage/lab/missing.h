/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_MISSING_H
#define DMALAB_STAGE_LAB_MISSING_H

/* "'lava-run' is not in the PATH (Debian: apt-get install lava-dispatcher)". Caller frees. */
char *missing_program(const char *program);

#endif
