// SPDX-License-Identifier: GPL-2.0
/*
 * tools/testing/scatterlist, which a kernel with dma-buf's selftests brings as a
 * program (scatterlist-program.c): made of its own lib/scatterlist.c.  If that
 * could not be compiled, the file is what the compiler said.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests.h"

static const char program[] = "/scatterlist-test";

/* The first line of @fd with @word in it, else its first line. */
static const char *said(int fd, const char *word)
{
	static char text[4096];
	size_t len = 0;
	char *line;
	ssize_t n;

	while (len < sizeof(text) - 1 &&
	       (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	line = strstr(text, word);
	while (line && line > text && line[-1] != '\n')
		line--;
	if (!line)
		line = text;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static enum ktap_result compiles(void)
{
	char magic[4] = "";
	int fd = open(program, O_RDONLY);
	enum ktap_result r = KTAP_PASS;

	if (fd < 0)
		return ktap_skip("not in this kernel");
	if (read(fd, magic, 4) != 4 || memcmp(magic, "\177ELF", 4)) {
		lseek(fd, 0, SEEK_SET);
		r = ktap_fail("does not compile: %s", said(fd, "error:"));
	}
	close(fd);
	return r;
}

static enum ktap_result merges_pages_into_segments(void)
{
	enum ktap_result r = compiles();
	int fds[2], status = 0;
	const char *line;
	pid_t pid;

	if (r != KTAP_PASS)
		return r;
	if (pipe(fds) < 0)
		return ktap_fail("pipe: %s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl(program, program, NULL);
		_exit(127);
	}
	close(fds[1]);
	line = said(fds[0], "");
	close(fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return ktap_fail("fork: %s", strerror(errno));
	if (WIFSIGNALED(status))
		return ktap_fail("%s: %s", strsignal(WTERMSIG(status)), line);
	if (WEXITSTATUS(status))
		return ktap_fail("exit code %d: %s", WEXITSTATUS(status), line);
	return KTAP_PASS;
}

static const struct ktap_case cases[] = {
	{ "compiles", compiles },
	{ "merges_pages_into_segments", merges_pages_into_segments },
};

const struct ktap_suite scatterlist_suite = {
	"scatterlist", cases, sizeof(cases) / sizeof(*cases),
};
