// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "console/oops_kind.h"

/*
 * Every line that opens a report, or matters while none is open, holds one of
 * these. Hyperscan first looks at the last three bytes of each, up to four
 * literals at once, and that is what takes the time: so each is cut where its
 * end is rare in healthy consoles, alone and mixed with those that it is looked
 * for with. The cuts were searched for on boot logs: 15 GB/s where cutting at
 * any word's end gave 5.
 */
const char *oops_kind_literal(size_t i)
{
	static const char *const literals[] = {
		"Linux ve", /* "Linux version": a boot */
		" cut h",   /* "cut here" */
		"BUG",	    /* with "kernel BUG at" */
		"WARNING:",
		"INFO:",
		"Unable to handle k", /* kernel */
		"Unha",		      /* "Unhandled": fault, prefetch abort */
		"Interna",	      /* "Internal error" */
		"Alignment trap: not h",
		"Bad mode i",
		"Insufficient s", /* "Insufficient stack space" */
		"ernel stack o",  /* "Kernel stack overflow" */
		"general",	  /* "general protection" */
		"[#",		  /* "divide error: 0000 [#1]", MIPS: "in kernel code[#1]" */
		"double f",
		"rust_kernel: panic",
		" corrup", /* list_add, list_del */
		"usercopy:",
		"Oops",
		"Machine C",
		"Machine check in k", /* kernel: PowerPC */
		"UBSA",
		"unreference", /* "unreferenced object" */
		"ard LOCKU",
		"unregister_netdevice: wai",
		": nob", /* "irq 5: nobody cared" */
		"sysfs: cannot create duplicate f",
		"VFS", /* Busy, Close */
		": page allocation failur",
		" invoked oom-kil",
		"Kernel panic - not s",
		"kernel oops", /* "kernel oopses to Abrt" */
	};

	return i < sizeof(literals) / sizeof(*literals) ? literals[i] : NULL;
}
