// The next pictures while one scrolls; back from one of them, everything is where it was.

/** @param {ParentNode} root */
export function startScroll(root) {
  const list = root.querySelector("[data-pictures]");
  if (!list) return;
  const scroll = new Scroll(root, list);
  document.addEventListener("click", (event) => scroll.leave(event));
  scroll.comeBack();
}

/** Follows the link to the next pictures as soon as it comes near. */
class Scroll {
  constructor(root, list) {
    this.list = list;
    this.status = root.querySelector("[data-grid-status]");
    this.watch = new IntersectionObserver((entries) => this.near(entries), { rootMargin: "600px" });
    this.follow(root.querySelector("[data-more]"));
  }

  follow(link) {
    this.link = link;
    if (!link) return;
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const first = this.list.children.length;
      await this.load();
      this.list.children[first]?.querySelector("a").focus();
    });
    this.watch.observe(link);
  }

  near(entries) {
    if (entries.some((entry) => entry.isIntersecting)) this.load();
  }

  /** One page at a time, whoever asks. @returns {Promise<boolean>} whether there are more now */
  load() {
    this.loading ??= this.loadNext().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  async loadNext() {
    this.watch.disconnect();
    try {
      this.add(await fetchPage(this.link.href));
      return true;
    } catch {
      this.status.textContent = "The next pictures could not be loaded. Press the button to try again.";
      return false;
    }
  }

  add(page) {
    const cards = [...page.querySelector("[data-pictures]").children];
    this.list.append(...cards.map((card) => document.adoptNode(card)));
    this.status.textContent = `${cards.length} more pictures`;
    const next = page.querySelector("[data-more]");
    const paragraph = this.link.parentElement;
    if (next) this.link.replaceWith(document.adoptNode(next));
    else paragraph.remove();
    this.follow(next);
  }

  /** Notes the place in the browser's history: a list that has grown is not kept there. */
  leave(event) {
    const link = event.target.closest?.("a[href]");
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

async function fetchPage(address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(response.statusText);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
