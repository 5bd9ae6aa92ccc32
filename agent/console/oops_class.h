/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_CLASS_H
#define DMALAB_CONSOLE_OOPS_CLASS_H

#include <stdbool.h>

/*
 * What a function does in the kernel, by which a report decides whether it
 * may be to blame; docs/signatures.md has the rules and their reasons.
 */
enum {
	CLASS_REPORT = 1 << 0,	  /* finds, checks or prints what is wrong */
	CLASS_ENTRY = 1 << 1,	  /* takes an exception or an interrupt */
	CLASS_TOOL = 1 << 2,	  /* memory, strings, lists, counts: acts on what it is handed */
	CLASS_PRINT = 1 << 3,	  /* printk and what formats for it */
	CLASS_LOCK = 1 << 4,	  /* locks and what waits for them */
	CLASS_ALLOC = 1 << 5,	  /* gives and takes memory */
	CLASS_DEFER = 1 << 6,	  /* stops timers, work and threads for their owners */
	CLASS_OBJECT = 1 << 7,	  /* kobjects, devices, sysfs: registers what it is handed */
	CLASS_BUS = 1 << 8,	  /* a bus hands a driver's request on */
	CLASS_WAIT = 1 << 9,	  /* the scheduler and who sleeps in it */
	CLASS_RCU = 1 << 10,	  /* RCU's own */
	CLASS_TIMER = 1 << 11,	  /* timers' and work's own */
	CLASS_USER = 1 << 12,	  /* checks of copies from and to processes */
	CLASS_SOCK = 1 << 13,	  /* a socket's lock */
	CLASS_DISPATCH = 1 << 14, /* calls the work of others by number or pointer */
	CLASS_OUTER = 1 << 15,	  /* the ends of a stack: threads, system call entry */
	CLASS_PROC = 1 << 16,	  /* proc's own */
	CLASS_MAKE = 1 << 17,	  /* makes what its caller wants, by its name */
	/* those which no report blames */
	CLASS_NEVER = CLASS_REPORT | CLASS_ENTRY | CLASS_TOOL | CLASS_PRINT | CLASS_LOCK |
		      CLASS_ALLOC | CLASS_DEFER | CLASS_OBJECT | CLASS_BUS,
};

/* The classes that a cleaned name belongs to. */
unsigned class_of(const char *name);
/* The same for a file of the kernel's source, "mm/slub.c"; what a build knows beats names. */
unsigned class_of_file(const char *path);

#endif
