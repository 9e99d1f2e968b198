// Before and after of one item of a job, in a dialog, with the next and the previous one.
import { around, copied, find, need } from "./dom.js";

/** @typedef {import("./job-items.js").Items} Items */
/** @typedef {import("./job-items.js").Item} Item */

export class Compare {
  /** @type {Item | null} */
  item = null;

  /** @param {HTMLElement} root of the page @param {Items} items */
  constructor(root, items) {
    this.root = root;
    this.items = items;
    this.view = need(root, "[data-compare]", HTMLDialogElement);
    this.place = need(this.view, "[data-compared]", HTMLElement);
    this.name = need(this.view, "[data-name]", HTMLElement);
    this.next = need(this.view, "[data-next]", HTMLButtonElement);
    this.previous = need(this.view, "[data-previous]", HTMLButtonElement);
  }

  listen() {
    this.items.list.addEventListener("click", (event) => this.press(event));
    need(this.view, "[data-close]", HTMLButtonElement).addEventListener("click", () =>
      this.view.close(),
    );
    this.next.addEventListener("click", () => this.go(1));
    this.previous.addEventListener("click", () => this.go(-1));
    this.view.addEventListener("click", (event) => {
      if (event.target === this.view) this.view.close();
    });
    this.view.addEventListener("close", () => this.leave());
  }

  /** @param {MouseEvent} event */
  press(event) {
    const link = around(event, "[data-open]", HTMLAnchorElement);
    const card = link?.closest("[data-item]");
    if (!(card instanceof HTMLElement)) return;
    const item = this.items.told.get(Number(card.dataset.item));
    if (!item?.after || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.show(item);
    this.view.showModal();
  }

  /** Those that can be compared, in their order. */
  shown() {
    const sorted = [...this.items.told.values()].sort((a, b) => a.position - b.position);
    return sorted.filter(({ after }) => after);
  }

  /** @param {Item} item */
  show(item) {
    this.item = item;
    this.name.textContent = item.name;
    const pictures = copied(need(this.root, "[data-compare-template]", HTMLTemplateElement));
    need(pictures, "[data-before] img", HTMLImageElement).src = item.before ?? "";
    need(pictures, "[data-after] img", HTMLImageElement).src = item.after ?? "";
    this.place.replaceChildren(pictures);
    for (const [name, address] of Object.entries({ result: item.result, picture: item.picture })) {
      const link = need(this.view, `[data-${name}]`, HTMLAnchorElement);
      link.hidden = !address;
      if (address) link.href = address;
    }
    const shown = this.shown();
    this.next.disabled = shown.at(-1)?.id === item.id;
    this.previous.disabled = shown[0]?.id === item.id;
  }

  /** @param {number} step */
  go(step) {
    const shown = this.shown();
    const here = shown.findIndex(({ id }) => id === this.item?.id);
    const there = shown[here + step];
    if (there) this.show(there);
  }

  /** Back to the card of what was looked at last. */
  leave() {
    this.place.replaceChildren();
    const card = this.item && this.items.cards.get(this.item.id);
    if (card) find(card, "[data-open]", HTMLAnchorElement)?.focus();
  }
}
