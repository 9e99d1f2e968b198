// Dots on a picture that say which colour a place has; see templates/includes/_hints.html.
import { arrowStep, isArrow } from "./arrows.js";
import { nameOf, placeOf } from "./colour-words.js";
import { around, attribute, matched, need } from "./dom.js";
import { HintPanel } from "./hint-panel.js";
import { HintStage } from "./hint-stage.js";
import { History, hintsOf, isExact, KEEP, tell, textOf } from "./hints.js";

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
    this.without = need(view, "[data-tool=without]", HTMLElement);
    this.none = need(view, "[data-no-dots]", HTMLElement);
    this.panel = new HintPanel(need(view, "[data-hint-panel]", HTMLElement), {
      choose: (colour) => this.colour(colour),
      settle: () => this.settle(this.open),
    });
    this.stage = new HintStage(need(view, "[data-stage]", HTMLElement), {
      place: (place) => this.add(place),
      drag: (dot, place) => this.move(Number(attribute(dot, "data-dot")), place),
      drop: () => this.settle(this.moved),
    });
    this.moved = 0;
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
    else if (step) {
      const { x, y } = this.hints[number];
      this.move(number, { x: x + step[0], y: y + step[1] });
      this.stage.show(this.hints[number]);
    } else return;
    event.preventDefault();
  }

  /** @param {Place} place */
  add(place) {
    const layers = this.edited.layers();
    if (layers && this.hints.length >= layers.most) {
      this.say(`There can be at most ${this.hints.length} dots.`);
      return;
    }
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
    Object.assign(this.hints[number], placed(place));
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
    this.history.add(text);
    this.draw();
    if (number === this.open) this.panel.show(this.hints[number], number + 1, this.edited.layers());
    this.say(`Dot ${number + 1}: ${this.words(number)}.`);
  }

  /** @param {number} number */
  remove(number) {
    this.hints.splice(number, 1);
    this.history.add(textOf(this.hints));
    this.close(false);
    this.show();
    this.say(`Removed dot ${number + 1}. ${this.count()}`);
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
    const dots = matched(this.dots, this.hints.length, "button");
    const lines = matched(this.list, this.hints.length, "li");
    this.hints.forEach((hint, n) => {
      drawDot(dots[n], hint, n, this.words(n), n === this.open);
      drawLine(matched(lines[n], 1, "button")[0], hint, n, this.words(n));
    });
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

/** @param {Place} place @returns {Place} */
const placed = ({ x, y }) => ({ x: Math.max(0, Math.min(1, x)), y: Math.max(0, Math.min(1, y)) });

/** @param {HTMLButtonElement} dot @param {Hint} hint @param {number} n @param {string} words @param {boolean} isOpen */
function drawDot(dot, { x, y, colour }, n, words, isOpen) {
  Object.assign(dot, { type: "button", className: "handle hint-dot" });
  Object.assign(dot.dataset, { dot: String(n), number: String(n + 1), kind: kindOf(colour) });
  dot.setAttribute("aria-label", `Dot ${n + 1}: ${words}`);
  dot.setAttribute("aria-expanded", String(isOpen));
  dot.style.setProperty("--x", String(x));
  dot.style.setProperty("--y", String(y));
  setColour(dot, colour);
}

/** @param {HTMLButtonElement} button @param {Hint} hint @param {number} n @param {string} words */
function drawLine(button, { colour }, n, words) {
  Object.assign(button, {
    type: "button",
    className: "plain hint-line",
    textContent: `${n + 1}: ${words}`,
  });
  Object.assign(button.dataset, { dot: String(n), kind: kindOf(colour) });
  setColour(button, colour);
}

/** @param {string} colour */
const kindOf = (colour) => (isExact(colour) ? "colour" : colour);

/** @param {HTMLElement} part @param {string} colour */
function setColour(part, colour) {
  if (isExact(colour)) part.style.setProperty("--colour", colour);
  else part.style.removeProperty("--colour");
}
