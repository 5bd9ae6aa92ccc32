// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/cli.h"

static const struct command commands[] = {
	{ "test", "MSGID|URL, or --mbox FILE [OPTION]…",
	  "test a patch series and say what it changes",
	  "  MSGID|URL       a series of lab.yaml's sources: its Message-ID, or a lore or\n"
	  "                  Patchwork URL; tested before all that waits\n"
	  "  --mbox FILE     the series: an mbox or a mail; - for standard input\n"
	  "  --target NAME   boot here only; may be given several times\n"
	  "  --plan NAME     the targets of a plan of lab.yaml (default: the first plan, or all\n"
	  "                  targets with a lab where there is none)\n"
	  "  --tree NAME     a tree of lab.yaml (default: the first)\n"
	  "  --base COMMIT   put the series on this commit (default: the tree's newest)\n"
	  "  --fix NAME|none the design of patches/ under base and series (default: lab.yaml's)\n"
	  "  --keep          leave the run's folder with mails, jobs and consoles\n"
	  "  --json          the verdict as JSON, with a KCIDB document\n"
	  "\n"
	  "Exit: 0 pass, 1 fail, 2 wrong use or unreadable input, 3 no verdict (infrastructure).\n"
	  "\n"
	  "  dmalab test --mbox v2.mbox\n"
	  "  dmalab test 20260101120000.1-1-author@example.org\n"
	  "  git format-patch --stdout origin.. | dmalab test --mbox - --target virt\n"
	  "  dmalab test --mbox rival-fix.mbox --fix none --json\n",
	  cmd_test, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "matrix", "[OPTION]…", "show what each design of the fix does on each target",
	  "  --design NAME   a folder of patches/, or none for the unfixed kernel; may be given\n"
	  "                  several times (default: none and lab.yaml's designs)\n"
	  "  --target NAME   on this target only; may be given several times\n"
	  "  --plan NAME     the targets of a plan (default: plan matrix, else the first)\n"
	  "  --tree NAME     a tree of lab.yaml (default: the first)\n"
	  "  --anew          build and boot again what an earlier run has done\n"
	  "  --markdown      as a table in Markdown\n"
	  "  --json          as JSON, with what each design promises\n"
	  "\n"
	  "A case works, is refused, fails or crashes; '-' is skipped, and '!' marks what works\n"
	  "on the unfixed kernel. A number is that of the report below the table.\n"
	  "\n"
	  "Exit: 0 whatever the cells say, 2 wrong use, 3 the lab failed or a design does not\n"
	  "build.\n"
	  "\n"
	  "  dmalab matrix\n"
	  "  dmalab matrix --design none --design map-per-importer --target virt\n"
	  "  dmalab matrix --json | jq '.cells[] | select(.as_expected | not)'\n",
	  cmd_matrix, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "bisect", "--good REV --bad REV [OPTION]…",
	  "find the commit that brought a failure, also one that comes and goes",
	  "  --good REV       a commit of the tree that is good\n"
	  "  --bad REV        one behind it that is bad\n"
	  "  --series MBOX    in place of --bad: which patch of a series; it is put on the good\n"
	  "                   commit (default: the tree's newest), and built as a test does\n"
	  "  --test NAME      bad: the test suite.case fails, or the kernel crashes in it; beside\n"
	  "                   --signature or --boot: what is booted\n"
	  "  --signature SIG  bad: the kernel prints the report, as 'dmalab oops' signs it\n"
	  "  --build          bad: it does not build; nothing is booted\n"
	  "  --boot           bad: the boot does not come to its end\n"
	  "  --run FILE       bad: this program says so, run with the folder of a build's files\n"
	  "                   as its argument: 0 good, 125 skip, any other bad\n"
	  "  --fixed          good is behind bad: find the commit that mended it\n"
	  "  --tree NAME      a tree of lab.yaml (default: the first)\n"
	  "  --target NAME    boot here (default: the first of the first plan)\n"
	  "  --fix NAME|none  the design of patches/ on every step (default: lab.yaml's)\n"
	  "  --first-parent   what a merge brings is one commit\n"
	  "  --path PATH      only commits that touch this; may be given several times\n"
	  "  --confidence P   blame a commit at these odds (default 0.95)\n"
	  "  --anew           do not go on with the same search of before\n"
	  "  --resume         go on with the newest one, or with that of the number behind it\n"
	  "  --log            print it as git bisect replay takes it; a number likewise\n"
	  "  --list           list what was searched, newest first\n"
	  "  --json           as a JSON object\n"
	  "\n"
	  "Both ends are verified first, and the culprit by reverting it on the newer end. Below\n"
	  "the confidence nothing is blamed: the commits that are left are named. The same "
	  "command\n"
	  "again goes on where it was stopped, whatever stopped it.\n"
	  "\n"
	  "Exit: 0 found, 1 a range is left, bad was never bad, or good was bad, 2 wrong use,\n"
	  "3 the lab failed, or an end cannot be tested.\n"
	  "\n"
	  "  dmalab bisect --tree stable --good v6.1.100 --bad v6.1.110 --test vb2.import\n"
	  "  dmalab bisect --tree next --good next-20260105 --bad next-20260106 --build\n"
	  "  dmalab bisect --resume\n"
	  "  dmalab bisect --log >bisect.log && git bisect replay bisect.log\n",
	  cmd_bisect, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "build", "--out DIR [OPTION]…", "build kernels with tests and fix, to boot them by hand",
	  "  --out DIR       kernel, device trees and initramfs go to DIR/CONFIG/\n"
	  "  --target NAME   for this target, with a lab or without; may be given several times\n"
	  "  --plan NAME     for the targets of a plan of lab.yaml (default: the first)\n"
	  "  --tree NAME     a tree of lab.yaml (default: the first)\n"
	  "  --fix NAME|none the design of patches/ in it (default: lab.yaml's)\n"
	  "  --json          builds and files as JSON\n"
	  "\n"
	  "Exit: 0 built, 2 wrong use, 3 the lab failed or it does not build.\n"
	  "\n"
	  "  dmalab build --out /srv/tftp\n"
	  "  dmalab build --out out --target virt --fix none\n"
	  "  qemu-system-arm -M virt -cpu cortex-a15 -m 1G -nographic -kernel out/arm/zImage \\\n"
	  "    -dtb out/arm/virt.dtb -initrd out/arm/initramfs.cpio.gz \\\n"
	  "    -append 'console=ttyAMA0 mem=192M cma=4M'\n",
	  cmd_build, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "oops", "[--symbols PATH] FILE…", "find crashes, warnings and stalls in consoles",
	  "  --symbols PATH  the build's vmlinux, System.map or object folder: file and line of\n"
	  "                  each frame, and none is blamed whose source file holds machinery\n"
	  "  --json          as a JSON array, an object a file\n"
	  "\n"
	  "FILE is a console of any size, - standard input: plain, dmesg, journal or a LAVA\n"
	  "job's log. Each report gets a title, its function, its frames and a signature that\n"
	  "is the same wherever the same defect shows.\n"
	  "\n"
	  "  dmalab oops console.log\n"
	  "  dmesg | dmalab oops --json - | jq '.[].reports[].title'\n",
	  cmd_oops, COMMAND_JSON },
	{ "ktap", "FILE…", "read test results (KTAP) from consoles",
	  "  --json   as a JSON array, an object a file\n"
	  "\n"
	  "FILE is a console, - standard input. What a crash cut off is an ERROR, with the\n"
	  "crash's title and signature; planned tests that never came are MISS.\n"
	  "\n"
	  "  dmalab ktap console.log\n",
	  cmd_ktap, COMMAND_JSON },
	{ "mail", "FILE…", "show the patches and series of mails",
	  "  --json   as a JSON array, an object a file\n"
	  "\n"
	  "FILE is an mbox, a mail or a maildir, - standard input. No network, no lab.yaml, and\n"
	  "nothing is stored. What was not understood of a mail is said, and the rest is shown.\n"
	  "\n"
	  "  dmalab mail thread.mbox\n"
	  "  dmalab mail --json ~/Maildir | jq '.[].series[] | select(.complete)'\n",
	  cmd_mail, COMMAND_JSON },
	{ "fetch", "MSGID|URL [--mbox]", "bring a series from lab.yaml's sources into the store",
	  "  --mbox   print its mails as an mbox that 'git am --patch-format=mboxrd' takes\n"
	  "  --json   as a JSON object\n"
	  "\n"
	  "  dmalab fetch https://lore.kernel.org/lkml/20260101120000.1-1-author@example.org/\n"
	  "  dmalab fetch 20260101120000.1-1-author@example.org --mbox |\n"
	  "    git am --patch-format=mboxrd\n",
	  cmd_fetch, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "why", "SERIES", "say why a series is tested, or why not",
	  "  --json   as a JSON object\n"
	  "\n"
	  "SERIES is the Message-ID of any of its mails, or a URL with it. Shown are the decision\n"
	  "and what each rule of lab.yaml's relevance matches now.\n"
	  "\n"
	  "  dmalab why 20260101120000.1-1-author@example.org\n",
	  cmd_why, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "agent", "[--once]", "ask the sources and test what comes, for good",
	  "  --once   ask every source once, test what can be tested now, and end\n"
	  "\n"
	  "SIGTERM ends it within ten seconds; what it tested waits for the next one. SIGHUP\n"
	  "rereads lab.yaml. 'dmalab queue' shows what it does.\n"
	  "\n"
	  "  dmalab agent --once\n"
	  "  systemctl start dmalab-agent\n",
	  cmd_agent, COMMAND_CONFIG | COMMAND_STORE },
	{ "queue", "[--all]", "show what runs and what waits to be tested",
	  "  --all    with what is done, newest first\n"
	  "  --json   as a JSON array\n"
	  "\n"
	  "  dmalab queue\n"
	  "  dmalab queue --all --json | jq '.[] | select(.state == \"failed\")'\n",
	  cmd_queue, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "retest", "SERIES", "test a series again, before what the sources brought",
	  "  --json   the task's number\n"
	  "\n"
	  "  dmalab retest 20260101120000.1-1-author@example.org\n",
	  cmd_retest, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "drop", "SERIES", "take a series out of the queue",
	  "  --json   how many tasks that were\n"
	  "\n"
	  "What is being tested is finished.\n"
	  "\n"
	  "  dmalab drop 20260101120000.1-1-author@example.org\n",
	  cmd_drop, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "approve", "SERIES", "let a series run on targets that ask for a maintainer's word",
	  "  --json   the task's number\n"
	  "\n"
	  "What was left out for want of that word is booted; what is known is not done again.\n"
	  "\n"
	  "  dmalab approve 20260101120000.1-1-author@example.org\n",
	  cmd_approve, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "known", "[list|add|remove] [WHAT|NUM] [OPTION]…", "say which failures are known",
	  "  WHAT          add: a report's signature, its first 8 digits or more, or a test:\n"
	  "                suite.case, or suite.* for all of a suite\n"
	  "  NUM           remove: the number that list shows\n"
	  "  --until DATE  add: the last day on which it is known, YYYY-MM-DD; UTC\n"
	  "  --why TEXT    add: for who reads the report: a link, a sentence\n"
	  "  --force       add: a test that no boot has run yet\n"
	  "  --all         list: what is over, too\n"
	  "  --json        as JSON\n"
	  "\n"
	  "No series is blamed for a failure that is known; its report shows it and says why.\n"
	  "What is added again gets another date and reason.\n"
	  "\n"
	  "  dmalab known\n"
	  "  dmalab known add 3f2a91bc --until 2027-01-31 --why https://example.org/bug/7\n"
	  "  dmalab known add 'vb2.*' --until 2027-01-31 --why 'fails on every kernel'\n"
	  "  dmalab known remove 3\n",
	  cmd_known, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "outbox", "[list|show|approve|drop|send] [NUM]… [OPTION]…",
	  "show what is told to others, and decide on it",
	  "  NUM           of a message, as list shows it: one to show, one or more to approve or\n"
	  "                drop\n"
	  "  --all         list: what was sent, dropped or has failed, too, newest first\n"
	  "  --patience S  send: how long a receiver that gave no answer is left alone; default\n"
	  "                180 seconds\n"
	  "  --json        as JSON; show: with the whole message\n"
	  "\n"
	  "A message that is held goes when it is approved. One that has failed is tried again.\n"
	  "Where one of several numbers cannot be approved or dropped, none is. The agent sends\n"
	  "what waits by itself; send does it where no agent runs.\n"
	  "\n"
	  "  dmalab outbox\n"
	  "  dmalab outbox show 12\n"
	  "  dmalab outbox approve 12 13\n"
	  "  dmalab outbox drop 14\n",
	  cmd_outbox, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "check", "[--test] <MAIL", "answer b4's external check about a patch",
	  "  --test   test the mail now, as a series of its own; without it the answer is what\n"
	  "           the store has on the series that the mail is of\n"
	  "\n"
	  "Reads one mail on standard input and prints a JSON array as b4 wants it: tool, status\n"
	  "(pass, warn, fail), summary, url, details. What has no verdict is warn, and summary\n"
	  "says why.\n"
	  "\n"
	  "Exit: 0 whatever the answer is, 2 wrong use.\n"
	  "\n"
	  "  git config b4.review-perpatch-check-cmd 'dmalab check'\n"
	  "  dmalab check <0001-dma-keep-the-size.patch\n"
	  "  git format-patch -1 --stdout | dmalab check --test\n",
	  cmd_check, COMMAND_CONFIG | COMMAND_STORE },
	{ "lab", "[NAME] [--check [--target NAME]… [--times N]]",
	  "show the labs, their devices and how they do",
	  "  --check         boot a known-good kernel on the lab's targets, and say what came of\n"
	  "                  it: the first that passes proves a target\n"
	  "  --target NAME   on this target only; may be given several times\n"
	  "  --times N       so many boots a target (default 1)\n"
	  "  --json          as a JSON object\n"
	  "\n"
	  "A target is unproven until a known-good kernel went all its way there, and out when\n"
	  "the last one did not: boots wait until one does.\n"
	  "\n"
	  "Exit: 0, or 3 where a boot of --check failed.\n"
	  "\n"
	  "  dmalab lab\n"
	  "  dmalab lab farm --check\n"
	  "  dmalab lab --check --target virt --times 20\n",
	  cmd_lab, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "gc", "[--dry-run] [--keep-days N]", "remove what nobody has needed for long",
	  "  --dry-run       only say what would go\n"
	  "  --keep-days N   in place of lab.yaml's agent: keep_days\n"
	  "  --json          as a JSON object\n"
	  "\n"
	  "Bytes of mails that were never to be tested, artifacts of builds, consoles without a\n"
	  "crash, files that nothing names. What was found out stays.\n"
	  "\n"
	  "  dmalab gc --dry-run\n",
	  cmd_gc, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "query", "[QUESTION] [OPTION]…", "answer what maintainers ask of the store",
	  "  --limit N    at most so many rows (default 20)\n"
	  "  --after KEY  those behind the row of this key: the next page\n"
	  "  --csv        comma-separated, for spreadsheets\n"
	  "  --json       as a JSON array\n"
	  "\n"
	  "Without QUESTION it lists what can be asked. What a question wants beside its name, "
	  "and\n"
	  "its own options, 'dmalab query QUESTION --help' says. Nothing is written, and nobody "
	  "who\n"
	  "writes waits.\n"
	  "\n"
	  "  dmalab query\n"
	  "  dmalab query broke --days 7\n"
	  "  dmalab query since vb2.import --target virt\n"
	  "  dmalab query seen 3f2a91bc --json | jq -r '.[].target'\n",
	  cmd_query, COMMAND_CONFIG | COMMAND_JSON | COMMAND_HELP },
	{ "sql", "SQL [OPTION]…", "ask the store anything, in SQL",
	  "  --limit N    at most so many rows (default 1000)\n"
	  "  --seconds N  give up after so long (default 60)\n"
	  "  --csv        comma-separated, for spreadsheets\n"
	  "  --json       as a JSON array\n"
	  "\n"
	  "SQL is one SELECT, - reads it from standard input. The store is only read, and nobody "
	  "who\n"
	  "writes waits. db/README.md describes the tables.\n"
	  "\n"
	  "  dmalab sql 'SELECT target, count(*) FROM jobs GROUP BY target'\n"
	  "  dmalab sql - --csv <boots.sql >boots.csv\n",
	  cmd_sql, COMMAND_CONFIG | COMMAND_JSON },
	{ "serve", "[--listen ADDRESS:PORT] [--log]", "show all of it as pages, for browsers",
	  "  --listen ADDRESS:PORT  default: systemd's socket, else lab.yaml's serve: listen, "
	  "else\n"
	  "                         127.0.0.1:8080; port 0 takes a free one\n"
	  "  --log                  a line a request on standard output\n"
	  "\n"
	  "Prints where the pages are, and serves them until it is ended. Nothing is written but\n"
	  "by the forms for maintainers, which want lab.yaml's serve: token_file.\n"
	  "\n"
	  "  dmalab serve\n"
	  "  dmalab serve --listen 0.0.0.0:8080 --log\n",
	  cmd_serve, COMMAND_CONFIG },
	{ "list", "[verdicts|checkouts|builds|jobs] [--limit N]",
	  "list what was done, newest first",
	  "  --limit N   at most so many (default 20)\n"
	  "  --json      as a JSON array\n"
	  "\n"
	  "  dmalab list\n"
	  "  dmalab list jobs --limit 5\n",
	  cmd_list, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "show", "ID [--log]", "show a verdict, checkout, build or job",
	  "  --log    print the stored log of a build or a job\n"
	  "  --json   as a JSON object\n"
	  "\n"
	  "ID is what 'dmalab list' prints, or its beginning.\n"
	  "\n"
	  "  dmalab show 3f2a\n"
	  "  dmalab show 3f2a --log | less\n",
	  cmd_show, COMMAND_CONFIG | COMMAND_STORE | COMMAND_JSON },
	{ "tree", "[NAME] [--path]", "show the kernel trees, or where one is kept",
	  "  --path   print the git repository's folder only; its HEAD is the tree's base\n"
	  "  --json   as JSON; base and version are null for a tree that is not imported yet\n"
	  "\n"
	  "The first tree, or the one that is named, is imported where it is not there yet.\n"
	  "\n"
	  "  git -C \"$(dmalab tree --path)\" log -1\n",
	  cmd_tree, COMMAND_CONFIG | COMMAND_JSON },
	{ "doctor", "", "check what dmalab needs on this machine",
	  "  --json   as a JSON array\n"
	  "\n"
	  "Exit: 0 all is well, 2 something is missing; each line says what to do.\n",
	  cmd_doctor, COMMAND_CONFIG | COMMAND_JSON },
	{ "help", "[COMMAND]", "show how a command is used", "  dmalab help test\n", cmd_help, 0 },
};

const struct command *command_at(int i)
{
	return i < (int)(sizeof(commands) / sizeof(*commands)) ? &commands[i] : NULL;
}

const struct command *command_find(const char *name)
{
	const struct command *c;

	for (int i = 0; (c = command_at(i)); i++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

void command_usage(const struct command *c)
{
	printf("Usage: dmalab %s%s%s\n\n%s.\n\n%s", c->name, c->args[0] ? " " : "", c->args,
	       c->summary, c->help);
}

int cmd_help(struct session *s, int argc, char **argv, struct err *err)
{
	const struct command *c;

	(void)s;
	if (argc > 2)
		return usage_error("help", err, "one command at most");
	if (argc == 2) {
		c = command_find(argv[1]);
		if (!c)
			return usage_error("help", err, "no command '%s'", argv[1]);
		command_usage(c);
		return EXIT_PASS;
	}
	printf("dmalab tests Linux DMA patches on emulated and real ARM boards.\n\n"
	       "Usage: dmalab [--config FILE] COMMAND [OPTION]…\n\n");
	for (int i = 0; (c = command_at(i)); i++)
		printf("  %-8s %s\n", c->name, c->summary);
	printf("\n'dmalab help COMMAND' shows options and examples; 'dmalab --version' the "
	       "version.\n"
	       "lab.yaml is found by --config, $DMALAB_CONFIG, ./lab.yaml,\n"
	       "$XDG_CONFIG_HOME/dmalab/lab.yaml, /etc/dmalab/lab.yaml.\n");
	return EXIT_PASS;
}
