// An extra: the page is whole without it. When the store has changed, the main part is fetched
// again; who reads with marked text or writes into a form is only told.
"use strict";
(() => {
	const main = () => document.getElementById("main");
	let heard = null, isStale = false, isAsking = false;

	const isBusy = () =>
		main().contains(document.activeElement) || !document.getSelection().isCollapsed ||
		main().querySelector("details[open]") ||
		[...main().querySelectorAll("input, textarea")].some((f) => f.value !== f.defaultValue);

	const tell = () => {
		if (document.querySelector(".live"))
			return;
		const p = document.createElement("p");
		const a = document.createElement("a");
		p.className = "live";
		p.setAttribute("role", "status");
		a.href = location.href;
		a.textContent = "This page has changed: show it as it is now";
		p.append(a);
		document.body.append(p);
	};

	const refresh = async () => {
		if (!main() || document.hidden || isAsking)
			return;
		isAsking = true;
		try {
			const answer = await fetch(location.pathname + location.search, { cache: "no-cache" });
			if (!answer.ok)
				return;
			const page = new DOMParser().parseFromString(await answer.text(), "text/html");
			const fresh = page.getElementById("main");
			isStale = false;
			if (!fresh || fresh.innerHTML === main().innerHTML)
				return;
			if (isBusy()) {
				tell();
				return;
			}
			main().replaceWith(document.adoptNode(fresh));
			document.querySelector("footer").replaceWith(document.adoptNode(page.querySelector("footer")));
		} catch {
			// the next event comes anyway
		} finally {
			isAsking = false;
		}
	};

	const events = new EventSource("/events");
	events.onmessage = (event) => {
		isStale = isStale || (heard !== null && heard !== event.data);
		heard = event.data;
		if (isStale)
			refresh();
	};
	document.addEventListener("visibilitychange", () => isStale && refresh());
})();
