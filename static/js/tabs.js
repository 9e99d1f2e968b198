// Looking at another tab keeps what is on this one: panels are hidden, not thrown away.

const panels = new Map(); // path -> { panel, title }
let main;

/** @param {(root: ParentNode) => void} start what a panel that has just come needs */
export function startTabs(start) {
  main = document.getElementById("main");
  const panel = main.querySelector("[data-panel]");
  if (!panel) return; // a posted result or an error at a tab's address: links there load the page
  panels.set(location.pathname, { panel, title: document.title });
  document.addEventListener("click", (event) => follow(event, start));
  addEventListener("popstate", () => show(new URL(location.href), start));
}

function follow(event, start) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || special(event, link)) return;
  const url = new URL(link.href);
  if (!tabs().some((tab) => tab.pathname === url.pathname)) return;
  event.preventDefault();
  if (url.href !== location.href) history.pushState(null, "", url);
  show(url, start);
}

function special(event, link) {
  const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  return modified || event.button !== 0 || link.target || link.hasAttribute("download");
}

/** @returns {HTMLAnchorElement[]} */
function tabs() {
  return [...document.querySelectorAll("[data-tab]")];
}

async function show(url, start) {
  try {
    if (!panels.has(url.pathname)) await load(url, start);
  } catch {
    location.assign(url);
    return;
  }
  if (url.pathname !== location.pathname) return; // somebody has moved on meanwhile
  const { panel, title } = panels.get(url.pathname);
  for (const other of panels.values()) other.panel.hidden = other.panel !== panel;
  document.title = title;
  mark(url.pathname);
  document.querySelector("[data-messages]").replaceChildren(); // they were of the page before
  arrive(url, panel);
}

async function load(url, start) {
  const response = await fetch(url.pathname);
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const panel = document.adoptNode(page.querySelector("[data-panel]"));
  panel.hidden = true;
  main.append(panel);
  panels.set(url.pathname, { panel, title: page.title.trim() });
  start(panel);
}

function mark(path) {
  for (const tab of tabs()) {
    if (tab.pathname === path) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  const login = document.querySelector("a[data-next]"); // comes back to where one is
  if (login) login.search = new URLSearchParams({ next: path });
}

/** To the place that the address names, else to the top. */
function arrive(url, panel) {
  const place = url.hash && panel.querySelector(`#${CSS.escape(url.hash.slice(1))}`);
  if (place) {
    const details = place.closest("details");
    if (details) details.open = true;
    place.scrollIntoView();
    (details?.querySelector("summary") ?? place).focus({ preventScroll: true });
  } else {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}
