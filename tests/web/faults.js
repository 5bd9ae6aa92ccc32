// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with a page as it is rendered.
import { axe } from './browser.js';

// Both run in the page, and return sentences.
function page() {
	const faults = [];
	const root = document.documentElement;
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
			const right = e.getBoundingClientRect().right;
			if (right > innerWidth + 1 && !e.closest('.wide'))
				faults.push(`  <${e.localName}> "${e.textContent.slice(0, 40)}" reaches ${Math.round(right)}`);
		}
	}
	return faults;
}

function pictures() {
	const faults = [];
	const colour = (words) => words.match(/[\d.]+/g)?.map(Number);
	const light = (rgb) => rgb.slice(0, 3).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
	const holds = (shape, x, y) => {
		const r = shape.getBoundingClientRect();
		return r.left <= x && x <= r.right && r.top <= y && y <= r.bottom;
	};
	const behind = (svg) => { // the colour of the page there
		for (let e = svg; e; e = e.parentElement) {
			const c = colour(getComputedStyle(e).backgroundColor);
			if (c && c[3] !== 0)
				return c;
		}
		return colour(matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)');
	};

	for (const svg of document.querySelectorAll('svg')) {
		const frame = svg.getBoundingClientRect();
		const ground = behind(svg);
		const seen = [];
		for (const text of svg.querySelectorAll('text')) {
			const box = text.getBoundingClientRect();
			const matrix = text.getScreenCTM();
			const style = getComputedStyle(text);
			const words = `"${text.textContent.slice(0, 40)}"`;
			if (!box.width)
				continue;
			const size = parseFloat(style.fontSize) * Math.hypot(matrix.b, matrix.d);
			if (size < 9.95)
				faults.push(`${words} is ${size.toFixed(1)} px high`);
			const out = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
			if (out > 1)
				faults.push(`${words} leaves its picture by ${Math.round(out)} px`);
			const under = seen.find((b) => Math.min(b.box.right, box.right) - Math.max(b.box.left, box.left) > 2 &&
				Math.min(b.box.bottom, box.bottom) - Math.max(b.box.top, box.top) > Math.min(box.width, box.height) / 3);
			if (under)
				faults.push(`${words} lies on ${under.words}`);
			seen.push({ box, words });
			const shapes = [...svg.querySelectorAll('rect, path, circle')].filter((s) =>
				s.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING && !s.closest('defs, clipPath') &&
				holds(s, (box.left + box.right) / 2, (box.top + box.bottom) / 2));
			const fills = shapes.map((s) => getComputedStyle(s)).filter((s) => s.opacity === '1' && s.fillOpacity === '1')
				.map((s) => colour(s.fill)).filter((c) => c && c[3] !== 0);
			const ratio = contrast(colour(style.fill) ?? ground, fills.at(-1) ?? ground);
			if (ratio < 4.5)
				faults.push(`${words} is pale: ${ratio.toFixed(1)} (${style.fill})`);
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

// The sentences of all of them, few enough to be read.
export async function faultsOf(tab, withAxe = true) {
	const faults = [...(await tab.evaluate(page)), ...(await tab.evaluate(pictures))];

	if (withAxe) {
		await tab.evaluate(axe);
		faults.push(...(await tab.evaluate(violations)));
	}
	faults.push(...tab.complaints.splice(0));
	return faults.length > 12 ? [...faults.slice(0, 12), `… ${faults.length - 12} more`] : faults;
}

// Of a picture that is a file of its own.
export async function pictureFaults(tab) {
	const n = await tab.evaluate(() => document.querySelectorAll('text').length);
	return [...(n ? [] : ['there is no text in it']), ...(await tab.evaluate(pictures)), ...tab.complaints.splice(0)];
}
