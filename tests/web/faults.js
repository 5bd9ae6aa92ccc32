// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with a page as it is rendered.
import { axe } from './browser.js';

// Runs in the page, and returns sentences.
function layout() {
	const faults = [];
	const root = document.documentElement;
	const name = (e) => {
		const words = (e.textContent || '').trim().slice(0, 40);
		const of = e.getAttribute('class');
		return `<${e.localName}${of ? ` class="${of}"` : ''}> "${words}"`;
	};
	const headings = document.querySelectorAll('h1');

	if (!document.title.trim())
		faults.push('it has no title');
	if (headings.length !== 1 || !headings[0].innerText.trim())
		faults.push(`it has ${headings.length} h1`);
	const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
	for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
		faults.push(`two elements are called ${id}`);

	if (root.scrollWidth > innerWidth) {
		faults.push(`the page is ${root.scrollWidth} px wide in ${innerWidth}`);
		for (const e of document.body.querySelectorAll('*')) {
			if (e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.wide')) {
				faults.push(`  ${name(e)} reaches ${Math.round(e.getBoundingClientRect().right)}`);
				break;
			}
		}
	}
	for (const svg of document.querySelectorAll('svg')) {
		const frame = svg.getBoundingClientRect();
		const seen = [];
		for (const text of svg.querySelectorAll('text')) {
			const box = text.getBoundingClientRect();
			const scale = text.getScreenCTM();
			const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(scale.b, scale.d);
			if (!box.width)
				continue;
			if (size < 9.95)
				faults.push(`${name(text)} is ${size.toFixed(1)} px high`);
			if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
			    box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
				faults.push(`${name(text)} leaves its picture by ${Math.round(Math.max(frame.left - box.left,
					box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom))} px`);
			const under = seen.find((b) => Math.min(b.right, box.right) - Math.max(b.left, box.left) > 2 &&
				Math.min(b.bottom, box.bottom) - Math.max(b.top, box.top) > box.height / 3);
			if (under)
				faults.push(`${name(text)} lies on "${under.words}"`);
			seen.push({ left: box.left, right: box.right, top: box.top, bottom: box.bottom,
				words: text.textContent.slice(0, 40) });
		}
	}
	return faults;
}

// Runs in the page: violations of accessibility that axe-core calls serious or critical.
async function violations() {
	const result = await axe.run(document, { resultTypes: ['violations'] });
	return result.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => {
		const node = v.nodes[0];
		return `${v.id} (${v.impact}, ${v.nodes.length}): ${node.html.slice(0, 160)}: ` +
			node.failureSummary.replace(/\s+/g, ' ').slice(0, 240);
	});
}

// The sentences of both, few enough to be read.
export async function faultsOf(tab, withAxe = true) {
	const faults = await tab.evaluate(layout);

	if (withAxe) {
		await tab.evaluate(axe);
		faults.push(...(await tab.evaluate(violations)));
	}
	faults.push(...tab.complaints.splice(0));
	return faults.length > 12 ? [...faults.slice(0, 12), `… ${faults.length - 12} more`] : faults;
}
