// SPDX-License-Identifier: GPL-2.0-or-later
// Lines for tools/check.sh, a case each; it goes on behind what the shell has counted.
let n = Number(process.env.WEB_CASES || 0);

// body returns nothing, or what is wrong: a sentence or several.
export async function ok(name, body) {
	let wrong;

	try {
		wrong = [await body()].flat().filter((s) => s !== undefined);
	} catch (e) {
		wrong = String(e.stack).split('\n').slice(0, 12);
	}
	console.log(`${wrong.length ? 'not ok' : 'ok'} ${++n} - ${name}`);
	for (const line of wrong)
		console.log(`# ${line}`);
}
