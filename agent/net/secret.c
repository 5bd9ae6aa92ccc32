// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <nettle/memops.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "net/net.h"

enum { SECRET_MAX = 4096 };

bool net_secret_same(const char *secret, const char *given)
{
	char a[HASH_HEX_LEN], b[HASH_HEX_LEN];

	/* of one length, whatever was given */
	hash_data(secret, strlen(secret), a);
	hash_data(given, strlen(given), b);
	return memeql_sec(a, b, sizeof(a));
}

int net_secret_read(const char *path, char **ret, struct err *err)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct stat st;
	int r = fs_read(path, SECRET_MAX, &text, err);

	if (r < 0)
		return r;
	if (stat(path, &st) < 0)
		return err_errno(err, errno, "cannot look at '%s'", path);
	if (st.st_mode & (S_IROTH | S_IWOTH))
		return err_set(err, EACCES,
			       "anybody may read or write the secret in '%s': chmod 600 it", path);
	buf_trim(&text);
	for (const char *s = buf_text(&text); *s; s++)
		if (*s <= ' ' || *s > '~')
			return err_set(err, EINVAL, "'%s' is not one line with a token or password",
				       path);
	if (!text.len)
		return err_set(err, EINVAL, "'%s' has no token or password in it", path);
	*ret = buf_take(&text);
	return 0;
}
