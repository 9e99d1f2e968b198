// Switches tabs without losing their content: panels are hidden, not removed.
import { all, around, find, need } from "./dom.js";

/** @typedef {(root: ParentNode) => void} Start what to do with a new panel */

/** @type {Map<string, { panel: HTMLElement, title: string }>} by path */
const panels = new Map();
const main = need(document, "#main", HTMLElement);
/** @type {Start} */
let begin = () => {};

/** @param {Start} start */
export function startTabs(start) {
  begin = start;
  const panel = find(main, "[data-panel]", HTMLElement);
  if (!panel) return; // a posted result or an error at a tab's address: its links load the page
  panels.set(location.pathname, { panel, title: document.title });
  document.addEventListener("click", (event) => follow(event));
  addEventListener("popstate", () => show(new URL(location.href)));
}

/** @param {MouseEvent} event */
function follow(event) {
  const link = around(event, "a[href]", HTMLAnchorElement);
  if (!link || event.defaultPrevented || special(event, link)) return;
  const url = new URL(link.href);
  if (!tabs().some((tab) => tab.pathname === url.pathname)) return;
  event.preventDefault();
  if (url.href !== location.href) history.pushState(null, "", url);
  show(url);
}

/**
 * Shows a page that is no tab as if it were one, so that nothing on this page is lost.
 * @param {URL} url
 * @throws {Error} if it cannot be loaded; then everything is as before
 */
export async function openTab(url) {
  const shown = panels.get(url.pathname) ?? (await load(url));
  if (url.href !== location.href) history.pushState(null, "", url);
  bring(shown, url);
}

/** Whether the browser is to follow it as it will. @param {MouseEvent} event @param {HTMLAnchorElement} link */
function special(event, link) {
  const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  return modified || event.button !== 0 || link.target !== "" || link.hasAttribute("download");
}

const tabs = () => all(document, "[data-tab]", HTMLAnchorElement);

/** @param {URL} url */
async function show(url) {
  try {
    if (!panels.has(url.pathname)) await load(url);
  } catch {
    location.assign(url);
    return;
  }
  if (url.pathname !== location.pathname) return; // switched again in the meantime
  const shown = panels.get(url.pathname);
  if (shown) bring(shown, url);
}

/** @param {{ panel: HTMLElement, title: string }} shown @param {URL} url */
function bring({ panel, title }, url) {
  for (const other of panels.values()) other.panel.hidden = other.panel !== panel;
  document.title = title;
  mark(url.pathname);
  find(document, "[data-messages]", HTMLElement)?.replaceChildren(); // they belong to the last page
  arrive(url, panel);
}

/** @param {URL} url */
async function load(url) {
  const response = await fetch(url.pathname);
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const panel = document.adoptNode(need(page, "[data-panel]", HTMLElement));
  panel.hidden = true;
  main.append(panel);
  const shown = { panel, title: page.title.trim() };
  panels.set(url.pathname, shown);
  begin(panel);
  return shown;
}

/** @param {string} path */
function mark(path) {
  for (const tab of tabs()) {
    if (tab.pathname === path) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  const login = find(document, "a[data-next]", HTMLAnchorElement); // returns here after logging in
  if (login) login.search = new URLSearchParams({ next: path }).toString();
}

/** To the place that the address names, else to the top. @param {URL} url @param {HTMLElement} panel */
function arrive(url, panel) {
  const name = CSS.escape(url.hash.slice(1));
  const place = name ? find(panel, `#${name}`, HTMLElement) : null;
  if (place) return showPlace(place);
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** @param {HTMLElement} place */
function showPlace(place) {
  const details = place.closest("details");
  if (details) details.open = true;
  place.scrollIntoView();
  (details?.querySelector("summary") ?? place).focus({ preventScroll: true });
}
