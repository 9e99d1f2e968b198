// Real or fake: shows the two photos of a pair for a second each, in one place, and asks.
//
// The page has [data-trial] with the milliseconds for each photo; in it [data-stage], whose data-shown
// says what is seen ("first", "second" or "cover"), a button [data-go], and the form [data-answer] with a
// button for each photo. Without this script both photos are seen beside each other.
import { all, attribute, find, need } from "./dom.js";

// Between two photos, in milliseconds, and before the first.
const PAUSE = 300;
const AHEAD = 800;
/** @type {Record<string, "first" | "second">} */
const KEYS = { ArrowLeft: "first", ArrowRight: "second", 1: "first", 2: "second" };

/** @param {ParentNode} root the page, or a panel that was just added */
export function startRealOrFake(root) {
  const place = find(root, "[data-trial]", HTMLElement);
  if (place) new Pair(place).wait();
}

const passed = (/** @type {number} */ milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Once what was just changed is on the screen. */
const painted = () =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

class Pair {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.milliseconds = Number(attribute(place, "data-trial"));
    this.stage = need(place, "[data-stage]", HTMLElement);
    this.button = need(place, "[data-go]", HTMLButtonElement);
    this.said = need(place, "[data-said]", HTMLElement);
    this.form = need(place, "[data-answer]", HTMLFormElement);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter instanceof HTMLButtonElement) this.answer(event.submitter.value);
    });
  }

  /** For the person to be ready: on a page that was just opened, and after the practice's answers. */
  wait() {
    this.show("cover");
    this.offer(() => this.play());
    this.button.focus({ preventScroll: true });
  }

  /** Nobody would see it now. */
  goOn() {
    if (document.hidden || this.place.hasAttribute("data-waits")) this.wait();
    else this.play();
  }

  async play() {
    this.button.hidden = true;
    find(this.place, "[data-feedback]", HTMLElement)?.remove();
    this.place.focus({ preventScroll: true });
    this.show("cover");
    if (!(await this.isLoaded())) return;
    await passed(AHEAD);
    await this.showFor("first", this.milliseconds);
    await this.showFor("cover", PAUSE);
    await this.showFor("second", this.milliseconds);
    this.show("cover");
    this.ask();
  }

  /** Both photos, so that a slow line takes nothing from their second. */
  async isLoaded() {
    this.say("Loading the photos …");
    try {
      await Promise.all(all(this.stage, "img", HTMLImageElement).map((image) => image.decode()));
    } catch {
      this.say("The photos did not arrive. Check your connection.");
      this.button.textContent = "Try again";
      this.offer(() => location.reload());
      return false;
    }
    this.say("");
    return true;
  }

  /** Shows the button. @param {() => void} act what it does */
  offer(act) {
    this.button.hidden = false;
    this.button.addEventListener("click", act, { once: true });
  }

  /** @param {"first" | "second" | "cover"} what @param {number} milliseconds */
  async showFor(what, milliseconds) {
    this.show(what);
    await painted();
    await passed(milliseconds);
  }

  /** @param {"first" | "second" | "cover"} what */
  show(what) {
    this.stage.dataset.shown = what;
  }

  /** @param {string} words */
  say(words) {
    this.said.textContent = words;
  }

  ask() {
    this.place.toggleAttribute("data-asks", true);
    const listening = new AbortController();
    this.stop = () => listening.abort();
    document.addEventListener("keydown", (event) => this.press(event), listening);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const picked = KEYS[event.key];
    if (!picked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    event.preventDefault();
    this.answer(picked);
  }

  /** @param {string} picked */
  async answer(picked) {
    this.stop?.();
    this.place.toggleAttribute("data-asks", false);
    const fields = new FormData(this.form);
    fields.set("picked", picked);
    fields.set("timed", "yes");
    try {
      const response = await fetch(this.form.action, { method: "POST", body: fields });
      this.follow(response.url, await response.text());
    } catch {
      this.say("Your answer did not arrive. Check your connection and answer again.");
      this.ask();
    }
  }

  /**
   * The next pair takes the place of this one; anything else is a page of its own.
   * @param {string} address
   * @param {string} text
   */
  follow(address, text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const next = find(page, "[data-trial]", HTMLElement);
    if (!next) {
      location.assign(address);
      return;
    }
    const place = document.importNode(next, true);
    this.place.replaceWith(place);
    new Pair(place).goOn();
  }
}
