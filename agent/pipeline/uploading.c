// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "net/net.h"
#include "pipeline/follower_room.h"
#include "stage/lab/publish.h"

/* Published files on somebody else's web server. */

static int upload(struct follower *f, const char *name, struct err *err)
{
	CLEANUP(free_ptr) char *dir = publish_dir(f->config);
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, name);
	CLEANUP(free_ptr) char *url = mem_printf("%s/%s", f->lab->upload_url, name);
	CLEANUP(net_answer_done) struct net_answer answer = { 0 };
	const struct net_request req = { .url = url, .put = path };
	int r = 0;

	if (!name[0] || strv_has(&f->uploaded, name))
		return 0;
	r = net_ask(f->net, &req, &answer, err);
	if (r == 0)
		strv_add(&f->uploaded, name);
	return r;
}

int followed_upload(struct follower *f, const struct followed *j, struct err *err)
{
	int r = upload(f, j->s.kernel, err);

	if (r == 0)
		r = upload(f, j->s.ramdisk, err);
	return r < 0 ? r : upload(f, j->s.dtb, err);
}
