// Colour hints as they are written, “0.3,0.5,#446622 0.7,0.2,grey”; as colorize/engine/hints.py
// reads them.

/** @typedef {[number, number]} Spot shares of the width and height of the result, from the top left */
/**
 * `x`, `y`: a spot; `colour`: #rrggbb, grey, or keep for what the network says there; `path`: more
 * spots of that colour, along a line.
 * @typedef {{ x: number, y: number, colour: string, path?: Spot[] }} Hint
 */

export const GREY = "grey";
export const KEEP = "keep";

/** Whether a colour is one of its own. @param {string} colour */
export const isExact = (colour) => colour !== GREY && colour !== KEEP;

/** All of its spots. @param {Hint} hint @returns {Spot[]} */
export const spotsOf = ({ x, y, path = [] }) => [[x, y], ...path];

/** @param {Spot[]} spots at least one @param {string} colour @returns {Hint} */
export function hintAt([[x, y], ...path], colour) {
  return path.length ? { x, y, colour, path } : { x, y, colour };
}

/** @param {string} text @returns {Hint[]} */
export function hintsOf(text) {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => {
      const [colour, ...numbers] = word.split(",").reverse();
      const shares = numbers.reverse().map(Number);
      /** @type {Spot[]} */
      const spots = [];
      for (let n = 0; n < shares.length; n += 2) spots.push([shares[n], shares[n + 1]]);
      return hintAt(spots, colour);
    });
}

/** @param {Hint[]} hints */
export const textOf = (hints) =>
  hints.map((hint) => [...spotsOf(hint).flat().map(rounded), hint.colour].join(",")).join(" ");

/** As exactly as hints are kept. @param {number} share */
export const rounded = (share) => Number(share.toFixed(4));

/** Writes hints into a field, which tells of it as if somebody had. @param {HTMLInputElement} field @param {string} text */
export function tell(field, text) {
  field.value = text;
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}

/** What was done to a text, and can be undone. */
export class History {
  /** what the last change was part of */
  whole = "";

  /** @param {string} text at first */
  constructor(text) {
    this.texts = [text];
    this.at = 0;
  }

  get now() {
    return this.texts[this.at];
  }

  /**
   * @param {string} text
   * @param {string} [whole] what the change is part of: it is undone together with those of the same
   *   just before it
   */
  add(text, whole = "") {
    if (text === this.now) return;
    if (!whole || whole !== this.whole) this.at++;
    this.whole = whole;
    this.texts.splice(this.at, Number.POSITIVE_INFINITY, text);
  }

  /** Whether there is anything so many steps away. @param {-1 | 1} step */
  can(step) {
    return this.at + step in this.texts;
  }

  /** @param {-1 | 1} step */
  go(step) {
    this.whole = "";
    if (this.can(step)) this.at += step;
    return this.now;
  }
}
