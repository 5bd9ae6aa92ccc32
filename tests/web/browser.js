// SPDX-License-Identifier: GPL-2.0-or-later
// Debian's Chromium, driven by playwright-core; both are found by the environment (tests/e2e/test-web.sh).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.WEB_MODULES + '/');
const { chromium } = require('playwright-core');

export const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const NARROW = { width: 375, height: 812 };
export const WIDE = { width: 1440, height: 900 };

export async function launch() {
	return chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium' });
}

// A tab in a profile of its own. What the browser complains of, and what is not found, gathers in
// tab.complaints.
export async function openTab(browser, options) {
	const context = await browser.newContext({ viewport: NARROW, ...options });
	const tab = await context.newPage();
	tab.setDefaultTimeout(20000);
	tab.complaints = [];
	tab.on('console', (m) => {
		// What could not be loaded is told by its status below; that of the page itself is the test's.
		if (['error', 'warning'].includes(m.type()) && !m.text().startsWith('Failed to load resource'))
			tab.complaints.push(`console: ${m.text()}`);
	});
	tab.on('pageerror', (e) => tab.complaints.push(`script: ${e.message}`));
	tab.on('response', (r) => {
		if (r.status() >= 400 && !r.request().isNavigationRequest())
			tab.complaints.push(`${r.status()} ${r.url()}`);
	});
	return tab;
}
