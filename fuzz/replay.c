// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs a fuzz target over files and the files of folders: the corpus in `make check`. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fs.h"

enum { LIMIT = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Returns how many inputs were run (1), or -1 with a line on stderr. */
static int replay_file(const char *path)
{
	struct buf b = { 0 };
	struct err err;
	int r = 1;

	if (fs_read(path, LIMIT, &b, &err) < 0) {
		fprintf(stderr, "replay: %s\n", err.msg);
		r = -1;
	} else {
		LLVMFuzzerTestOneInput((const uint8_t *)buf_text(&b), b.len);
	}
	buf_done(&b);
	return r;
}

static int replay_folder(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort), runs = 0;
	struct buf file = { 0 };

	if (n < 0) {
		perror(path);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.' && runs >= 0) {
			file.len = 0;
			buf_printf(&file, "%s/%s", path, names[i]->d_name);
			runs = replay_file(file.data) < 0 ? -1 : runs + 1;
		}
		free(names[i]);
	}
	free(names);
	buf_done(&file);
	return runs;
}

int main(int argc, char **argv)
{
	int total = 0, n;
	struct stat st;

	for (int i = 1; i < argc; i++) {
		n = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode) ? replay_folder(argv[i])
								   : replay_file(argv[i]);
		if (n < 0)
			return 1;
		total += n;
	}
	printf("%d inputs replayed\n", total);
	return 0;
}
