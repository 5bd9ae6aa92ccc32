#!/usr/bin/env python3
"""A lab's store after two busy years: 1 million jobs, 10 million results, 40,000 series.

    dashboard_store.py MIGRATIONS STORE END

Made from a fixed seed: the same every time but for its dates, the last of which is END (seconds since
1970). MIGRATIONS is the folder of the schema. Rows go in before their indexes are made; what a
migration from 0009 on adds is filled by that migration.
"""
import bisect
import glob
import hashlib
import itertools
import os
import random
import sqlite3
import sys

JOBS, SERIES, DAYS = 1_000_000, 40_000, 730  # a job has about ten results
DAY = 86400
rnd = random.Random(20261123)

CONFIGS = ["arm", "arm-flat", "arm-iommu", "arm-debug", "arm-kasan", "arm-lockdep"]
TARGETS = [("virt", 0), ("smdkc210", 0), ("odroid-u3", 0), ("odroid-xu3", 0), ("arndale", 0),
           ("virt-flat", 1), ("smdkc210-flat", 1), ("virt-iommu", 2), ("smdkc210-iommu", 2),
           ("odroid-xu3-iommu", 2), ("virt-debug", 3), ("smdkc210-debug", 3), ("virt-kasan", 4),
           ("virt-lockdep", 5)]
TREES = ["debian-6.1", "next", "stable-6.12", "media", "drm-misc"]
DESIGNS = ["pfn-valid", "nopage-attr", "dma-only-sgtable", "fail-early", "map-per-importer"]
LABS = ["local", "farm", "desk", "office"]
SOURCES = ["lkml", "media", "dri-devel", "arm"]
WORDS = """dma pool keep the size fix map sgtable without struct page vb2 import export of memory a
table leak error path in driver add support for exynos refcount lock order sync cache unmap attach
drm gem heap queue buffer iommu window offset range""".split()
INIT = 5                                          # cases of init's own suite, that each boot shows
SUITES = [list(range(1, INIT + 1))]               # of numbers of test_paths
PATHS = [f"init.{w}" for w in ("console", "devices", "memory", "modules", "clock")]
for i in range(29):
    n = 11 if i < 5 else 10
    SUITES.append(list(range(len(PATHS) + 1, len(PATHS) + n + 1)))
    PATHS += [f"dma-{WORDS[i]}-{WORDS[-i]}.{'nopage' if k % 2 else 'nomap'}_{WORDS[k]}_reaches_importer_{k}"
              for k in range(n)]
assert len(PATHS) == 300


def zipf(n, s=1.0):
    """Draws 0 to n - 1, the first most often."""
    sums = list(itertools.accumulate(1 / (i + 1) ** s for i in range(n)))
    return lambda: bisect.bisect(sums, rnd.random() * sums[-1])


def name_hash(*what):
    return hashlib.sha256(repr(what).encode()).hexdigest()


suite_of = zipf(29, 0.8)
issue_of = zipf(2000)
author_of = zipf(900)


class Table:
    """Rows of a table, put in by the ten thousands."""
    def __init__(self, db, name, columns):
        marks = ", ".join("?" * len(columns.split(",")))
        self.db, self.rows, self.n = db, [], 0
        self.sql = f"INSERT INTO {name}({columns}) VALUES({marks})"

    def add(self, *row):
        self.rows.append(row)

    def flush(self):
        self.n += len(self.rows)
        self.db.executemany(self.sql, self.rows)
        self.rows.clear()


def migrate(db, files):
    for f in files:
        with open(f, encoding="utf-8") as text:
            db.executescript(f"BEGIN; {text.read()} PRAGMA user_version = {int(os.path.basename(f)[:4])}; COMMIT;")


class Lab:
    def __init__(self, db, end):
        self.db, self.end = db, end
        self.begin = end - DAYS * DAY
        def t(name, columns):
            return Table(db, name, columns)
        self.logs = t("logs", "sha256, size, created")
        self.checkouts = t("checkouts", "num, id, tree_name, git_commit_hash, tip, fix, overlay, patchset_hash, message_id,"
                           "name, valid, created")
        self.conflicts = t("conflicts", "checkout_id, number, subject, file, hunk, detail")
        self.builds = t("builds", "num, id, checkout_id, config_name, compiler, architecture, command, status, start_time,"
                        "duration_ms, log_sha256, image_hash")
        self.artifacts = t("artifacts", "build, seq, name, sha256, size")
        self.diagnostics = t("diagnostics", "build, seq, kind, file, line, text, excerpt, log_line")
        self.jobs = t("jobs", "num, id, build_id, target, lab, filter, outcome, reason, boot, start_time, duration_ms,"
                      "log_sha256")
        self.tests = t("tests", "job, seq, path, status, line, comment")
        self.incidents = t("incidents", "job, seq, issue, first_line, last_line, fatal, corrupted")
        self.outcomes = t("outcomes", "num, build_id, target, boot, created")
        self.outcome_jobs = t("outcome_jobs", "outcome, seq, job")
        self.outcome_tests = t("outcome_tests", "outcome, seq, path, status, line, comment, job")
        self.outcome_incidents = t("outcome_incidents", "outcome, seq, job, incident")
        self.verdicts = t("verdicts", "num, id, kind, checkout_id, base_id, name, created, duration_ms")
        self.reasons = t("reasons", "verdict, seq, kind, target, subject, detail, log_of, line, signature, excerpt, patch,"
                         "base_bad, base_runs, patched_bad, patched_runs, chance")
        self.changes = t("changes", "verdict, seq, class, target, subject, signature, base_status, patched_status, base_bad,"
                         "base_runs, patched_bad, patched_runs, chance, known, why")
        self.texts = t("verdict_texts", "verdict, text")
        self.series = t("series", "num, message_id, name, author, source, version, revision, total, received, complete,"
                        "full_complete, rfc, resend, older, newer, same, cover, cover_wanted, base_commit, change_id, needs,"
                        "digest, time, created, changed, decision")
        self.full = t("series_full", "series, seq, mail")
        self.mails = t("mails", "num, msgid, hash, kind, sorted, series, time, name, sender_email, sender_name,"
                       "author_email, author_name, subject, date, refs, lists, prefixes, number, total, version, revision,"
                       "resend, patch_id, base_commit, change_id, needs, reason, source, origin, created")
        self.mail_refs = t("mail_refs", "msgid, mail")
        self.mail_texts = t("mail_texts", "mail, message, paths")
        self.mail_raws = t("mail_raws", "mail, size, packed")
        self.tasks = t("tasks", "num, key, series, source, tree, plan, priority, state, attempts, created, not_before,"
                       "started, ended, owner, lease_boot, lease_until, verdict, why")
        self.outbox = t("outbox", "num, kind, state, key, subject, receiver, series, verdict, created, not_before, tried,"
                        "ended, attempts, why, body")
        self.addresses = t("outbox_addresses", "message, address")
        self.submissions = t("submissions", "num, lab, target, build_id, filter, kernel, ramdisk, dtb, purpose, task, state,"
                             "cancel, lava_id, created, posted, started, ended, device, job_id")
        self.tables = [x for x in vars(self).values() if isinstance(x, Table)]
        self.n_job = self.n_build = self.n_checkout = self.n_outcome = self.n_verdict = self.n_mail = 0
        self.n_result = self.n_task = 0
        self.flaky = {(p, rnd.randrange(len(TARGETS))): rnd.choice((0.02, 0.05, 0.1, 0.3))
                      for p in rnd.sample(range(1, 301), 25) for _ in range(3)}
        # phases: (tree, target, path) that fails from a day to another; tree None: in all trees
        self.phases = []
        for _ in range(400):
            first = rnd.randrange(DAYS)
            self.phases.append((rnd.choice(TREES + [None]), rnd.randrange(len(TARGETS)), rnd.randrange(1, 301), first,
                                first + rnd.choice((3, 10, 30, 90)), rnd.choice(("FAIL", "FAIL", "ERROR"))))

    def day_begins(self, day):
        self.day = day
        self.broken = {}
        for tree, target, path, first, last, status in self.phases:
            if first <= day < last:
                for t in [tree] if tree else TREES:
                    self.broken.setdefault((t, target), {})[path] = status

    def words(self, n):
        return " ".join(rnd.choices(WORDS, k=n))

    def new_log(self, created):
        sha = "%064x" % rnd.getrandbits(256)
        self.logs.add(sha, rnd.randrange(20000, 200000), created)
        return sha

    def checkout(self, tree, fix, time, series=None, valid=1):
        self.n_checkout += 1
        tip = "%040x" % rnd.getrandbits(160)
        base = name_hash(tree, self.day)[:40]
        c = "%040x" % rnd.getrandbits(160)
        self.checkouts.add(self.n_checkout, c, tree, base, tip if valid else "", fix, 1, name_hash(series)[:40] if series else "",
                           series["msgid"] if series else "", series["name"] if series else "", valid, time)
        return c

    def build(self, checkout, config, time, warns):
        self.n_build += 1
        b, num = "%064x" % rnd.getrandbits(256), self.n_build
        late = self.day > DAYS - 90
        self.builds.add(num, b, checkout, CONFIGS[config], "arm-linux-gnueabihf-gcc (Debian 12.2.0-14) 12.2.0", "arm",
                        "make zImage dtbs", "PASS", time, rnd.randrange(20000, 400000),
                        self.new_log(time) if late else None, "%064x" % rnd.getrandbits(256))
        if late:
            for i, a in enumerate(("System.map", "config", "initramfs.cpio.gz", "vmlinux.debug", "zImage")):
                self.artifacts.add(num, i, a, "%064x" % rnd.getrandbits(256), rnd.randrange(1000, 9000000))
        for i in range(warns):
            self.diagnostics.add(num, i, "warning", f"drivers/{rnd.choice(WORDS)}/{rnd.choice(WORDS)}.c", rnd.randrange(2000),
                                 f"unused variable '{rnd.choice(WORDS)}' [-Wunused-variable]", "   12 | int " + self.words(12),
                                 rnd.randrange(900))
        return b, num

    def job(self, build, tree, target, time, suites, more=None):
        """One boot; more: path -> status that a series brings. Returns its number and what it showed."""
        self.n_job += 1
        num = self.n_job
        outcome, boot, reason, log = "done", "finished", "", None
        luck = rnd.random()
        if luck < 0.03:
            outcome, boot, reason = "infra", "silent", f"no prompt of {rnd.choice(WORDS)} in 60 s"
        elif luck < 0.032:
            outcome, boot, reason = "canceled", "silent", "canceled"
        bad, shown, crash = self.broken.get((tree, target)) or {}, [], False
        if outcome == "done":
            seq = 0
            for s in suites:
                for p in SUITES[s]:
                    status, comment = "PASS", ""
                    if p in bad:
                        status = bad[p]
                    elif more and p in more:
                        status = more[p]
                    elif (p, target) in self.flaky and rnd.random() < self.flaky[p, target]:
                        status = "FAIL"
                    elif not (p * 7 + target * 3) % 41:
                        status, comment = "SKIP", "no IOMMU in this configuration"
                    if status == "FAIL":
                        comment = "expected 1, got 0"
                    elif status == "ERROR":
                        crash, comment = True, "crashed"
                    shown.append((num, seq, p, status, 300 + 4 * seq, comment))
                    seq += 1
            self.tests.rows += shown
            self.n_result += seq
        n = 0
        seen = []
        if outcome == "done" and (crash or rnd.random() < 0.24):
            for n in range(1 + (rnd.random() < 0.2)):
                issue = 1 + issue_of()
                self.incidents.add(num, n, issue, 400 + n * 50, 440 + n * 50, int(crash and not n), 0)
                seen.append((num, n, issue))
            log = True
        if log or self.day > DAYS - 90:
            log = self.new_log(time)
        self.jobs.add(num, "%032x" % rnd.getrandbits(128), build, TARGETS[target][0], LABS[target % 4], "" if len(suites) > 1 or rnd.random() < .9
                      else PATHS[SUITES[suites[0]][0] - 1].split(".")[0], outcome, reason, "crashed" if crash else boot, time,
                      rnd.randrange(3000, 40000), log)
        return num, shown, seen, crash

    def boots(self, build, tree, target, time, suites, repeats, more=None):
        """An outcome: a boot and what was repeated for certainty. The rows that it came to."""
        num, shown, seen, crash = self.job(build, tree, target, time, suites, more)
        jobs = [num]
        if not shown:                              # the lab failed: once more
            num, shown, seen, crash = self.job(build, tree, target, time + 60, suites, more)
            jobs.append(num)
        self.n_outcome += 1
        o = self.n_outcome
        self.outcomes.add(o, build, TARGETS[target][0], "crashed" if crash else "finished", time)
        for r in range(repeats):
            jobs.append(self.job(build, tree, target, time + 90 + 20 * r, [1 + suite_of(), 0] if rnd.random() < .17 else [0], more)[0])
        self.outcome_jobs.rows += [(o, i, j) for i, j in enumerate(jobs)]
        self.outcome_tests.rows += [(o, seq, p, status, line, comment, num) for _, seq, p, status, line, comment in shown]
        self.outcome_incidents.rows += [(o, n, j, n) for j, n, _ in seen]
        return shown, seen

    def base(self, tree, fix, time):
        c = self.checkout(tree, fix, time)
        configs = {}
        for target, (_, config) in enumerate(TARGETS):
            if config not in configs:
                configs[config] = self.build(c, config, time + 100 * config, 0)[0]
            self.boots(configs[config], tree, target, time + 900 + 20 * target, [1 + suite_of() % 4, 0], 1)
        return c

    def series_comes(self, num, day, time, older):
        """Its mails; returns what the rest needs."""
        author = author_of()
        version = older["version"] + 1 if older else 1
        name = older["name"] if older else "dma: " + self.words(rnd.randrange(3, 8))
        n = min(30, 1 + int(rnd.expovariate(0.4)))
        who = older["who"] if older else (f"author{author}@example.org", f"Author {author}")
        s = {"num": num, "name": name, "version": version, "who": who, "msgid": f"{20240000 + day}.{num}-0-{author}@example.org",
             "n": n, "source": rnd.randrange(len(SOURCES)), "time": time, "older": older["num"] if older else None,
             "newer": None, "digest": "%064x" % rnd.getrandbits(256)}
        iso = "2026-01-01T00:00:00+00:00"
        s["cover"] = None
        for i in range(0 if n > 1 else 1, n + 1):
            self.n_mail += 1
            msgid = s["msgid"] if i == 0 or n == 1 else f"{20240000 + day}.{num}-{i}-{author}@example.org"
            if i == 0:
                s["cover"] = self.n_mail
            subject = name if i == 0 or n == 1 else "dma: " + self.words(5)
            refs = s["msgid"] + "\n" if i and n > 1 else ""
            self.mails.add(self.n_mail, msgid, "%032x" % rnd.getrandbits(128), "patch" if i else "cover", 1, num, time + i, subject,
                           who[0], who[1], who[0], who[1], f"[PATCH v{version} {i}/{n}] {subject}", iso, refs,
                           "linux-kernel.vger.kernel.org\n", f"PATCH\nv{version}\n{i}/{n}\n", i, n, version, version, 0,
                           "%040x" % rnd.getrandbits(160), "", "", "", "", s["source"] + 1, "https://lore.example.org/all/" + msgid, time + 30)
            if refs:
                self.mail_refs.add(s["msgid"], self.n_mail)
            self.mail_texts.add(self.n_mail, self.words(60), f"drivers/{rnd.choice(WORDS)}/{rnd.choice(WORDS)}.c\nkernel/dma/pool.c\n")
            if day > DAYS - 90:
                self.mail_raws.add(self.n_mail, 9000, rnd.randbytes(2500))
            if i:
                self.full.add(num, i - 1, self.n_mail)
        s["chosen"] = rnd.random() < 0.7
        s["rest"] = (n, n, 1, 1, 0, 0)
        return s

    def series_row(self, s):
        n = s["n"]
        self.series.add(s["num"], s["msgid"], s["name"], f"{s['who'][1]} <{s['who'][0]}>", SOURCES[s["source"]], s["version"], s["version"],
                        n, n, 1, 1, 0, 0, s["older"], s["newer"], None, s["cover"], 0, "", "", "", s["digest"], s["time"], s["time"] + 40,
                        s["time"] + 40, "rule dma: kernel/dma/ in 1/2" if s["chosen"] else "no rule wants it")

    def is_tested(self, s, bases, time):
        """Builds and boots of a series, its verdict and what is told of it."""
        tree = rnd.choice(TREES[:2] if rnd.random() < .8 else TREES)
        self.n_task += 1
        self.n_verdict += 1
        task, v = self.n_task, self.n_verdict
        vid = "%032x" % rnd.getrandbits(128)
        luck = rnd.random()
        kind, reasons, changes = "pass", [], []
        base, c = bases[tree], None
        if luck < 0.05:
            kind = "fail"
            c = self.checkout(tree, "map-per-importer", time, s, 0)
            self.conflicts.add(c, 1, s["name"], "kernel/dma/pool.c", "@@ -12,7 +12,9 @@", "error: patch failed: kernel/dma/pool.c:12")
            reasons.append(("apply-conflict", "", s["name"], "", "", 0, "", ""))
        else:
            c = self.checkout(tree, "map-per-importer", time, s)
            more = {}
            if luck < 0.2:
                more = {p: rnd.choice(("FAIL", "ERROR")) for p in rnd.sample(range(1, 120), rnd.randrange(1, 20))}
            hot = rnd.randrange(len(TARGETS))
            configs = {}
            for target, (name, config) in enumerate(TARGETS):
                if config not in configs:
                    configs[config] = self.build(c, config, time + 60 * config, 2 if rnd.random() < 0.03 else 0)[0]
                on = more if luck < 0.12 or target == hot else None
                suites = [1 + suite_of(), 0]
                shown, seen = self.boots(configs[config], tree, target, time + 600 + 10 * target, suites, self.repeats(), on)
                for num, seq, p, status, line, comment in shown:
                    if on and p in on and status == on[p]:
                        kind = "fail"
                        changes.append(("broken", name, PATHS[p - 1], "", "PASS", status, 0, 8, 8, 8))
                        reasons.append(("new-failure" if status == "FAIL" else "new-crash", name, PATHS[p - 1], comment, num, line, "",
                                        "    # " + PATHS[p - 1] + ": EXPECTATION FAILED at lib/x.c:12\n" * 6))
                    elif status in ("FAIL", "ERROR"):
                        changes.append(("flaky" if (p, target) in self.flaky else "still failing", name, PATHS[p - 1], "", "FAIL", status,
                                        2, 8, 3, 8))
                for num, n, issue in seen:
                    if rnd.random() < 0.2:
                        changes.append(("still failing", name, f"WARNING in {rnd.choice(WORDS)}", name_hash("issue", issue)[:32], "FAIL",
                                        "FAIL", 8, 8, 8, 8))
        ended = time + 1500
        self.verdicts.add(v, vid, kind, c, base if luck >= 0.05 else None, s["name"], ended, 1500000)
        for i, (k, target, subject, detail, log, line, sig, excerpt) in enumerate(reasons[:30]):
            self.reasons.add(v, i, k, target, subject, detail, "%032x" % (log or 0) if log else "", line, sig, excerpt, 1 if s["n"] > 1 else 0,
                             0, 8, 8, 8, 0.0001)
        for i, (k, target, subject, sig, b, p, bb, br, pb, pr) in enumerate(changes):
            self.changes.add(v, i, k, target, subject, sig, b, p, bb, br, pb, pr, 0.3, 0, "")
        note = "note: smdkc210 waits for a maintainer's word: dmalab approve " + s["msgid"] if rnd.random() < 0.01 else ""
        self.texts.add(v, f"{kind}: {s['name']}\n" + self.words(150) + "\n" + note)
        self.tasks.add(task, name_hash("task", task), s["num"], s["source"] + 1, tree, "patch", 0, "done", 1, s["time"] + 100, 0, time,
                       ended, "", "", 0, v, "")
        for k in ("mail", "check") if kind == "fail" else ("check",):
            m = len(self.outbox.rows) + self.outbox.n + 1
            recent = self.day > DAYS - 5 and k == "mail"
            if self.day < DAYS - 90 and k == "check":
                continue
            self.outbox.add(m, k, "held" if recent else "sent", f"{vid}-{k}@lab.example.org", "Re: " + s["name"], s["who"][0] if k == "mail" else "media",
                            s["num"], v, ended, 0, 0 if recent else ended + 5, 0 if recent else ended + 6, 0 if recent else 1,
                            "moderated" if recent else "", self.words(150))
            if k == "mail":
                self.addresses.add(m, s["who"][0])

    def repeats(self):
        """How often a target of a series is booted again, so that the million is met at the end."""
        days = DAYS - self.day
        left = (JOBS * 1.003 - self.n_job) / max(1, days)
        need = left / max(1, self.rate) - 14.5      # beside the first boots of a series
        return max(0, int(need / 14 + rnd.random()))

    def run(self):
        per_day = [SERIES * (d + 1) // DAYS - SERIES * d // DAYS for d in range(DAYS)]
        num, recent, waiting = 0, [], []
        self.rate = SERIES / DAYS * 0.72
        for day in range(DAYS):
            self.day_begins(day)
            at = self.begin + day * DAY
            bases = {t: self.base(t, "map-per-importer" if rnd.random() < .5 else None, at + 600 * i) for i, t in enumerate(TREES)}
            if day % 7 == 0:
                for d in DESIGNS:
                    self.base("debian-6.1", d, at + 4000)
                self.base("debian-6.1", None, at + 4200)
            for i in range(per_day[day]):
                num += 1
                time = at + 5000 + i * (DAY - 7000) // per_day[day]
                older = recent[rnd.randrange(len(recent))] if recent and rnd.random() < 0.4 else None
                if older and older["newer"]:
                    older = None
                s = self.series_comes(num, day, time, older)
                if older:
                    older["newer"] = num
                recent.append(s)
                if len(recent) > 1500:
                    self.series_row(recent.pop(0))
                if s["chosen"]:
                    self.is_tested(s, bases, time)
                elif rnd.random() < .01:
                    s["chosen"] = True
                    waiting.append(s)
            waiting = waiting[-300:]
            if day % 10 == 9 or day == DAYS - 1:
                for t in self.tables:
                    t.flush()
        while recent:
            self.series_row(recent.pop(0))
        for i, s in enumerate(waiting):
            self.n_task += 1
            state = "running" if i < 4 else "failed" if i % 15 == 0 else "waiting"
            self.tasks.add(self.n_task, name_hash("task", self.n_task), s["num"], s["source"] + 1, "next", "patch", i % 3, state, 1,
                           self.end - 9000 + i, 0, 0, 0, "", "", 0, None, "died 3 times" if state == "failed" else "")
        for t in self.tables:
            t.flush()

    def small(self):
        """What is few."""
        db, end = self.db, self.end
        db.executemany("INSERT INTO test_paths VALUES(?, ?)", enumerate(PATHS, 1))
        db.executemany("INSERT INTO sources VALUES(?, ?, '', ?)", [(i + 1, s, i) for i, s in enumerate(SOURCES)])
        kinds = ["BUG: unable to handle kernel NULL pointer dereference", "WARNING", "BUG: KASAN: slab-out-of-bounds Read", "INFO: task hung"]
        db.executemany("INSERT INTO issues VALUES(?, ?, ?, ?, ?, '', ?)", [
            (i, name_hash("issue", i)[:32], f"{kinds[i % 4]} in {WORDS[i % 40]}_{WORDS[i % 37]}_{i % 700}", kinds[i % 4].split(":")[0],
             f"{WORDS[i % 40]}_{WORDS[i % 37]}_{i % 700}", "\n".join(rnd.choices(WORDS, k=6)) + "\n") for i in range(1, 2001)])
        db.executemany("INSERT INTO labs VALUES(?, ?, ?, ?, ?)", [(l, end - 30, end - 30, "", 3) for l in LABS])
        db.executemany("INSERT INTO lab_devices VALUES(?, ?, ?, 'Good', 'Idle', 'worker', ?)",
                       [(LABS[i % 4], f"device-{i}", TARGETS[i % 14][0], i % 9 > 0) for i in range(40)])
        jobs = db.execute("SELECT target, id FROM jobs WHERE num > ? GROUP BY target", (JOBS - 5000,)).fetchall()
        db.executemany("INSERT INTO target_health VALUES(?, ?, ?, ?, ?)", [(t, end - 7000, t != "arndale", j, end - 9000000) for t, j in jobs])
        db.executemany("INSERT INTO knowns(is_signature, what, why, by, until, created) VALUES(?, ?, 'racy', 'ann@example.org', ?, ?)",
                       [(i % 2, name_hash("issue", i)[:32] if i % 2 else PATHS[i * 7], end + DAY * i * 9, end - DAY * 20) for i in range(40)])
        db.executemany("INSERT INTO approved_authors VALUES(?)", [(f"author{i}@example.org",) for i in range(400)])
        for i in range(300):
            at = self.begin + i * DAY * 2
            state = "found" if i % 3 else "range" if i % 2 else "failed"
            db.execute("INSERT INTO bisections(key, tree, good, bad, kind, subject, filter, target, fix, fixed, first_parent, paths, confidence,"
                       "state, culprit, odds, reverted, why, created, ended) VALUES(?, 'next', ?, ?, 'test', ?, '', ?, 'none', 0, 0, '', .95, ?,"
                       "?, .97, 'yes', '', ?, ?)", (name_hash("key", i), name_hash("g", i)[:40], name_hash("b", i)[:40], PATHS[i],
                       TARGETS[i % 14][0], "running" if i > 297 else state, name_hash("c", i, 40)[:40], at, 0 if i > 297 else at + 9000))
            db.executemany("INSERT INTO bisection_commits VALUES(?, ?, ?, ?, 1, 'unknown', '', '', 0, '')",
                           [(i + 1, k, name_hash("c", i, k)[:40], self.words(5)) for k in range(256)])
            db.executemany("INSERT INTO bisection_runs(bisection, seq, verdict, job_id, ms, created) VALUES(?, ?, ?, '', 3000, ?)",
                           [(i + 1, rnd.randrange(256), rnd.choice(("good", "bad")), at + 60 * k) for k in range(40)])
        rows = db.execute("SELECT j.num, j.lab, j.target, j.build_id, j.start_time, j.id FROM jobs j WHERE j.num > ? AND j.lab <> 'local'",
                          (JOBS - 60000,)).fetchall()
        self.submissions.rows = [(i + 1, lab, target, build, "", "k" * 40, "r" * 40, "", "test", None, "ended", 0, 9000 + i, t - 90, t - 80, t,
                                  t + 30, "device-1", job) for i, (_, lab, target, build, t, job) in enumerate(rows)]
        self.submissions.flush()
        db.execute("UPDATE counters SET value = ? WHERE name = 'job'", (JOBS,))


def main():
    migrations, path, end = sys.argv[1], sys.argv[2], int(sys.argv[3])
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;")
    files = sorted(glob.glob(migrations + "/*.sql"))
    migrate(db, [f for f in files if os.path.basename(f) < "0009"])
    indexes = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    lab = Lab(db, end)
    db.execute("BEGIN")
    lab.run()
    lab.small()
    for _, sql in indexes:
        db.execute(sql)
    db.execute("COMMIT")
    migrate(db, [f for f in files if os.path.basename(f) >= "0009"])
    db.execute("PRAGMA journal_mode = WAL")
    print(f"{lab.n_job} jobs, {lab.n_result} results, {lab.n_verdict} verdicts", file=sys.stderr)


main()
