/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_SANDBOX_FILTER_H
#define DMALAB_SANDBOX_FILTER_H

#include <stdbool.h>

struct err;

/*
 * The system calls that a compiler never needs and an attacker may: returns a
 * descriptor of the BPF program (the caller closes it), at its start, as bwrap
 * --seccomp reads it. With `network` sockets of IP and of files are none of them.
 */
int filter_open(bool network, struct err *err) __attribute__((warn_unused_result));

#endif
