// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "console/oops_kind.h"
#include "console/prefilter.h"

/* Run by the build: the database of oops_kind_literal() as the bytes of a C array. */
int main(void)
{
	size_t len = 0;
	char *bytes = prefilter_serialize(oops_kind_literal, &len);

	for (size_t i = 0; i < len; i++)
		printf("%d,%c", (unsigned char)bytes[i], i % 32 == 31 ? '\n' : ' ');
	if (len == 0)
		printf("0\n"); /* this processor cannot; dmalab then compiles where it runs */
	free(bytes);
	return 0;
}
