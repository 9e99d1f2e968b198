// The picture that dots are placed on: zoom, pan, and what mouse and fingers do there.
import { around } from "./dom.js";

/** @typedef {{ x: number, y: number }} Place shares of the picture's width and height */
/**
 * What a stage tells of.
 * @typedef {object} Heard
 * @property {(place: Place) => void} place a spot was pressed
 * @property {(dot: HTMLElement, place: Place) => void} drag a dot goes along
 * @property {() => void} drop it was let go of
 * @property {(place: Place) => void} begin a line is drawn from there
 * @property {(place: Place) => void} follow it goes on to there
 * @property {() => void} end it ends
 */

const MOST_ZOOM = 8;
const ZOOM_STEP = 1.5;
// So many pixels a press may slip and still be one.
const SLIP = 6;

export class HintStage {
  zoom = 1;
  /** @type {Place} where the picture's top left corner lies, in shares of the stage */
  corner = { x: 0, y: 0 };
  /** @type {Map<number, PointerEvent>} fingers on the picture */
  fingers = new Map();
  /** whether dragging draws lines, and does not move the picture */
  draws = false;
  /** whether one is being drawn */
  isDrawing = false;
  /** whether the press in progress has become something else */
  hasMoved = false;
  /** @type {{ dot: HTMLElement, x: number, y: number } | null} what is dragged, and by how much beside its middle */
  dragged = null;

  /** @param {HTMLElement} view @param {Heard} heard */
  constructor(view, heard) {
    this.view = view;
    this.heard = heard;
    view.addEventListener("pointerdown", (event) => this.press(event));
    view.addEventListener("pointermove", (event) => this.move(event));
    view.addEventListener("pointerup", (event) => this.lift(event, true));
    view.addEventListener("pointercancel", (event) => this.lift(event, false));
    view.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    view.addEventListener("dragstart", (event) => event.preventDefault());
  }

  /** Where in the picture a spot of the screen is. @param {{ clientX: number, clientY: number }} spot */
  placeAt({ clientX, clientY }) {
    const { left, top, width, height } = this.view.getBoundingClientRect();
    return {
      x: ((clientX - left) / width - this.corner.x) / this.zoom,
      y: ((clientY - top) / height - this.corner.y) / this.zoom,
    };
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    const dot = around(event, ".hint-dot", HTMLElement);
    this.hasMoved = this.fingers.size > 0;
    if (dot) {
      const box = dot.getBoundingClientRect();
      const [x, y] = [
        box.x + box.width / 2 - event.clientX,
        box.y + box.height / 2 - event.clientY,
      ];
      this.dragged = { dot, x, y };
    }
    (this.dragged?.dot ?? this.view).setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, event);
  }

  /** @param {PointerEvent} event */
  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (!this.hasMoved && Math.hypot(x, y) < SLIP) return;
    this.hasMoved = true;
    const others = [...this.fingers.values()].filter((finger) => finger !== before);
    this.fingers.set(event.pointerId, event);
    if (this.dragged) this.drag(event, this.dragged);
    else if (others.length) this.pinch(before, event, others[0]);
    else if (this.draws) this.follow(before, event);
    else this.shift(x, y);
  }

  /** @param {PointerEvent} before @param {PointerEvent} now */
  follow(before, now) {
    if (!this.isDrawing) this.heard.begin(this.placeAt(before));
    this.isDrawing = true;
    this.heard.follow(this.placeAt(now));
  }

  /** @param {PointerEvent} event @param {{ dot: HTMLElement, x: number, y: number }} dragged */
  drag({ clientX, clientY }, { dot, x, y }) {
    this.heard.drag(dot, this.placeAt({ clientX: clientX + x, clientY: clientY + y }));
  }

  /** @param {PointerEvent} before @param {PointerEvent} now @param {PointerEvent} other */
  pinch(before, now, other) {
    const apart = (/** @type {PointerEvent} */ { clientX, clientY }) =>
      Math.max(1, Math.hypot(clientX - other.clientX, clientY - other.clientY));
    const clientX = (now.clientX + other.clientX) / 2;
    const clientY = (now.clientY + other.clientY) / 2;
    this.shift((now.clientX - before.clientX) / 2, (now.clientY - before.clientY) / 2);
    this.zoomTo(this.zoom * (apart(now) / apart(before)), { clientX, clientY });
  }

  /** @param {PointerEvent} event @param {boolean} isDone */
  lift(event, isDone) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.isDrawing) this.heard.end();
    else if (this.dragged && this.hasMoved) this.heard.drop();
    else if (isDone && !this.dragged && !this.hasMoved) this.heard.place(this.placeAt(event));
    this.isDrawing = false;
    if (!this.fingers.size) this.dragged = null;
  }

  /** The picture's width by its height. */
  get ratio() {
    const { width, height } = this.view.getBoundingClientRect();
    return width / height;
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const zoom = this.zoom * ZOOM_STEP ** (-event.deltaY / 200);
    // At its smallest, the page scrolls on.
    if (this.zoom === 1 && zoom <= 1) return;
    event.preventDefault();
    this.zoomTo(zoom, event);
  }

  /** Around the middle. @param {-1 | 1} steps */
  zoomBy(steps) {
    const { left, top, width, height } = this.view.getBoundingClientRect();
    const middle = { clientX: left + width / 2, clientY: top + height / 2 };
    this.zoomTo(this.zoom * ZOOM_STEP ** steps, middle);
  }

  /** All of the picture. */
  fit() {
    this.zoom = 1;
    this.shift(0, 0);
  }

  /** @param {number} zoom @param {{ clientX: number, clientY: number }} around a spot that stays */
  zoomTo(zoom, around) {
    const place = this.placeAt(around);
    this.zoom = Math.max(1, Math.min(MOST_ZOOM, zoom));
    const now = this.placeAt(around);
    const { width, height } = this.view.getBoundingClientRect();
    this.shift((now.x - place.x) * this.zoom * width, (now.y - place.y) * this.zoom * height);
  }

  /** In pixels of the screen, as far as there is picture. @param {number} x @param {number} y */
  shift(x, y) {
    const { width, height } = this.view.getBoundingClientRect();
    const least = 1 - this.zoom;
    this.corner.x = Math.max(least, Math.min(0, this.corner.x + x / (width || 1)));
    this.corner.y = Math.max(least, Math.min(0, this.corner.y + y / (height || 1)));
    this.view.style.setProperty("--zoom", String(this.zoom));
    this.view.style.setProperty("--corner-x", String(this.corner.x));
    this.view.style.setProperty("--corner-y", String(this.corner.y));
  }

  /** Moves the picture so that a place in it is on the stage. @param {Place} place */
  show({ x, y }) {
    const { width, height } = this.view.getBoundingClientRect();
    const away = (/** @type {number} */ at) => Math.max(0, -at) - Math.max(0, at - 1);
    const [across, down] = [x * this.zoom + this.corner.x, y * this.zoom + this.corner.y];
    this.shift(away(across) * width, away(down) * height);
  }
}
