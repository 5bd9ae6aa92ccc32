// SPDX-License-Identifier: GPL-2.0-or-later
// What the store has, asked by the program under test; and the pages about it.
import { execFileSync } from 'node:child_process';

export function dmalab(command, ...args) {
	return execFileSync(process.env.DMALAB, [command, '--config', process.env.LAB, ...args], { encoding: 'utf8' });
}

export const rows = (sql) => JSON.parse(dmalab('sql', '--json', sql));

// One value, as part of a path.
function part(sql) {
	const [row] = rows(sql);

	if (!row)
		throw new Error(`the store has no row: ${sql}`);
	return encodeURIComponent(Object.values(row)[0]);
}

export const TEST = 'dma-nopage-exporter.page_mmap_shows_bytes';

// The failing series of two versions, and the reason with a line that proves it.
export const failed = () => rows(`SELECT s.message_id, s.name, r.target, r.subject, r.log_of AS log, r.line, r.excerpt
	FROM series s JOIN tasks t ON t.series = s.num JOIN reasons r ON r.verdict = t.verdict
	WHERE r.kind = 'new-failure' AND r.subject = '${TEST}' AND r.line > 0 ORDER BY s.num, r.seq LIMIT 1`)[0];

// Name of a page, for people and for its screenshots → its path. All kinds, with as much on them as the store has.
export function pages() {
	const build = part('SELECT build_id FROM jobs GROUP BY build_id ORDER BY count(*) DESC, build_id LIMIT 1');
	const crash = part('SELECT i.id FROM incidents n JOIN issues i ON i.num = n.issue GROUP BY i.id ORDER BY count(*) DESC LIMIT 1');
	const all = {
		overview: '/',
		'series-list': '/series',
		series: `/series/${encodeURIComponent(failed().message_id)}`,
		'series-mended': `/series/${part('SELECT message_id FROM series WHERE older IS NOT NULL LIMIT 1')}`,
		'series-crash': `/series/${part(`SELECT s.message_id FROM series s JOIN tasks t ON t.series = s.num
			JOIN reasons r ON r.verdict = t.verdict WHERE r.kind = 'new-crash' LIMIT 1`)}`,
		'series-hostile': `/series/${part(`SELECT message_id FROM series WHERE name LIKE '%<script>%'`)}`,
		verdicts: '/verdicts',
		verdict: `/verdict/${part('SELECT v.id FROM verdicts v JOIN reasons r ON r.verdict = v.num ORDER BY v.num LIMIT 1')}`,
		checkout: `/checkout/${part(`SELECT id FROM checkouts WHERE patchset_hash <> '' LIMIT 1`)}`,
		build: `/build/${build}`,
		'build-log': `/log/${build}`,
		job: `/job/${part('SELECT j.id FROM jobs j JOIN incidents n ON n.job = j.num ORDER BY j.num DESC LIMIT 1')}`,
		'job-log': `/log/${encodeURIComponent(failed().log)}`,
		'crash-log': `/log/${part('SELECT j.id FROM jobs j JOIN incidents n ON n.job = j.num WHERE n.fatal ORDER BY j.num DESC LIMIT 1')}`,
		tests: '/tests',
		test: `/test/${TEST}`,
		issues: '/issues',
		issue: `/issue/${crash}`,
		bisections: '/bisections',
		bisection: `/bisection/${part('SELECT max(num) FROM bisections')}`,
		targets: '/targets',
		target: '/target/virt',
		designs: '/designs',
		design: '/design/map-per-importer',
		labs: '/labs',
		queue: '/queue',
		queries: '/queries',
		known: '/known',
		about: '/about',
	};
	const given = { SERIES: encodeURIComponent(failed().message_id), TEST, SIGNATURE: crash, DESIGN: 'map-per-importer' };
	const questions = dmalab('query').split('\n\n')[0].split('\n').map((l) => l.split(' ')[0]);

	for (const name of questions) {
		const usage = execFileSync(process.env.DMALAB, ['query', name, '--help'], { encoding: 'utf8' }).split('\n')[0];
		const wants = usage.match(/\b[A-Z]{4,}\b/g)?.filter((w) => w in given) ?? [];
		const query = wants.map((w) => `${w.toLowerCase()}=${given[w]}`).join('&');

		all[`query-${name}`] = `/query/${name}${query ? `?${query}` : ''}`;
	}
	return all;
}
