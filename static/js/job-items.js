// The items of a job on its page: each a card or a row, filled in and changed in place.
import { all, attribute, copied, find, need } from "./dom.js";

/**
 * An item, as the server tells it; addresses are null where there is nothing (yet).
 * @typedef {object} Item
 * @property {number} id
 * @property {number} position among the job's
 * @property {string} name
 * @property {number | null} size of its upload in bytes
 * @property {string} state
 * @property {number} progress 0..1
 * @property {{ error: string, message: string } | null} error
 * @property {string | null} small
 * @property {string | null} before
 * @property {string | null} after
 * @property {string | null} result
 * @property {string | null} picture its page in the gallery
 * @property {string} words its state
 * @property {string[]} says what was noticed
 * @property {boolean} may_retry
 * @property {boolean} goes_along whether it is nothing to look at, as a sidecar
 * @property {{ name: string, message: string }[]} skipped what was left out of a ZIP file
 * @property {number} left_out how many that were in all
 *
 * A job with some of its items.
 * @typedef {object} Job
 * @property {string} url
 * @property {string} state
 * @property {Record<string, number>} counts
 * @property {string} words how far it is
 * @property {string} left how long it will still take
 * @property {string} kept how long it is kept; empty for what stays
 * @property {boolean} will_notify
 * @property {string | null} file the address of the one file that it makes
 * @property {string[]} actions what can be done with it now
 * @property {boolean} worker_is_here
 * @property {{ error: string, message: string } | null} error why it has stopped
 * @property {Film | null} film of which it is the job
 * @property {Item[]} items
 * @property {number | null} next
 *
 * What there is of a film; addresses are null until it is done.
 * @typedef {object} Film
 * @property {number} progress 0..1
 * @property {string} step
 * @property {number | null} width as it is shown, in pixels
 * @property {number | null} height
 * @property {string[]} notes sentences
 * @property {Piece[]} pieces in colour, until they are joined
 * @property {{ start: number, end: number }[]} left_out in seconds
 * @property {string | null} result
 * @property {string | null} poster
 * @property {string | null} download
 * @property {string | null} picture its page in the gallery
 *
 * @typedef {{ start: number, end: number, result: string }} Piece in seconds, with its address
 *
 * @typedef {{ after: number, etag: string, isOver: boolean }} Portion those after a position
 */

const OVER = ["done", "failed", "cancelled"];

export class Items {
  /** @type {Map<number, Item>} by ID */
  told = new Map();
  /** @type {Map<number, HTMLElement>} by ID */
  cards = new Map();
  /** @type {Portion[]} those on the page */
  portions = [{ after: -1, etag: "", isOver: false }];
  /** @type {number | null} where the next portion begins; null at the end */
  next = null;
  /** @type {string | undefined} why the whole job has stopped */
  error = undefined;
  /** @type {Map<number, string>} object URLs of photos that are sent from this page; empty if they cannot be shown */
  previews = new Map();

  /** whether more may come */
  isOpen = true;

  /** @param {HTMLElement} root of the page */
  constructor(root) {
    this.list = need(root, "[data-items]", HTMLElement);
    this.template = need(root, "[data-item-template]", HTMLTemplateElement);
    this.faq = attribute(root, "data-faq");
    for (const card of all(this.list, "[data-item]", HTMLElement)) {
      this.cards.set(Number(card.dataset.item), card);
    }
  }

  /**
   * @param {Portion} portion
   * @param {Job} job
   */
  show(portion, { items, next, error }) {
    this.error = error?.message;
    for (const item of items) this.showOne(item, portion);
    portion.isOver = items.every(({ state }) => OVER.includes(state)) && next !== null;
    if (portion === this.portions.at(-1)) this.next = next;
  }

  /** @param {Item} item @param {Portion} portion */
  showOne(item, portion) {
    const before = this.told.get(item.id);
    this.told.set(item.id, item);
    let card = this.cards.get(item.id);
    if (!card) {
      card = copied(this.template);
      card.dataset.item = String(item.id);
      this.cards.set(item.id, card);
      this.list.append(card);
    }
    card.dataset.portion = String(portion.after);
    if (!before || JSON.stringify(before) !== JSON.stringify(item)) this.fill(card, item);
  }

  /** @param {HTMLElement} card @param {Item} item */
  fill(card, item) {
    card.dataset.state = item.state;
    card.hidden = item.goes_along;
    const name = need(card, "[data-name]", HTMLElement);
    name.textContent = item.name;
    name.title = item.name;
    need(card, "[data-words]", HTMLElement).textContent = item.words;
    need(card, "[data-says]", HTMLElement).textContent = item.says.join(" ");
    fillBar(need(card, "progress", HTMLProgressElement), item);
    this.fillPicture(card, item);
    this.fillError(card, item);
    fillSkipped(need(card, "[data-skipped]", HTMLElement), item);
    fillLink(need(card, "[data-result]", HTMLAnchorElement), item.result);
    fillLink(need(card, "[data-picture]", HTMLAnchorElement), item.picture);
    const retry = need(card, "[data-retry]", HTMLFormElement);
    retry.hidden = !item.may_retry;
    need(retry, "[name=item]", HTMLInputElement).value = String(item.id);
  }

  /** @param {HTMLElement} card @param {Item} item */
  fillPicture(card, { id, name, small, after, picture }) {
    const link = find(card, "[data-open]", HTMLAnchorElement);
    if (!link) return; // a row
    const image = need(link, "img", HTMLImageElement);
    const source = small ?? this.previews.get(id);
    if (source && image.getAttribute("src") !== source) image.src = source;
    if (small) this.dropPreview(id);
    const page = picture ?? after;
    link.ariaLabel = page && `Compare before and after: ${name}`;
    if (page) link.href = page;
    else link.removeAttribute("href");
  }

  /** @param {HTMLElement} card @param {Item} item */
  fillError(card, { error }) {
    const view = need(card, "[data-error]", HTMLElement);
    view.hidden = !error || error.message === this.error; // said above them all
    if (!error) return;
    need(view, "[data-message]", HTMLElement).textContent = error.message;
    need(view, "[data-help]", HTMLAnchorElement).href = `${this.faq}#${error.error}`;
  }

  /** Shows a photo that is sent from this page until its result is there. @param {number} id @param {File} file */
  preview(id, file) {
    const card = this.cards.get(id);
    const item = this.told.get(id);
    if (!card || !item || item.small || this.previews.has(id)) return;
    this.previews.set(id, URL.createObjectURL(file));
    this.fillPicture(card, item);
    const image = need(card, "[data-open] img", HTMLImageElement);
    image.addEventListener("error", () => this.leaveOut(id, image), { once: true });
  }

  /** A ZIP file, or a kind of photo that the browser does not show. @param {number} id @param {HTMLImageElement} image */
  leaveOut(id, image) {
    if (!image.src.startsWith("blob:")) return;
    this.dropPreview(id);
    this.previews.set(id, "");
    image.removeAttribute("src");
  }

  /** @param {number} id */
  dropPreview(id) {
    const url = this.previews.get(id);
    if (url) URL.revokeObjectURL(url);
    this.previews.delete(id);
  }

  /** How much of a photo has been sent from this page. @param {number} id @param {number} share 0..1 */
  showSent(id, share) {
    const card = this.cards.get(id);
    if (card?.dataset.state !== "uploading") return;
    const bar = need(card, "progress", HTMLProgressElement);
    bar.hidden = share === 0;
    bar.value = share;
  }

  /** The portions to be asked for: those in view, and not over. */
  due() {
    const seen = this.portions.filter((portion) => !portion.isOver && this.isSeen(portion));
    return seen.length ? seen : this.portions.slice(0, 1);
  }

  /** Whether any of a portion is in the window. @param {Portion} portion */
  isSeen({ after }) {
    const number = this.portions.findIndex((portion) => portion.after === after);
    const [top, bottom] = [number, number + 1].map((index) => this.topOf(this.portions[index]));
    return (top ?? 0) < innerHeight && (bottom ?? 1) > 0;
  }

  /** @param {Portion | undefined} portion */
  topOf(portion) {
    const first = portion && find(this.list, `[data-portion="${portion.after}"]`, HTMLElement);
    return first?.getBoundingClientRect().top;
  }

  /** The next portion, if there is one. */
  add() {
    if (this.next === null) return null;
    const portion = { after: this.next, etag: "", isOver: false };
    this.portions.push(portion);
    this.next = null;
    return portion;
  }
}

/** @param {HTMLProgressElement} bar @param {Item} item */
function fillBar(bar, { state, progress }) {
  bar.hidden = state !== "running";
  if (progress > 0) bar.value = progress;
  else bar.removeAttribute("value");
}

/** What was left out of a ZIP file. @param {HTMLElement} list @param {Item} item */
function fillSkipped(list, { skipped, left_out: all }) {
  const lines = skipped.map(({ name, message }) => `${name}: ${message}`);
  if (all > lines.length) lines.push(`and ${all - lines.length} more`);
  list.hidden = !lines.length;
  list.replaceChildren(...lines.map(asLine));
}

/** @param {string} text */
function asLine(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}

/** @param {HTMLAnchorElement} link @param {string | null} address */
export function fillLink(link, address) {
  link.hidden = !address;
  if (address) link.href = address;
}
