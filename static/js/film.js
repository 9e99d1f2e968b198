// The form of a film: takes one that was chosen, dropped or recorded, opens its job and its page, and has
// the film sent.
import { asProblem, filled, isFilm, Problem } from "./checks.js";
import { find, need } from "./dom.js";
import { listenForFiles } from "./drop-zone.js";
import { begin, show } from "./job-form.js";
import { chooseOptions } from "./offers.js";
import { ProblemBox } from "./problem-box.js";
import { startRecorder } from "./recorder.js";
import { openTab } from "./tabs.js";
import { Trim } from "./trim.js";
import { Uploads } from "./uploads.js";

/**
 * `size`: bytes in words; `seconds`: of the part that is coloured; `messages` by code, with {facts} to
 * fill in.
 * @typedef {{ bytes: number, size: string, seconds: number, clock: string,
 *   messages: Record<string, string>, no_film: string }} Limits
 */

/** @type {FilmForm | null} the form on this page */
let form = null;

/** @param {ParentNode} root the page, or a panel that was just added */
export function startFilm(root) {
  const found = find(root, "#film-form", HTMLFormElement);
  if (!found) return;
  form = new FilmForm(found);
  form.listen();
}

/**
 * Goes to the form of a film with one that was chosen elsewhere.
 * @param {string} address of the form
 * @param {File} file
 * @param {import("./options.js").Options} options that were chosen there
 */
export async function openFilm(address, file, options) {
  await openTab(new URL(address, location.href));
  if (!form) return; // films are not for everybody; the page says so
  chooseOptions(form.form, options);
  await form.choose([file]);
}

class FilmForm {
  /** @type {File | null} */
  file = null;
  isBusy = false;
  choice = 0;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.problem = new ProblemBox(form);
    this.panel = need(document, '[data-panel="film"]', HTMLElement);
    /** @type {Limits} */
    this.limits = JSON.parse(need(form, "[data-film-limits] script", HTMLScriptElement).text);
    this.trim = new Trim(form, this.limits.seconds);
    this.input = need(form, "[name=film]", HTMLInputElement);
    this.name = need(form, "[data-name]", HTMLElement);
    this.start = need(form, "[data-start]", HTMLButtonElement);
    this.reset = need(form, "[data-reset]", HTMLButtonElement);
    this.status = need(form, "[data-status]", HTMLElement);
  }

  listen() {
    this.input.required = false;
    this.input.addEventListener("change", () => {
      this.choose([...(this.input.files ?? [])]);
      this.input.value = "";
    });
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.reset.addEventListener("click", () => {
      this.forget();
      this.input.focus();
    });
    this.trim.addEventListener("change", () => this.rest(this.isBusy));
    this.trim.listen();
    const zone = need(this.form, "[data-drop]", HTMLElement);
    const isOpen = () => !this.panel.hidden && !this.isBusy;
    listenForFiles(zone, isOpen, (files) => this.choose(files));
    const { seconds } = this.limits;
    startRecorder(this.form, this.panel, seconds, (clip) => this.choose([clip]));
    this.forget();
  }

  /** @param {File[]} files */
  async choose(files) {
    if (!files.length) return;
    const choice = ++this.choice;
    this.forget();
    try {
      const file = await this.checked(files);
      if (choice === this.choice) this.show(file);
    } catch (thrown) {
      if (choice === this.choice) this.problem.show(asProblem(thrown), false);
    }
  }

  /** The one film among them. @param {File[]} files @throws {Problem} */
  async checked([file, ...others]) {
    if (others.length) {
      throw new Problem("several_films", "Films are coloured one at a time. Choose one of them.");
    }
    if (!(await isFilm(file))) throw new Problem("wrong_type", this.limits.no_film);
    const { bytes, size, messages } = this.limits;
    const code = "film_file_too_large";
    if (file.size > bytes) throw new Problem(code, filled(messages[code], { limit: size }));
    return file;
  }

  /** @param {File} file */
  show(file) {
    this.file = file;
    this.name.textContent = `${file.name}, ${sizeOf(file)}`;
    this.reset.hidden = false;
    this.trim.show(file);
    this.say("Ready. Press “Add colour”.");
    this.rest(false);
  }

  forget() {
    this.file = null;
    this.problem.hide();
    this.trim.forget();
    this.name.textContent = "";
    this.reset.hidden = true;
    this.say("");
    this.rest(false);
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    if (this.isBusy || !this.file) return;
    this.problem.hide();
    this.rest(true);
    this.say("Opening the film’s page …");
    try {
      await this.send(this.file);
    } catch (thrown) {
      this.say("");
      this.problem.show(asProblem(thrown), true);
    } finally {
      this.rest(false);
    }
  }

  /** @param {File} file */
  async send(file) {
    const fields = new FormData(this.form);
    fields.delete(this.input.name);
    fields.set("name", file.name);
    fields.set("size", String(file.size));
    const { url, items } = await begin(this.form, fields);
    const token = need(this.form, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
    new Uploads(url, token).goOn([{ id: items[0].id, file, sent: 0 }], false);
    this.forget();
    await show(url, () => {
      this.say("Your film is being sent. Its page opens as soon as it can.");
    });
    this.say("");
  }

  /** @param {boolean} resting */
  rest(resting) {
    this.isBusy = resting;
    this.form.setAttribute("aria-busy", String(resting));
    const isWrong = this.trim.isNothing || this.trim.isTooLong;
    this.start.disabled = resting || !this.file || isWrong;
  }

  /** @param {string} text */
  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

/** Such as “2.5 MB”. @param {File} file */
function sizeOf({ size }) {
  if (size < 1e6) return `${Math.ceil(size / 1e3)} kB`;
  return `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`;
}
