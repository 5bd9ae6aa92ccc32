// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/publish.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "http/http.h"
#include "model/config.h"

enum {
	SECRET = 32, /* bytes */
	HEX = HASH_HEX_LEN - 1,
	SUFFIX_MAX = 32,
};

/* On its way to its name; under the lock there is one at most. */
#define ON_ITS_WAY ".new"

char *publish_dir(const struct config *c)
{
	return mem_printf("%s/published", c->work_dir);
}

static bool suffix_ok(const char *s)
{
	if (strlen(s) > SUFFIX_MAX || strstr(s, ".."))
		return false;
	for (const char *p = s; *p; p++)
		if (*p != '.' && !isalnum((unsigned char)*p))
			return false;
	return s[0] == '.' || s[0] == '\0';
}

/* Hex digits and a suffix: nothing else is served or swept. */
static bool name_ok(const char *name)
{
	return strspn(name, "0123456789abcdef") >= HEX && suffix_ok(name + HEX);
}

/* 1 *secret; 0: there is none yet. */
static int secret_read(const char *path, uint8_t *secret, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP(buf_done) struct buf b = { 0 };
	struct stat st;
	int r;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	if (st.st_mode & 077)
		return err_set(err, EACCES, "'%s' can be read by others: chmod 600", path);
	r = fs_read_fd(fd, path, SECRET, &b, err);
	if (r < 0)
		return r;
	if (b.len != SECRET)
		return err_set(err, EBADMSG, "'%s' is not a key: remove it, and a new one is made",
			       path);
	memcpy(secret, b.data, SECRET);
	return 1;
}

static int secret_make(const char *work, const char *path, uint8_t *secret, struct err *err)
{
	CLEANUP(free_ptr) char *tmp = mem_printf("%s" ON_ITS_WAY, path);
	CLEANUP(close_fd) int fd = -1;

	if (unlink(tmp) < 0 && errno != ENOENT)
		return err_errno(err, errno, "cannot remove '%s'", tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || getrandom(secret, SECRET, 0) != SECRET ||
	    write(fd, secret, SECRET) != SECRET || fsync(fd) < 0 || rename(tmp, path) < 0)
		return err_errno(err, errno, "cannot make '%s'", path);
	return fs_sync_folder(work, err);
}

/* This lab's secret, made where there is none. Under the lock. */
static int secret_get(const struct config *c, uint8_t *secret, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/published.key", c->work_dir);
	int r = secret_read(path, secret, err);

	if (r == 0)
		return secret_make(c->work_dir, path, secret, err);
	return r < 0 ? r : 0;
}

/* Who publishes and who sweeps take turns. Returns the lock's descriptor. */
static int lock_take(const struct config *c, const char *dir, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/published.lock", c->work_dir);
	int r = fs_mkdirs(dir, err);

	return r < 0 ? r : fs_lock(path, true, err);
}

static char *name_of(const uint8_t *secret, const char *content, const char *suffix)
{
	uint8_t mac[SHA256_DIGEST_SIZE];
	struct hmac_sha256_ctx h;
	struct buf name = { 0 };

	hmac_sha256_set_key(&h, SECRET, secret);
	hmac_sha256_update(&h, strlen(content), (const uint8_t *)content);
	hmac_sha256_digest(&h, sizeof(mac), mac);
	for (size_t i = 0; i < sizeof(mac); i++)
		buf_printf(&name, "%02x", mac[i]);
	buf_str(&name, suffix);
	return buf_take(&name);
}

/* A second name for the file or, where the two are not on one disk or not ours, a copy. */
static int link_or_copy(const char *from, const char *to, struct err *err)
{
	if (unlink(to) < 0 && errno != ENOENT)
		return err_errno(err, errno, "cannot remove '%s'", to);
	if (linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	if (errno != EXDEV && errno != EPERM && errno != EMLINK && errno != EOPNOTSUPP)
		return err_errno(err, errno, "cannot publish '%s'", from);
	return fs_copy(from, to, err);
}

/* The file that lies there is whole and on the disk; *hex is its content's. */
static int settle(const char *path, char *hex, struct stat *st, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || fstat(fd, st) < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	if (!S_ISREG(st->st_mode))
		return err_set(err, EINVAL, "'%s' is not a file", path);
	if (fsync(fd) < 0)
		return err_errno(err, errno, "cannot sync '%s'", path);
	return hash_file(path, hex, err);
}

/* It has its name from now on. One that has it already is as good, and young again. */
static int name_it(const char *dir, const char *new, const struct stat *st, const char *name,
		   struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, name);
	struct stat old;

	if (lstat(path, &old) == 0 && S_ISREG(old.st_mode) && old.st_size == st->st_size) {
		if (unlink(new) < 0 || chmod(path, old.st_mode & 07777) < 0) /* ctime: now */
			return err_errno(err, errno, "cannot publish '%s'", path);
	} else if (rename(new, path) < 0) {
		return err_errno(err, errno, "cannot publish '%s'", path);
	}
	return fs_sync_folder(dir, err);
}

static int publish(const struct config *c, const char *dir, const char *path, const char *suffix,
		   char **name, struct err *err)
{
	CLEANUP(free_ptr) char *new = mem_printf("%s/" ON_ITS_WAY, dir);
	CLEANUP(close_fd) int lock = lock_take(c, dir, err);
	CLEANUP(free_ptr) char *mine = NULL;
	uint8_t secret[SECRET];
	char hex[HASH_HEX_LEN];
	struct stat st;
	int r = lock < 0 ? lock : secret_get(c, secret, err);

	if (r == 0)
		r = link_or_copy(path, new, err);
	if (r == 0)
		r = settle(new, hex, &st, err);
	if (r < 0)
		return r;
	mine = name_of(secret, hex, suffix);
	r = name_it(dir, new, &st, mine, err);
	if (r < 0)
		return r;
	*name = mine;
	mine = NULL;
	return 0;
}

int publish_file(const struct config *c, const char *path, const char *suffix, char **name,
		 struct err *err)
{
	CLEANUP(free_ptr) char *dir = publish_dir(c);

	if (!suffix_ok(suffix))
		return err_set(err, EINVAL, "'%s' cannot end a published file's name", suffix);
	return publish(c, dir, path, suffix, name, err);
}

static void close_folder(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

/* Its name, or a killed run's that got no further. */
static bool is_over(int dir, const char *name, int64_t before, const struct strv *keep)
{
	struct stat st;

	if (strncmp(name, ON_ITS_WAY, strlen(ON_ITS_WAY)) == 0)
		return true;
	return name_ok(name) && !strv_has(keep, name) &&
	       fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ctime < before;
}

int publish_sweep(const struct config *c, int64_t before, const struct strv *keep, struct err *err)
{
	CLEANUP(free_ptr) char *path = publish_dir(c);
	CLEANUP(close_fd) int lock = lock_take(c, path, err);
	CLEANUP(close_folder) DIR *d = NULL;
	struct dirent *e;
	int n = 0;

	if (lock < 0)
		return lock;
	d = opendir(path);
	if (!d)
		return err_errno(err, errno, "cannot read folder '%s'", path);
	while ((e = readdir(d))) {
		if (!is_over(dirfd(d), e->d_name, before, keep))
			continue;
		if (unlinkat(dirfd(d), e->d_name, 0) < 0)
			return err_errno(err, errno, "cannot remove '%s/%s'", path, e->d_name);
		n++;
	}
	return n;
}

void publish_answer(void *arg, const struct http_request *req, struct http_answer *ret)
{
	CLEANUP(free_ptr) char *dir = publish_dir(arg);
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(close_fd) int fd = -1;
	const char *name = req->path + 1;
	struct stat st;

	if (strcmp(req->method, "GET") != 0) {
		ret->status = 405;
		return;
	}
	if (!name_ok(name))
		return;
	path = mem_printf("%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	*ret = (struct http_answer){
		.status = 200,
		.fd = fd,
		.etag = mem_strdup(name),
		.is_for_ever = true,
	};
	fd = -1;
}
