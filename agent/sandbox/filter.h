/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_SANDBOX_FILTER_H
#define DMALAB_SANDBOX_FILTER_H

struct err;

/*
 * The system calls that a compiler never needs and an attacker may: returns a
 * descriptor of the BPF program (the caller closes it), at its start, as bwrap
 * --seccomp reads it.
 */
int filter_open(struct err *err) __attribute__((warn_unused_result));

#endif
