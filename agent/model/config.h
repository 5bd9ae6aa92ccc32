/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_CONFIG_H
#define DMALAB_MODEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* lab.yaml as values. Strings are owned; paths are absolute. */

/* Where a kernel's source comes from. */
struct tree_config {
	char *name;
	char *source; /* "debian:linux-source-6.1": the tarball of that package; or
		       * "git:URL": a repository */
	/* Of a git repository: */
	char *ref;    /* branch or tag; "HEAD" where lab.yaml has none */
	int depth;    /* commits that are fetched; 0 all */
	int every_s;  /* between fetches by the agent */
	int fetch_s;  /* time that a fetch may take */
	int limit_mb; /* what a fetch may bring */
};

enum source_type { SOURCE_PATCHWORK, SOURCE_PUBLIC_INBOX, SOURCE_FOLDER };

/* Where mails come from. */
struct source_config {
	char *name;
	enum source_type type;
	char *url;	  /* of Patchwork: its root, "https://patchwork.kernel.org"; of a
			   * public-inbox: "https://lore.kernel.org/linux-media"; no slash at the
			   * end; NULL of a folder */
	char *path;	  /* of a folder: a maildir, or an mbox that grows; absolute; else NULL */
	char *project;	  /* of Patchwork: link_name; else NULL */
	char *token_file; /* of Patchwork, one line; absolute; NULL none */
	int every_s;	  /* between polls */
	int overlap_s;	  /* Patchwork: how far behind the mark events are asked for again */
	int sweep_s;	  /* Patchwork: between looks at the newest series, whatever events said */
	int since_days;	  /* the first poll takes what is at most so old; 0: only what is new */
};

/*
 * Which series are tested. A rule matches a series when each kind of word that it
 * names (paths, words, lists, sources) has one that matches; a series is relevant when
 * a rule matches. Without rules all are.
 */
struct rule_config {
	char *name;
	struct strv paths;   /* glob over paths that the series touches: "kernel/dma/" (all below),
			      * "drivers/media/common/videobuf2/" with a star for any characters,
			      * slashes too */
	struct strv words;   /* in a subject or message, without regard to case, whole words */
	struct strv lists;   /* List-Id */
	struct strv sources; /* source_config.name */
	char *tree;	     /* NULL: the default */
	char *plan;	     /* likewise */
};

/* A tree whose new commits the agent tests, and whose regressions it bisects. */
struct watch_config {
	char *name;
	char *tree;
	char *plan;	   /* whose targets boot it; NULL: the first */
	char *fix;	   /* design that lies on it where it applies; NULL: lab.yaml's */
	bool first_parent; /* a merged branch is one commit of a search */
	struct strv paths; /* a search is among commits that touch these; none: among all */
};

/* `dmalab agent`. */
struct agent_config {
	int tests;	  /* series that are tested at once */
	int fetches;	  /* sources and trees that are asked at once */
	int cover_wait_s; /* how long a whole series waits for its cover letter */
	int parts_wait_s; /* after that long a series that is not whole is given up */
	int keep_days;	  /* `dmalab gc`: logs, artifacts and mails without use are kept so long */
};

/* How a kernel is configured and built. */
struct kernel_config {
	char *name;
	char *architecture;  /* make ARCH= */
	char *cross_compile; /* make CROSS_COMPILE= */
	char **fragments;    /* names below kernel-tests/configs/, in merge order */
	size_t n_fragments;
	char **overlay_fragments; /* likewise, for what kernel-tests/tree/ adds to the kernel */
	size_t n_overlay_fragments;
	char **goals; /* make goals: zImage and the boards' device trees */
	size_t n_goals;
	char *missing; /* a file it names is not there: the error's text; NULL all are */
};

/*
 * In which form a board's boot loader takes the kernel. A build leaves the plain
 * zImage for all targets of its config; for a target that wants another form it
 * leaves an artifact of that target's own beside it (target_image_artifact()):
 *
 *   zImage      the artifact "zImage" itself
 *   zImage+dtb  zImage with the target's device tree (overlay laid on) right behind
 *               it, for a boot loader that knows none; CONFIG_ARM_APPENDED_DTB is the
 *               fragment's to set
 *   uImage      zImage with U-Boot's legacy header (mkimage -A arm -O linux -T kernel
 *               -C none), load address and entry point both load_address
 *   uImage+dtb  the same around zImage+dtb
 *
 * "+dtb" needs a `dtb`, and uImage a `load_address`: config_read() sees to both.
 * The target's device tree is an artifact of its own ("NAME.dtb") in any case.
 */
enum kernel_image { IMAGE_ZIMAGE, IMAGE_UIMAGE, IMAGE_ZIMAGE_DTB, IMAGE_UIMAGE_DTB };

/* Something that boots a kernel. */
struct target_config {
	char *name;
	char *config;	   /* kernel_config.name */
	char *lab;	   /* lab_config.name; NULL: built, and booted by hand only */
	char *device;	   /* file in jobs/devices/; may be NULL without a lab */
	char *job;	   /* file in jobs/; likewise */
	char *dtb;	   /* a make goal, or "qemu": what the device's QEMU dumps */
	char *device_type; /* of a LAVA server; NULL of lava-run */
	struct strv tags;  /* device tags that its LAVA jobs ask for */
	bool approve;	   /* an unknown author's series needs a maintainer's word first */
	char *overlay;	   /* file in kernel-tests/dts/ laid over it; NULL for none */
	char *cmdline;	   /* without kunit.filter_glob; may be NULL without a lab */
	enum kernel_image image;
	uint32_t load_address; /* of a uImage, in the board's memory; 0 of other images */
	int timeout_s;	       /* for a boot with all its tests; the test's share of a LAVA job */
	char *missing;	       /* a file it names is not there: the error's text; NULL all are */
};

/* Targets that are tested together. */
struct plan_config {
	char *name;
	char **targets; /* target_config.name */
	size_t n_targets;
};

enum lab_driver { LAB_LAVA_RUN, LAB_LAVA_SERVER };

struct lab_config {
	char *name;
	enum lab_driver driver; /* "lava-run", "lava-server" */
	int slots;    /* boots at once; of a server: jobs of ours that wait or run there */
	int health_s; /* between boots of a known-good kernel (lava-run); 0 only after
		       * trouble */
	/* Of a LAVA server: */
	char *url;	  /* its root, no slash at the end */
	char *user;	  /* whose the token is: submitter of our jobs */
	char *token_file; /* absolute */
	char *priority;	  /* LAVA's: "low" (default), "medium", "high", or 0..100 */
	int queue_s;	  /* how long a job may wait for a device */
	int max_queue;	  /* jobs of others that may wait for one before ours */
	int poll_s;	  /* between looks at our jobs */
	char *listen;	  /* where published files are served: "127.0.0.1:8090" */
	char *files_url;  /* how its workers reach that, no slash at the end */
	bool wake;	  /* LAVA tells us there when a job is over */
	char *upload_url; /* or: where files are PUT to, by their names; NULL none */
};

/* How builds reach beyond this machine. */
struct compile_config {
	char *ccache; /* a folder that several machines' ccaches share; absolute; NULL none */
	bool icecc;   /* bases are compiled by the nodes of this machine's iceccd too */
	int jobs;     /* make -j of those; 0: limits.jobs */
};

/* How sure a verdict has to be. */
struct confidence_config {
	double blame;  /* the chance of luck below which a difference is blamed on the series */
	int repeats;   /* boots of one side, at most, to find out */
	double rate;   /* a pass is repeated until what fails this often ... */
	double missed; /* ... would be missed with this chance only; rate 0: a pass is not repeated
			*/
	struct strv paths; /* globs, as of rule_config: of series that touch these; none: of all */
};

/* Whom mails go to. */
enum { REPORT_OPERATOR = 1, REPORT_AUTHOR = 2, REPORT_CC = 4 };
/* Which verdicts are told by mail, but for news, which always are. */
enum { REPORT_ON_PASS = 1, REPORT_ON_FAIL = 2, REPORT_ON_NONE = 4 };

/* Who hears of verdicts. Strings are owned; NULL where lab.yaml has none. */
struct report_config {
	char *url;	      /* root of the pages that reports link to; no slash at the end */
	char *from;	      /* "dmalab <dmalab@example.org>"; NULL: no mail is made */
	struct strv operator; /* addresses */
	int to;		      /* REPORT_OPERATOR | …; default the operator alone */
	int on;		      /* REPORT_ON_PASS | …; default fail */
	bool moderate;	      /* mails are held until the operator says so; default true */
	int per_day;	      /* mails to one address; default 20 */
	char *sendmail;	      /* program, absolute; default /usr/sbin/sendmail without smtp */
	char *smtp;	      /* "smtp://host:port", "smtps://…" */
	char *smtp_user;
	char *smtp_password_file;
	struct strv checks; /* sources of type patchwork whose patches get checks */
	char *context;	    /* of checks: a slug; default "dmalab" */
	char *kcidb_url;    /* where documents are POSTed to */
	char *kcidb_token_file;
	char *kcidb_dir;    /* folder that a file a verdict is written into */
	char *kcidb_origin; /* of ids; default "dmalab" */
};

/* `dmalab serve`. */
struct serve_config {
	char *listen;	   /* "127.0.0.1:8080"; NULL: the agent serves no pages */
	char *token_file;  /* whoever knows its line may retest, approve, mask; NULL: nobody */
	bool behind_proxy; /* all come from one address: the proxy limits them */
};

struct limits_config {
	int jobs;	     /* make -j; 0 in lab.yaml: as many as there are processors */
	int build_s;	     /* one make */
	int build_memory_mb; /* of all its processes together */
	int build_processes;
	int build_disk_mb; /* what a candidate may write */
	int series_mb;	   /* of an mbox */
	int series_patches;
	int console_mb; /* of one boot; the rest is cut */
	int retries;	/* of a boot whose lab failed */
	int answer_mb;	/* of one answer of a server */
	int answer_s;	/* until a server has given all of it */
};

struct config {
	char *file;	 /* where it was read */
	char *work_dir;	 /* store, logs, artifacts, runs */
	char *cache_dir; /* trees, worktrees, object folders, ccache */
	char *kernel_tests;
	char *patches;
	char *jobs;
	char *fix;		   /* folder in patches/; NULL for none */
	int build_uid;		   /* whom an untrusted build runs as when we are root */
	struct tree_config *trees; /* the first is the default */
	size_t n_trees;
	struct kernel_config *configs;
	size_t n_configs;
	struct target_config *targets;
	size_t n_targets;
	struct lab_config *labs;
	size_t n_labs;
	struct plan_config *plans; /* the first is the default; none: all targets with a lab */
	size_t n_plans;
	char **designs; /* folders in patches/, in the order in which a matrix shows them */
	size_t n_designs;
	struct source_config *sources;
	size_t n_sources;
	struct rule_config *rules;
	size_t n_rules;
	struct watch_config *watches;
	size_t n_watches;
	struct agent_config agent;
	struct compile_config compile;
	struct confidence_config confidence;
	struct report_config report;
	struct serve_config serve;
	struct limits_config limits;
};

void config_done(struct config *c);

/* By name; NULL when there is none. Borrowed from c. */
const struct tree_config *config_tree(const struct config *c, const char *name);
const struct kernel_config *config_kernel(const struct config *c, const char *name);
const struct target_config *config_target(const struct config *c, const char *name);
const struct lab_config *config_lab(const struct config *c, const char *name);
const struct plan_config *config_plan(const struct config *c, const char *name);
const struct source_config *config_source(const struct config *c, const char *name);
const struct watch_config *config_watch(const struct config *c, const char *name);

/* Whether the device tree lies behind the kernel: the boot loader is handed none then. */
bool image_has_dtb(enum kernel_image image);
/* "zImage", "uImage+dtb". */
const char *image_name(enum kernel_image image);
/* Returns 0 and sets *ret, or -1 for a word that is none of them. */
int image_parse(const char *word, enum kernel_image *ret);
/* What a build calls the kernel that the target boots: "zImage", "dove.uImage". Caller frees. */
char *target_image_artifact(const struct target_config *t);

#endif
