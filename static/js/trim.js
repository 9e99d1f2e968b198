// A film that was chosen: played from the file where the browser can, with the part of it to colour.
import { clock } from "./clock.js";
import { all, attribute, need } from "./dom.js";

// To know where a recorded clip ends, browsers have to look for its end.
const FAR = 1e7;
const DIGITS = 1;

/** Tells its form by the event “change” whenever another part is chosen, or its length is known. */
export class Trim extends EventTarget {
  /** @type {number | null} of the whole film in seconds; null while nobody knows */
  seconds = null;

  /** @param {HTMLFormElement} form @param {number} longest in seconds */
  constructor(form, longest) {
    super();
    this.longest = longest;
    this.view = need(form, "[data-film-preview]", HTMLElement);
    this.video = need(this.view, "[data-preview]", HTMLVideoElement);
    this.unseen = need(this.view, "[data-unseen]", HTMLElement);
    this.words = need(form, "[data-length]", HTMLElement);
    this.from = need(form, "[name=start]", HTMLInputElement);
    this.to = need(form, "[name=end]", HTMLInputElement);
    this.buttons = all(form, "[data-here]", HTMLButtonElement);
    this.form = form;
  }

  listen() {
    for (const field of [this.from, this.to]) {
      field.addEventListener("input", () => this.tell());
    }
    for (const button of this.buttons) button.addEventListener("click", () => this.setHere(button));
    this.video.addEventListener("loadedmetadata", () => this.measure());
    this.video.addEventListener("durationchange", () => this.measure());
    this.video.addEventListener("error", () => this.hide());
    this.forget();
  }

  /** @param {File} file */
  show(file) {
    this.forget();
    this.view.hidden = false;
    this.video.hidden = false;
    this.unseen.hidden = true;
    this.video.src = URL.createObjectURL(file);
  }

  forget() {
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute("src");
    this.view.hidden = true;
    this.from.value = "";
    this.to.value = "";
    this.reach(null);
  }

  /** A kind that this browser does not play: the server looks at it alone. */
  hide() {
    if (!this.video.hasAttribute("src")) return;
    this.video.hidden = true;
    this.unseen.hidden = false;
    this.reach(null);
  }

  measure() {
    const { duration } = this.video;
    if (duration === Number.POSITIVE_INFINITY) {
      this.video.addEventListener("durationchange", () => this.rewind(), { once: true });
      this.video.currentTime = FAR;
    } else if (duration > 0 && duration < FAR && duration !== this.seconds) {
      this.reach(duration);
      // A part that may be coloured, to begin with.
      if (duration > this.longest && !this.to.value) this.to.value = String(this.longest);
      this.tell();
    }
  }

  rewind() {
    this.video.currentTime = 0;
  }

  /** @param {number | null} seconds */
  reach(seconds) {
    this.seconds = seconds;
    for (const button of this.buttons) button.hidden = seconds === null;
    this.tell();
  }

  /** @param {HTMLButtonElement} button of one of the fields */
  setHere(button) {
    const field = need(this.form, `[name=${attribute(button, "data-here")}]`, HTMLInputElement);
    field.value = this.video.currentTime.toFixed(DIGITS);
    this.tell();
  }

  /** The chosen part in seconds; `length`: null while nobody knows. */
  get part() {
    const start = this.from.valueAsNumber || 0;
    const last = this.to.valueAsNumber || this.seconds;
    const end = last !== null && this.seconds !== null ? Math.min(last, this.seconds) : last;
    return { start, end, length: end === null ? null : end - start };
  }

  get isNothing() {
    const { length } = this.part;
    return length !== null && length <= 0;
  }

  get isTooLong() {
    const { length } = this.part;
    // Films are a frame longer or shorter than they say.
    return length !== null && Math.floor(length) > this.longest;
  }

  tell() {
    const words = this.inWords();
    if (this.words.textContent !== words) this.words.textContent = words;
    this.dispatchEvent(new Event("change"));
  }

  inWords() {
    const { start, end, length } = this.part;
    if (end === null || length === null) return "Leave both empty for all of it.";
    if (this.isNothing) return "Nothing is left: “To” must come after “From”.";
    const whole = this.seconds === null ? "" : ` of ${clock(this.seconds)}`;
    const all = !start && end === this.seconds;
    const chosen = all
      ? `All of it, ${clock(length)}.`
      : `${clock(length)}${whole}, from ${clock(start)} to ${clock(end)}.`;
    if (!this.isTooLong) return chosen;
    return `${chosen} Up to ${clock(this.longest)} can be coloured at a time: choose a shorter part.`;
  }
}
