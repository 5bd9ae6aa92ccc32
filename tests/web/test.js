// SPDX-License-Identifier: GPL-2.0-or-later
// The pages of `dmalab serve` in a real browser. tests/e2e/test-web.sh fills the store, serves it at
// $WEB_URL and starts this; $WEB_SHOTS gets the pictures.
import { readFileSync } from 'node:fs';

import { launch, NARROW, openTab, WIDE } from './browser.js';
import { faultsOf, pictureFaults } from './faults.js';
import { dmalab, failed, pages, TEST } from './store.js';
import { ok } from './tap.js';

const site = process.env.WEB_URL;
const shots = process.env.WEB_SHOTS;
const browser = await launch();
const tab = await openTab(browser);
const plain = await openTab(browser, { javaScriptEnabled: false });

let said; // of the page that was looked at last
const words = async (t) => (await t.locator('body').innerText()).replace(/\s+/g, ' ');

async function look(t, size, colorScheme, withAxe = true) {
	await t.setViewportSize(size);
	await t.emulateMedia({ colorScheme });
	const at = `${size.width} px, ${colorScheme}: `;
	return (await faultsOf(t, withAxe)).map((f) => at + f);
}

// As it is rendered; axe-core looks at a page of its own kind twice, at one of many alike once.
async function rendered(name, path) {
	const answer = await tab.goto(site + path);
	if (answer.status() !== 200)
		return `status ${answer.status()}`;
	said = await words(tab);
	const once = name.startsWith('query-');
	const faults = await look(tab, NARROW, 'light');
	await tab.screenshot({ path: `${shots}/${name}-375.png`, fullPage: true });
	faults.push(...(await look(tab, WIDE, 'dark', !once)));
	await tab.screenshot({ path: `${shots}/${name}-1440-dark.png`, fullPage: true });
	return faults;
}

// The page that was looked at last.
async function without_script(path) {
	await plain.goto(site + path);
	const plainly = await words(plain);
	if (plainly === said)
		return plain.complaints.splice(0);
	const at = [...said].findIndex((c, i) => c !== plainly[i]);
	const around = (text) => text.slice(Math.max(at - 40, 0), at + 80);
	return [`with script: …${around(said)}`, `without: …${around(plainly)}`];
}

// Sections by name: how many rows (of a table) or lines (of a console) each has, -1 for neither, and
// whether a link leads to further ones.
const counts = (t) => t.$$eval('section[id]', (sections) => sections.map((s) => {
	const console = s.querySelector('pre.console');
	const table = s.querySelector('table');
	const n = console?.querySelectorAll('.line').length ?? table?.querySelectorAll('tbody > tr:not(.excerpt)').length;
	return { name: s.id, n: n ?? -1, more: !!s.querySelector('p.more a') };
}));

// Of the page that was looked at last.
async function twin(path) {
	const url = await plain.locator('footer ul.twins a', { hasText: 'JSON' }).getAttribute('href');
	const answer = await fetch(new URL(url, site + path));
	const type = answer.headers.get('content-type');
	if (answer.status !== 200 || !type.startsWith('application/json'))
		return `${url}: ${answer.status} ${type}`;
	const { sections } = await answer.json();
	return (await counts(plain)).map(({ name, n, more }) => {
		const has = sections[name]?.text?.length ?? sections[name]?.length;
		return n < 0 && has >= 0 || n === has || (n < has && more) ? undefined : `${url}: ${name} has ${has}, the page ${n}`;
	});
}

await ok('a page that is broken is seen to be', async () => {
	await tab.setContent(`<!doctype html><html lang="en"><title>t</title><h1>h</h1><div style="width: 600px">wide</div>
		<svg width="100" height="50" viewBox="0 0 200 100" role="img" aria-label="x"><text x="10" y="20" font-size="12">small</text>
		<text x="150" y="50" font-size="40">outside</text><text x="12" y="22" font-size="30">above</text>
		<rect y="60" width="90" height="40" fill="#333"/><text x="5" y="90" font-size="30">dark</text></svg>
		<p style="color: #aaa">pale</p><p id="a">1<p id="a">2<script>console.error('said')</script><script>throw 'thrown'</script>`);
	const faults = (await faultsOf(tab)).join('\n');
	return ['608 px wide', '"small" is 6.0 px', '"outside" leaves', '"above" lies on "small"', '"dark" is pale', 'called a',
		'color-contrast', 'console: said', 'script: thrown'].filter((f) => !faults.includes(f)).map((f) => `not seen: ${f}\n${faults}`);
});

const all = pages();
for (const [name, path] of Object.entries(all)) {
	await ok(`${name}: legible at 375 and 1440 px, light and dark, to everyone`, () => rendered(name, path));
	await ok('... it is the same without script', () => without_script(path));
	await ok('... its JSON has the rows of its tables', () => twin(path));
}

await ok('no kind of page was left out', () => {
	const kind = (path) => path.match(/^\/[^/?]*\/?/)[0];
	const looked = Object.values(all).map(kind);
	const links = readFileSync(new URL('links-v1.txt', import.meta.url), 'utf8').trim().split('\n');
	return links.map(kind).filter((k) => !looked.includes(k)).map((k) => `tests/web/store.js has none of ${k}`);
});

// Pictures and badges as files of their own, as others show them.
for (const name of ['test', 'issue', 'bisection', 'designs', 'series'])
	await ok(`${name}: its picture is legible as a file`, async () => {
		const faults = [];
		await tab.setViewportSize(NARROW);
		for (const colorScheme of ['light', 'dark']) {
			await tab.emulateMedia({ colorScheme });
			const answer = await tab.goto(`${site}${all[name]}.svg`);
			if (answer.status() !== 200)
				return `status ${answer.status()}`;
			faults.push(...(await pictureFaults(tab)));
		}
		await tab.screenshot({ path: `${shots}/${name}-file.png` });
		return faults;
	});
await ok('... and so are badges', async () => {
	const faults = [];
	for (const name of ['series', 'series-mended', 'test', 'target']) {
		const answer = await tab.goto(`${site}/badge${all[name]}.svg`);
		faults.push(...(answer.status() === 200 ? await pictureFaults(tab) : [`${name}: status ${answer.status()}`]));
	}
	return faults;
});

await ok('markup in a mail is text', async () => {
	const faults = [];
	for (const path of [all['series-hostile'], '/series', '/', '/query/newest']) {
		await tab.goto(site + path);
		const shown = await tab.locator('main').innerText();
		if (!shown.includes(`"><script>document.title='hit'</script>`))
			faults.push(`${path}: it is not shown`);
		if ((await tab.title()).startsWith('hit') || (await tab.locator('main img, main script').count()))
			faults.push(`${path}: it is markup`);
		faults.push(...tab.complaints.splice(0));
	}
	return faults;
});

await ok('by the keyboard, the first step leads past the navigation', async () => {
	await tab.setViewportSize(WIDE);
	await tab.goto(site + '/series');
	await tab.keyboard.press('Tab');
	const box = await tab.locator(':focus').boundingBox();
	await tab.keyboard.press('Enter');
	await tab.waitForURL('**#main');
	await tab.keyboard.press('Tab');
	return [
		box && box.x >= 0 && box.y >= 0 ? undefined : 'it is out of sight',
		await tab.evaluate(() => !!document.activeElement.closest('main')) ? undefined : 'it leads elsewhere',
	];
});

// Every kind of page is reached from the overview, and of each kind some thirty.
await ok('every link leads somewhere', async () => {
	const faults = [];
	const seen = new Set(['/']);
	const queue = ['/'];
	const times = {};
	const kind = (path) => path.match(/^\/[^/?.]*\/?/)[0];

	while (queue.length) {
		const path = queue.shift();
		times[kind(path)] = (times[kind(path)] ?? 0) + 1;
		if (times[kind(path)] > 30)
			continue;
		const answer = await fetch(site + path);
		const text = await answer.text();
		if (answer.status !== 200)
			faults.push(`${path}: ${answer.status}`);
		if (!answer.headers.get('content-type').startsWith('text/html'))
			continue;
		for (const [, href] of text.matchAll(/ href="([^"]*)"/g)) {
			const url = new URL(href.replaceAll('&amp;', '&'), site + path);
			const to = url.pathname + url.search;
			if (url.origin === site && !seen.has(to)) {
				seen.add(to);
				queue.push(to);
			}
		}
	}
	for (const path of new Set(Object.values(all).map(kind)))
		if (!times[path])
			faults.push(`no link leads to ${path}`);
	return faults;
});

// From the overview to the line of the console that proves why a series failed, by clicks alone.
async function way(t) {
	const { message_id, name, target, log, line, excerpt } = failed();
	await t.goto(site + '/');
	await t.locator(`main a[href*="${message_id.split('@')[0]}"]`, { hasText: name }).first().click();
	await t.waitForURL((url) => decodeURIComponent(url.pathname) === `/series/${message_id}`);
	const row = t.locator('#reasons tbody tr', { hasText: TEST }).filter({ hasText: target }).first();
	await row.locator('a[href*="#L"]').first().click();
	await t.waitForURL(`**/log/**#L${line}`);
	const words = await t.locator(`.line:has(#L${line})`).innerText();
	const proof = excerpt.split('\n').map((l) => l.trim()).filter((l) => l);
	const top = (await t.locator(`#L${line}`).boundingBox()).y;
	return [
		proof.some((l) => words.includes(l)) ? undefined : `line ${line} of ${log} is: ${words}`,
		words.includes('not ok') ? undefined : `no failure: ${words}`,
		top >= 0 && top < t.viewportSize().height ? undefined : `the line is at ${top} px`,
	];
}
await ok('from the overview to the line of the console that proves a reason, by clicks', () => way(tab));
await ok('... and without script', () => way(plain));
await ok('... and back', async () => {
	for (const path of ['/series/', '/']) {
		await tab.goBack();
		await tab.waitForURL(`${site}${path}${path === '/' ? '' : '**'}`);
	}
	return (await tab.title()) ? undefined : 'no title';
});

// A filter by its form, with the page's own words.
async function filtered(t) {
	await t.goto(site + '/tests');
	const before = await t.locator('tbody tr').count();
	await t.locator('form.filter input[name="words"]').fill('page_mmap');
	await t.locator('form.filter button').click();
	await t.waitForURL('**/tests?*words=page_mmap*');
	const found = await t.locator('tbody tr').allInnerTexts();
	const kept = await t.locator('form.filter input[name="words"]').inputValue();
	return [
		found.length > 0 && found.length < before ? undefined : `${found.length} of ${before} rows`,
		found.every((r) => r.includes('page_mmap')) ? undefined : found.join('\n'),
		kept === 'page_mmap' ? undefined : `the form says "${kept}"`,
	];
}
await ok('a filter is used by its form', () => filtered(tab));
await ok('... and without script', () => filtered(plain));
await ok('... and kept from one part of the rows to the next', async () => {
	const rows = [];
	await tab.goto(`${site}/tests?words=dma&limit=3`);
	for (let i = 0; i < 3; i++) {
		rows.push(...(await tab.locator('tbody tr').allInnerTexts()));
		await tab.locator('p.more a[rel="next"]').click();
		await tab.waitForURL('**/tests?*after=*');
	}
	await tab.goBack();
	const again = await tab.locator('tbody tr').allInnerTexts();
	return [
		new Set(rows).size === 9 && rows.every((r) => r.includes('dma')) ? undefined : rows.join('\n'),
		again.join() === rows.slice(6).join() ? undefined : 'back is elsewhere',
		tab.url().includes('words=dma') ? undefined : tab.url(),
	];
});

for (const [what, path, status] of [['a page that is none', '/nothing', 404], ['a series that is none', '/series/none@sample.invalid', 404],
	['a test that is none', '/test/no.test', 404], ['a filter of another type', '/query/broke?days=x', 400]]) {
	await ok(`${what}: a page that says so, with the way home`, async () => {
		const answer = await tab.goto(site + path);
		const faults = await look(tab, NARROW, 'light');
		faults.push(...(await look(tab, WIDE, 'dark')));
		if (answer.status() !== status)
			faults.push(`status ${answer.status()}`);
		await tab.locator('a[href="/"]').first().click();
		await tab.waitForURL(site + '/');
		return faults;
	});
}

await ok('what is new appears by itself where script is on', async () => {
	await tab.goto(site + '/known');
	await plain.goto(site + '/known');
	const why = `appears by itself, ${Date.now()}`;
	dmalab('known', 'add', TEST, '--until', '2099-12-31', '--why', why);
	await tab.locator('main', { hasText: why }).waitFor({ timeout: 15000 });
	const old = await plain.locator('main').innerText();
	await plain.reload();
	const now = await plain.locator('main').innerText();
	return [
		old.includes(why) ? 'without script it appeared, too' : undefined,
		now.includes(why) ? undefined : 'without script it does not appear when asked for',
		...(await look(tab, NARROW, 'light')),
	];
});
await ok('... and the page is the one that it would be anew', async () => {
	said = await words(tab);
	return without_script('/known');
});

await ok('... but who writes into a form keeps what is written, and is told', async () => {
	await tab.goto(`${site}/test/${TEST}`);
	await tab.locator('form.filter input[name="target"]').fill('smdk');
	const why = `another, ${Date.now()}`;
	dmalab('known', 'add', TEST, '--until', '2099-12-30', '--why', why);
	await tab.locator('.live a').waitFor({ timeout: 15000 });
	const kept = await tab.locator('form.filter input[name="target"]').inputValue();
	const faults = await look(tab, NARROW, 'dark');
	await tab.locator('.live a').click();
	await tab.locator('main', { hasText: why }).waitFor();
	return [kept === 'smdk' ? undefined : `the form says "${kept}"`, ...faults];
});

await browser.close();
