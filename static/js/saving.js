// Says whether the result is saved, with a button to save the picture or the colours now chosen.
import { find, need, wordsOf } from "./dom.js";
import { percent } from "./drawing.js";
import { optionsOf, withOptions } from "./options.js";
import { choiceOf, isSame } from "./result.js";
import { unreachable } from "./send.js";

/** @typedef {import("./send.js").Answer} Answer */
/** @typedef {import("./hint-layers.js").Choice} Choice */
/** @typedef {(choice: Choice) => Promise<Answer>} Save has the endpoint save the photo */

const FAILED =
  "The version could not be saved. Open the picture in your gallery and try again there.";

/**
 * @param {HTMLElement} view the result's
 * @param {Answer} body
 * @param {Save} save
 * @param {FormData} fields what it was sent with
 */
export function startSaving(view, body, save, fields) {
  new Saving(view, body, save, fields).listen();
}

class Saving {
  /** @type {string | undefined} where the gallery has it */
  address = undefined;
  /** @type {Choice | null} what the gallery has it with, where that is known */
  choice = null;
  isBusy = false;

  /**
   * @param {HTMLElement} view
   * @param {Answer} body
   * @param {Save} save
   * @param {FormData} fields
   */
  constructor(view, body, save, fields) {
    this.text = need(view, "[data-saved-text]", HTMLElement);
    this.link = need(view, "[data-saved-link]", HTMLAnchorElement);
    this.button = need(view, "[data-save]", HTMLButtonElement);
    this.view = view;
    this.hasSlider = body.ab_step !== null;
    this.network = body.network;
    this.save = save;
    this.fields = fields;
    this.take(body, choiceOf(view));
  }

  listen() {
    this.view.addEventListener("input", () => this.offer());
    this.button.addEventListener("click", () => this.press());
  }

  /**
   * Reads from an answer of the endpoint whether the picture is saved.
   * @param {Answer} answer
   * @param {Choice} choice
   */
  take({ saved, saved_before: before, not_saved: problem }, choice) {
    this.address = saved;
    // A picture that was saved before may have other colours.
    this.choice = saved && !before ? choice : null;
    if (before) this.tell("Already in your gallery.");
    else this.tell(saved ? this.told() : (problem?.message ?? "This photo is not saved."));
  }

  /** @param {string} text */
  tell(text) {
    this.text.textContent = text;
    if (this.address) this.link.href = this.address;
    this.link.hidden = !this.address;
    this.offer();
  }

  /** Disables the button rather than hiding it, so that the slider below does not move. */
  offer() {
    const saved = Boolean(this.address);
    const now = choiceOf(this.view);
    const isKept = saved && this.choice !== null && isSame(this.choice, now);
    this.button.hidden = saved && !this.hasSlider && !now.hints;
    this.button.disabled = isKept;
    this.button.textContent = saved ? "Save this version" : "Save now";
  }

  async press() {
    const choice = choiceOf(this.view);
    if (this.isBusy) return;
    this.isBusy = true;
    this.text.textContent = "Saving …";
    try {
      if (this.address) await this.recolor(choice);
      else this.take(await this.save(choice), choice);
      this.link.focus();
    } catch (problem) {
      this.tell(wordsOf(problem));
    } finally {
      this.isBusy = false;
    }
  }

  told() {
    if (this.choice === null || !this.hasSlider) return "Saved in your gallery.";
    const { vividness, hints } = this.choice;
    const corrected = hints ? " and your corrections" : "";
    return `Saved in your gallery, with vividness ${percent(vividness)}${corrected}.`;
  }

  /**
   * Saves a version with the form of the picture's page, which answers with that page.
   * @param {Choice} choice
   */
  async recolor(choice) {
    const options = { ...optionsOf(this.fields), network: this.network, ...choice };
    const fields = withOptions(options);
    fields.set("csrfmiddlewaretoken", this.fields.get("csrfmiddlewaretoken") ?? "");
    const request = fetch(`${this.address}/recolor`, { method: "POST", body: fields });
    const response = await request.catch(() => Promise.reject(unreachable()));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const words = find(page, "[data-message]", HTMLElement)?.textContent;
    if (!response.ok) throw new Error(words || FAILED);
    this.choice = choice;
    this.tell(this.told());
  }
}
