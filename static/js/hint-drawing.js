// Draws dots, and the list of them.

import { matched } from "./dom.js";
import { drawLines, nounOf } from "./hint-lines.js";
import { isExact } from "./hints.js";

/** @typedef {import("./hints.js").Hint} Hint */

/** Such as “Dot 3”. @param {Hint} hint @param {number} n from 0 */
export function titleOf(hint, n) {
  const noun = nounOf(hint);
  return `${noun[0].toUpperCase()}${noun.slice(1)} ${n + 1}`;
}

/**
 * @param {{ dots: HTMLElement, lines: Element, list: HTMLElement }} view
 * @param {Hint[]} hints
 * @param {(n: number) => string} words
 * @param {number | null} open whose panel is open
 */
export function drawHints(view, hints, words, open) {
  const dots = matched(view.dots, hints.length, "button");
  const entries = matched(view.list, hints.length, "li");
  hints.forEach((hint, n) => {
    drawDot(dots[n], hint, n, words(n), n === open);
    drawEntry(matched(entries[n], 1, "button")[0], hint, n, words(n));
  });
  drawLines(view.lines, hints, kindOf);
}

/** @param {HTMLButtonElement} dot @param {Hint} hint @param {number} n @param {string} words @param {boolean} isOpen */
function drawDot(dot, hint, n, words, isOpen) {
  Object.assign(dot, { type: "button", className: "handle hint-dot" });
  Object.assign(dot.dataset, { dot: String(n), number: String(n + 1), kind: kindOf(hint) });
  dot.setAttribute("aria-label", `${titleOf(hint, n)}: ${words}`);
  dot.setAttribute("aria-expanded", String(isOpen));
  dot.style.setProperty("--x", String(hint.x));
  dot.style.setProperty("--y", String(hint.y));
  setColour(dot, hint.colour);
}

/** @param {HTMLButtonElement} button @param {Hint} hint @param {number} n @param {string} words */
function drawEntry(button, hint, n, words) {
  Object.assign(button, {
    type: "button",
    className: "plain hint-line",
    textContent: `${n + 1}: ${words}`,
  });
  Object.assign(button.dataset, { dot: String(n), kind: kindOf(hint) });
  setColour(button, hint.colour);
}

/** @param {Hint} hint */
const kindOf = ({ colour }) => (isExact(colour) ? "colour" : colour);

/** @param {HTMLElement} part @param {string} colour */
function setColour(part, colour) {
  if (isExact(colour)) part.style.setProperty("--colour", colour);
  else part.style.removeProperty("--colour");
}
