/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_RATE_H
#define DMALAB_MODEL_RATE_H

/* How often something showed in the runs that could show it. runs 0: it was not counted. */
struct rate {
	int bad, runs;
};

#endif
