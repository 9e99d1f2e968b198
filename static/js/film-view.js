// What there is of a film on the page of its job: pieces as they come, then all of it.
import { clock } from "./clock.js";
import { all, around, attribute, copied, find, need } from "./dom.js";
import { fillLink } from "./job-items.js";

/** @typedef {import("./job-items.js").Job} Job */
/** @typedef {import("./job-items.js").Film} Film */
/** @typedef {import("./job-items.js").Piece} Piece */
/** @typedef {import("./job-items.js").Portion} Portion */

/** Stands where a batch has its `Items`: a film has one portion, and nothing is added to it. */
export class FilmView {
  /** @type {Portion[]} */
  portions = [{ after: -1, etag: "", isOver: false }];
  /** @type {number | null} */
  next = null;
  isOpen = false;
  /** @type {Piece[]} */
  pieces = [];
  /** whether somebody watched all there was, and waits for the next piece */
  isWaiting = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.notes = need(root, "[data-film-notes]", HTMLElement);
    this.place = need(root, "[data-player]", HTMLElement);
    this.template = need(root, "[data-player-template]", HTMLTemplateElement);
    this.first = need(root, "[data-pieces]", HTMLElement);
    this.list = need(this.first, "ul", HTMLElement);
    this.download = need(root, "[data-film-download]", HTMLAnchorElement);
    this.picture = need(root, "[data-film-picture]", HTMLAnchorElement);
    this.list.addEventListener("click", (event) => this.press(event));
    // Events of media do not bubble.
    this.place.addEventListener("ended", () => this.goOn(), { capture: true });
  }

  due() {
    return this.portions;
  }

  /** @returns {Portion | null} */
  add() {
    return null;
  }

  showSent() {}

  preview() {}

  /** @param {Portion} _ @param {Job} job */
  show(_, { film }) {
    if (!film) return;
    this.showNotes(film);
    this.showPieces(film);
    if (film.result) this.showAll(film, film.result);
    fillLink(this.download, film.download);
    fillLink(this.picture, film.picture);
  }

  /** @param {Film} film */
  showNotes({ notes, left_out: places }) {
    const lines = [...notes, ...places.map(leftOut)];
    this.notes.hidden = !lines.length;
    if (this.notes.children.length === lines.length) return;
    this.notes.replaceChildren(...lines.map((line) => inItem(document.createTextNode(line))));
  }

  /** @param {Film} film */
  showPieces(film) {
    const { pieces, result } = film;
    this.first.hidden = Boolean(result) || !pieces.length;
    if (result || pieces.length === this.pieces.length) return;
    this.pieces = pieces;
    this.list.replaceChildren(...pieces.map((piece) => inItem(linkTo(piece))));
    if (!this.video && pieces.length) this.insert(film, pieces[0].result);
    if (this.isWaiting) this.goOn();
    this.mark();
  }

  /** All of it, from where somebody has got to. @param {Film} film @param {string} address */
  showAll(film, address) {
    const video = this.video;
    if (video && isOf(video, address)) return;
    const piece = video && this.pieces.find(({ result }) => isOf(video, result));
    const from = video && piece ? piece.start + video.currentTime : 0;
    const isPlaying = Boolean(video && !video.paused) || this.isWaiting;
    this.insert(film, address);
    if (from && this.video) this.video.currentTime = from;
    if (isPlaying) this.play();
  }

  get video() {
    return find(this.place, "video", HTMLVideoElement);
  }

  /** @param {Film} film @param {string} address */
  insert({ width, height, poster }, address) {
    const player = copied(this.template);
    const video = need(player, "video", HTMLVideoElement);
    if (width && height) Object.assign(video, { width, height });
    if (poster) video.poster = poster;
    video.src = address;
    this.place.replaceChildren(player);
  }

  /** @param {MouseEvent} event */
  press(event) {
    const link = around(event, "[data-piece]", HTMLAnchorElement);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.turnTo(attribute(link, "href"));
  }

  /** Plays a piece. @param {string} address */
  turnTo(address) {
    this.isWaiting = false;
    if (this.video) this.video.src = address;
    this.mark();
    this.play();
  }

  /** The next piece, once there is one: they need not come in their order. */
  goOn() {
    const { video } = this;
    const here = this.pieces.findIndex(({ result }) => video && isOf(video, result));
    const [piece, next] = [this.pieces[here], this.pieces[here + 1]];
    if (!piece) return;
    this.isWaiting = next?.start !== piece.end;
    if (!this.isWaiting) this.turnTo(next.result);
  }

  /** Browsers may want a click first. */
  play() {
    this.video?.play().catch(() => {});
  }

  mark() {
    const { video } = this;
    for (const link of all(this.list, "[data-piece]", HTMLAnchorElement)) {
      const isShown = video && isOf(video, attribute(link, "href"));
      if (isShown) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}

/** @param {HTMLVideoElement} video @param {string} address */
const isOf = (video, address) => video.getAttribute("src") === address;

/** @param {{ start: number, end: number }} place */
const leftOut = ({ start, end }) =>
  `Left out, because it could not be read: ${clock(start)} to ${clock(end)}.`;

/** @param {Node} content */
function inItem(content) {
  const item = document.createElement("li");
  item.append(content);
  return item;
}

/** @param {Piece} piece */
function linkTo({ start, end, result }) {
  const link = document.createElement("a");
  Object.assign(link, { className: "button", href: result });
  link.setAttribute("data-piece", "");
  link.textContent = `${clock(start)}–${clock(end)}`;
  return link;
}
