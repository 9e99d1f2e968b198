// Loads more pictures on scrolling, and restores the list after the back button.
import { around, find, need } from "./dom.js";

/** @param {ParentNode} root */
export function startScroll(root) {
  const list = find(root, "[data-pictures]", HTMLElement);
  if (!list) return;
  const scroll = new Scroll(root, list);
  document.addEventListener("click", (event) => scroll.leave(event));
  scroll.comeBack();
}

/** Follows the link to the next page when it comes near. */
class Scroll {
  /** @type {HTMLAnchorElement | null} to the next pictures */
  link = null;
  /** @type {Promise<boolean> | null} of the pictures under way */
  loading = null;

  /**
   * @param {ParentNode} root
   * @param {HTMLElement} list
   */
  constructor(root, list) {
    this.list = list;
    this.status = need(root, "[data-grid-status]", HTMLElement);
    this.watch = new IntersectionObserver((entries) => this.near(entries), { rootMargin: "600px" });
    this.follow(find(root, "[data-more]", HTMLAnchorElement));
  }

  /** @param {HTMLAnchorElement | null} link */
  follow(link) {
    this.link = link;
    if (!link) return;
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const first = this.list.children.length;
      await this.load();
      this.list.children[first]?.querySelector("a")?.focus();
    });
    this.watch.observe(link);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  near(entries) {
    if (entries.some((entry) => entry.isIntersecting)) this.load();
  }

  /** Loads one page at a time. @returns {Promise<boolean>} whether it worked */
  load() {
    this.loading ??= this.loadNext().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  async loadNext() {
    this.watch.disconnect();
    try {
      if (this.link) this.add(this.link, await fetchPage(this.link.href));
      return true;
    } catch {
      this.status.textContent = "More pictures could not be loaded. Press the button to try again.";
      return false;
    }
  }

  /**
   * @param {HTMLAnchorElement} link the one that led there
   * @param {Document} page
   */
  add(link, page) {
    const cards = [...need(page, "[data-pictures]", HTMLElement).children];
    this.list.append(...cards.map((card) => document.adoptNode(card)));
    this.status.textContent = `${cards.length} more pictures`;
    const next = find(page, "[data-more]", HTMLAnchorElement);
    if (next) link.replaceWith(document.adoptNode(next));
    else link.parentElement?.remove();
    this.follow(next);
  }

  /**
   * Notes the position in the browser's history, which does not know the loaded pictures.
   * @param {MouseEvent} event
   */
  leave(event) {
    const link = around(event, "a[href]", HTMLAnchorElement);
    if (!link || event.defaultPrevented) return;
    const place = { shown: this.list.children.length, at: scrollY, opened: link.pathname };
    history.replaceState(place, "");
    history.scrollRestoration = "manual";
  }

  async comeBack() {
    const place = history.state;
    if (!place?.shown) return;
    history.replaceState(null, "");
    history.scrollRestoration = "auto";
    while (this.link && this.list.children.length < place.shown) {
      if (!(await this.load())) return;
    }
    scrollTo(0, place.at);
    const links = [...this.list.querySelectorAll("a")];
    links.find((link) => link.pathname === place.opened)?.focus();
  }
}

/** @param {string} address */
async function fetchPage(address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(response.statusText);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
