// Dots on a picture that say which colour a place has; see templates/includes/_hints.html.
import { arrowStep, isArrow } from "./arrows.js";
import { nameOf, placeOf } from "./colour-words.js";
import { around, attribute, need } from "./dom.js";
import { drawHints, titleOf } from "./hint-drawing.js";
import { countSpots, endOf, nounOf, placed, shifted, towards } from "./hint-lines.js";
import { HintPanel } from "./hint-panel.js";
import { HintStage } from "./hint-stage.js";
import { History, hintsOf, KEEP, spotsOf, tell, textOf } from "./hints.js";

/** @typedef {import("./hints.js").Hint} Hint */
/** @typedef {import("./hint-stage.js").Place} Place */
/**
 * What is edited: a field with hints, which hears of each change by its events; the layers, once they
 * have come; and `without`, which shows the picture as it would be without hints, or no longer.
 * @typedef {object} Edited
 * @property {HTMLInputElement} field
 * @property {() => import("./hint-layers.js").HintLayers | null} layers
 * @property {(isWithout: boolean) => void} without
 */

const STEP = 0.01;
const LONG_STEP = 0.05;
const MIDDLE = { x: 0.5, y: 0.5 };

export class HintEditor {
  /** @type {number | null} whose panel is open */
  open = null;

  /** @param {HTMLElement} view @param {Edited} edited @param {(words: string) => void} say */
  constructor(view, edited, say) {
    this.view = view;
    this.edited = edited;
    this.say = say;
    this.history = new History(edited.field.value);
    this.hints = hintsOf(edited.field.value);
    this.dots = need(view, "[data-dots]", HTMLElement);
    this.list = need(view, "[data-hint-list]", HTMLElement);
    this.lines = need(view, "[data-lines]", SVGElement);
    this.without = need(view, "[data-tool=without]", HTMLElement);
    this.line = need(view, "[data-tool=line]", HTMLElement);
    this.none = need(view, "[data-no-dots]", HTMLElement);
    this.panel = new HintPanel(need(view, "[data-hint-panel]", HTMLElement), {
      choose: (colour) => this.colour(colour),
      settle: () => this.settle(this.open),
    });
    this.stage = new HintStage(need(view, "[data-stage]", HTMLElement), {
      place: (place) => this.add(place),
      drag: (dot, place) => this.move(Number(attribute(dot, "data-dot")), place),
      drop: () => this.settle(this.moved),
      begin: (place) => this.begin(place),
      follow: (place) => this.follow(place),
      end: () => this.finish(),
    });
    this.moved = 0;
    /** @type {number | null} the line that is being drawn */
    this.drawn = null;
    this.listen();
    this.draw();
  }

  /** Goes on with hints that may have come from elsewhere. @param {string} text */
  take(text) {
    this.history.add(text);
    this.hints = hintsOf(text);
    this.draw();
  }

  listen() {
    const { view } = this;
    view.addEventListener("click", (event) => {
      const dot = around(event, "[data-dot]", HTMLElement);
      if (dot) this.pick(Number(attribute(dot, "data-dot")), event.detail === 0);
      const tool = around(event, "[data-tool]", HTMLElement);
      if (tool) this.use(attribute(tool, "data-tool"));
    });
    view.addEventListener("keydown", (event) => this.press(event));
    view.addEventListener("keyup", (event) => {
      if (isArrow(event) && around(event, ".hint-dot", HTMLElement)) this.settle(this.moved);
    });
  }

  /** @param {string} tool */
  use(tool) {
    switch (tool) {
      case "add":
        return this.add(MIDDLE);
      case "undo":
        return this.travel(-1);
      case "redo":
        return this.travel(1);
      case "closer":
        return this.stage.zoomBy(1);
      case "away":
        return this.stage.zoomBy(-1);
      case "fit":
        return this.stage.fit();
      case "line":
        return this.drawFrom(!this.stage.draws);
      case "without":
        return this.compare(!this.dots.hidden);
      case "remove":
        return this.open === null ? undefined : this.remove(this.open);
      case "close":
        return this.close(true);
    }
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.travel(event.shiftKey ? 1 : -1);
      return;
    }
    if (event.key === "Escape" && this.open !== null) {
      event.preventDefault();
      this.close(true);
      return;
    }
    const dot = around(event, ".hint-dot", HTMLElement);
    if (dot) this.pressDot(event, Number(attribute(dot, "data-dot")));
  }

  /** @param {KeyboardEvent} event @param {number} number */
  pressDot(event, number) {
    const { zoom } = this.stage;
    const step = arrowStep(event, STEP / zoom, LONG_STEP / zoom);
    if (event.key === "Delete" || event.key === "Backspace") this.remove(number);
    else if (step) this.step(number, step);
    else return;
    event.preventDefault();
  }

  /** Moves a dot, or draws a line on from it. @param {number} number @param {[number, number]} step */
  step(number, [across, down]) {
    const { draws } = this.stage;
    const [x, y] = draws ? endOf(this.hints[number]) : spotsOf(this.hints[number])[0];
    const place = placed({ x: x + across, y: y + down });
    if (draws) this.extend(number, [[place.x, place.y]]);
    else this.move(number, place);
    this.stage.show(place);
  }

  /** @param {boolean} draws whether dragging and arrow keys draw lines */
  drawFrom(draws) {
    this.stage.draws = draws;
    this.line.setAttribute("aria-pressed", String(draws));
    this.say(draws ? "Drag across the picture, or press arrow keys on a dot." : "");
  }

  /** Whether there may be more; says so if not. */
  hasRoom() {
    const most = this.edited.layers()?.most ?? Number.POSITIVE_INFINITY;
    if (countSpots(this.hints) < most) return true;
    this.say(`There can be at most ${most} dots, and a line is several.`);
    return false;
  }

  /** @param {Place} place */
  begin(place) {
    this.drawn = this.hasRoom() ? this.hints.push({ ...placed(place), colour: KEEP }) - 1 : null;
  }

  /** @param {Place} place */
  follow(place) {
    if (this.drawn === null) return;
    const end = endOf(this.hints[this.drawn]);
    this.extend(this.drawn, towards(end, placed(place), this.stage.ratio));
  }

  finish() {
    if (this.drawn === null) return;
    this.history.add(textOf(this.hints));
    this.pick(this.drawn, false);
    this.say(`Drew ${nounOf(this.hints[this.drawn])} ${this.drawn + 1}. Choose its colour.`);
  }

  /** @param {number} number @param {import("./hints.js").Spot[]} spots */
  extend(number, spots) {
    this.moved = number;
    const hint = this.hints[number];
    for (const spot of spots) if (this.hasRoom()) hint.path = [...(hint.path ?? []), spot];
    this.show();
  }

  /** @param {Place} place */
  add(place) {
    if (!this.hasRoom()) return;
    const layers = this.edited.layers();
    this.hints.push({ ...placed(place), colour: KEEP });
    this.show();
    this.history.add(textOf(this.hints));
    const number = this.hints.length - 1;
    this.pick(number, false);
    if (layers?.lightAt(this.hints[number]) === null) {
      this.say("This spot is in the border, which stays without colour.");
    } else this.say(`Added dot ${number + 1}. Choose its colour.`);
  }

  /** @param {number} number @param {Place} place */
  move(number, place) {
    this.moved = number;
    this.hints[number] = shifted(this.hints[number], placed(place));
    this.show();
  }

  /** @param {string} colour */
  colour(colour) {
    if (this.open === null) return;
    this.hints[this.open].colour = colour;
    this.show();
  }

  /** A change is done: it can be undone now. @param {number | null} number */
  settle(number) {
    const text = textOf(this.hints);
    if (number === null || text === this.history.now) return;
    this.history.add(text, this.stage.draws ? `line ${number}` : "");
    this.draw();
    if (number === this.open) this.panel.show(this.hints[number], number + 1, this.edited.layers());
    this.say(`${titleOf(this.hints[number], number)}: ${this.words(number)}.`);
  }

  /** @param {number} number */
  remove(number) {
    const [gone] = this.hints.splice(number, 1);
    this.history.add(textOf(this.hints));
    this.close(false);
    this.show();
    this.say(`Removed ${nounOf(gone)} ${number + 1}. ${this.count()}`);
    const next = this.dots.children[Math.min(number, this.hints.length - 1)];
    (next instanceof HTMLElement ? next : need(this.view, "[data-tool=add]", HTMLElement)).focus();
  }

  /** @param {-1 | 1} step */
  travel(step) {
    if (!this.history.can(step)) return;
    this.hints = hintsOf(this.history.go(step));
    if (this.open !== null && !this.hints[this.open]) this.close(false);
    this.show();
    this.say(`${step < 0 ? "Undone" : "Redone"}. ${this.count()}`);
  }

  count() {
    const { length } = this.hints;
    return length === 1 ? "1 dot." : `${length || "No"} dots.`;
  }

  /** @param {number} number @param {boolean} isByKey */
  pick(number, isByKey) {
    this.open = number;
    this.panel.show(this.hints[number], number + 1, this.edited.layers());
    this.draw();
    const dot = this.dots.children[number];
    if (isByKey) this.panel.focus();
    else if (dot instanceof HTMLElement) dot.focus({ preventScroll: true });
    dot.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} isBack whether the keyboard goes back to the dot */
  close(isBack) {
    const dot = this.open === null ? null : this.dots.children[this.open];
    this.open = null;
    this.panel.hide();
    this.draw();
    if (isBack && dot instanceof HTMLElement) dot.focus();
  }

  /** @param {boolean} isWithout whether the picture is to be seen without its dots */
  compare(isWithout) {
    this.without.setAttribute("aria-pressed", String(isWithout));
    this.dots.hidden = isWithout;
    this.lines.toggleAttribute("hidden", isWithout);
    this.edited.without(isWithout);
  }

  /** Whatever has changed, here and in the picture. */
  show() {
    if (this.dots.hidden) this.compare(false);
    tell(this.edited.field, textOf(this.hints));
    this.draw();
    const hint = this.open === null ? null : this.hints[this.open];
    if (hint) this.panel.mark(hint, (this.open ?? 0) + 1);
  }

  /** @param {number} number */
  words(number) {
    const hint = this.hints[number];
    return `${nameOf(hint.colour)}, ${placeOf(hint)}`;
  }

  draw() {
    drawHints(this, this.hints, (n) => this.words(n), this.open);
    this.none.hidden = this.hints.length > 0;
    for (const [tool, step] of /** @type {const} */ ([
      ["undo", -1],
      ["redo", 1],
    ])) {
      const button = need(this.view, `[data-tool=${tool}]`, HTMLButtonElement);
      button.disabled = !this.history.can(step);
    }
  }
}
