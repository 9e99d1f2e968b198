// How far a photo is, in a bar and in words.
import { need } from "./dom.js";

/**
 * `done` and `total` in bytes; null while nobody knows, as when the server works.
 * @typedef {{ stage: "Sending" | "Colouring" | "Receiving", done: number, total: number | null }} Step
 */

const MEGABYTE = 1e6;
// From this size on, a decimal says nothing.
const LARGE = 10 * MEGABYTE;
// A screen reader hears this many times how far a large photo is.
const PARTS = 4;

/**
 * Such as “12 of 48 MB”.
 * @param {number} done
 * @param {number} total
 */
function counted(done, total) {
  const digits = total < LARGE ? 1 : 0;
  const [some, all] = [done, total].map((bytes) => (bytes / MEGABYTE).toFixed(digits));
  return `${some} of ${all} MB`;
}

/** @param {Step} step such as “Sending: 12 of 48 MB” */
export const inWords = ({ stage, done, total }) =>
  total === null ? `${stage} …` : `${stage}: ${counted(done, total)}`;

/** @param {Step} step only the bytes */
export const inNumbers = ({ done, total }) => (total === null ? "" : counted(done, total));

/** @param {Step} step for a text that is read aloud, so it changes seldom */
function aloud({ stage, done, total }) {
  const part = total === null || total < LARGE ? 0 : Math.floor((PARTS * done) / total);
  const share = part > 0 && part < PARTS ? `, ${(100 * part) / PARTS}%` : "";
  return `${stage} the photo${share} …`;
}

/** @param {HTMLProgressElement} bar @param {Step} step */
export function fillBar(bar, { done, total }) {
  if (total === null) {
    bar.removeAttribute("value");
    return;
  }
  bar.max = total;
  bar.value = done;
}

/** The bar of the one photo, with its numbers and a button to cancel. */
export class Progress {
  /**
   * @param {ParentNode} root
   * @param {(text: string) => void} say what is read aloud
   * @param {() => void} cancel
   */
  constructor(root, say, cancel) {
    this.view = need(root, "[data-progress]", HTMLElement);
    this.say = say;
    this.bar = need(this.view, "progress", HTMLProgressElement);
    this.numbers = need(this.view, "[data-numbers]", HTMLElement);
    need(this.view, "button", HTMLButtonElement).addEventListener("click", cancel);
  }

  /** @param {Step} step */
  show(step) {
    this.view.hidden = false;
    fillBar(this.bar, step);
    this.numbers.textContent = inNumbers(step);
    this.say(aloud(step));
  }

  hide() {
    this.view.hidden = true;
  }
}
