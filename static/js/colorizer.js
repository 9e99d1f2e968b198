// The Colorizer tab: choose, check and colour photos, and start over at any time.
import { Asking } from "./asking.js";
import { openBatch } from "./batch.js";
import { asProblem, examine, isFilm } from "./checks.js";
import { Chosen, fieldsOf, photoFields } from "./chosen.js";
import { isArchive } from "./chosen-files.js";
import { offerClaim, rememberWith } from "./claim.js";
import { all, around, attribute, find, need } from "./dom.js";
import { listenForFiles } from "./drop-zone.js";
import { openFilm } from "./film.js";
import { goingOn, losesHints } from "./going-on.js";
import { chooseOptions, showOffers } from "./offers.js";
import { optionsOf } from "./options.js";
import { offerOtherKinds } from "./other-kinds.js";
import { ProblemBox } from "./problem-box.js";
import { Progress } from "./progress.js";
import { showResult } from "./result.js";
import { startSaving } from "./saving.js";
import { send, unreachable } from "./send.js";
import { leftOut, namesOf, sidecarOf, split } from "./sidecars.js";

/** @typedef {import("./send.js").Answer} Answer */
/** @typedef {import("./progress.js").Step} Step */
/** @typedef {import("./chosen.js").Photo} Photo */

/** @param {ParentNode} root the page, or a panel that was just added */
export function startColorizer(root) {
  const form = find(root, "#colorizer", HTMLFormElement);
  if (form) new Colorizer(form).listen();
  if (form?.dataset.person) offerClaim(root, form);
}

class Colorizer {
  /** @type {Photo | null} the chosen photo, once it has loaded */
  photo = null;
  /** @type {AbortController | null} of the current work */
  work = null;
  /** what is said once it can be sent */
  ready = "";
  /** @type {import("./going-on.js").Shown | null} */
  shown = null;
  /** counts choices, so that a slow check of one file does not overwrite the next */
  choice = 0;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.endpoint = attribute(form, "data-endpoint");
    this.problem = new ProblemBox(form);
    this.chosen = new Chosen(form);
    this.start = need(form, "[data-start]", HTMLButtonElement);
    this.reset = need(form, "[data-reset]", HTMLButtonElement);
    this.drop = need(form, "[data-drop]", HTMLElement);
    const say = (/** @type {string} */ text) => this.say(text);
    this.progress = new Progress(form, say, () => this.stop());
    this.status = need(form, "[data-status]", HTMLElement);
    this.image = need(form, "[name=image]", HTMLInputElement);
    this.camera = need(form, "#camera", HTMLInputElement);
    this.panel = need(document, '[data-panel="colorizer"]', HTMLElement);
    this.place = need(this.panel, "[data-result]", HTMLElement);
  }

  listen() {
    this.image.value = "";
    this.image.multiple = true; // without scripts, the form takes one
    this.start.disabled = true;
    this.form.noValidate = true; // the photo may have been dropped or pasted
    this.form.addEventListener("submit", (event) => this.submit(event));
    for (const input of [this.image, this.camera]) {
      input.addEventListener("change", () => this.choose([...(input.files ?? [])]));
    }
    this.panel.addEventListener("click", (event) => {
      if (around(event, "[data-reset]", HTMLElement)) this.startOver();
    });
    this.form.addEventListener("change", () => {
      if (!losesHints(this.form, this.shown)) return;
      this.say("This network takes no dots: they will be left out.");
    });
    listenForFiles(
      this.drop,
      () => this.open(),
      (files) => this.choose(files),
    );
  }

  /** Whether photos can be chosen: this tab is visible and nothing is running. */
  open() {
    return !this.panel.hidden && !this.work;
  }

  /** @param {File[]} files */
  async choose(files) {
    if (!files.length) return;
    this.forget();
    const choice = ++this.choice;
    const { photos, sidecars } = split(files);
    const isOne = photos.length === 1 && !(await isArchive(photos[0]));
    const isOneFilm = isOne && (await isFilm(photos[0]));
    if (choice !== this.choice) return;
    if (!isOne || isOneFilm) {
      await this.leave(files, isOneFilm);
      return;
    }
    this.reset.hidden = false;
    this.ready = `Ready. Press “Add colour”. ${leftOut(photos, sidecars)}`.trim();
    await this.chooseOne(photos[0], sidecarOf(photos[0], sidecars));
  }

  /** Several photos are a batch, which has a page of its own, as a film has. @param {File[]} files @param {boolean} isFilm */
  async leave(files, isFilm) {
    const options = optionsOf(fieldsOf(this.form));
    try {
      if (isFilm) await openFilm(attribute(this.form, "data-film"), files[0], options);
      else await openBatch(attribute(this.form, "data-batch"), files, options);
    } catch {
      this.fail(unreachable());
    }
  }

  /** @param {File} file @param {File | undefined} sidecar */
  async chooseOne(file, sidecar) {
    const choice = this.choice;
    this.chosen.name(namesOf(file, sidecar));
    this.say("Checking the photo …");
    try {
      const looked = await examine(file);
      if (choice !== this.choice) URL.revokeObjectURL(looked.url);
      else this.show({ file, sidecar, ...looked });
    } catch (error) {
      if (choice === this.choice) this.fail(error);
    }
  }

  /** @param {Photo} photo */
  show(photo) {
    this.photo = photo;
    this.chosen.show(photo, photo);
    this.start.disabled = false;
    this.say(this.ready);
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    if (this.work) return;
    if (this.photo) await this.colorizeOne(this.photo);
  }

  /** @param {Photo} photo */
  async colorizeOne(photo) {
    this.problem.hide();
    const kept = goingOn(this.form, this.shown, photo);
    const fields = photoFields(this.form, photo, { layers: "true", ...kept });
    this.clear();
    const work = this.begin();
    this.progress.show({ stage: "Sending", done: 0, total: photo.file.size });
    this.status.scrollIntoView({ block: "nearest" });
    try {
      const progress = (/** @type {Step} */ step) => {
        if (this.work === work) this.progress.show(step);
      };
      const body = await send(this.endpoint, fields, { signal: work.signal, progress });
      const asking = new Asking(this.endpoint, fields);
      const again = /** @type {import("./result.js").Ask} */ (
        (choice, { layers = "", progress } = {}) =>
          layers
            ? asking.layers(choice, layers, body.saved, progress)
            : asking.again(choice, {}, progress)
      );
      const view = await showResult(body, photo.url, (text) => this.say(text), again);
      offerOtherKinds(view, body.filename, (kind) => asking.as(kind, view));
      showOffers(view, body.offers, (changes) => {
        chooseOptions(this.form, changes);
        this.colorizeOne(photo);
      });
      if (!work.signal.aborted) this.finish(photo, view, body, asking);
    } catch (error) {
      if (!work.signal.aborted) this.fail(error);
    } finally {
      if (this.work === work) this.rest(false);
    }
  }

  begin() {
    const work = new AbortController();
    this.work = work;
    this.rest(true);
    return work;
  }

  /**
   * Saves the photo in the gallery; a visitor's in this browser, until they log in.
   * @param {Photo} photo
   * @param {HTMLElement} view
   * @param {Answer} body
   * @param {Asking} asking
   */
  keep(photo, view, body, asking) {
    const { fields } = asking;
    if (this.form.dataset.person) {
      startSaving(view, body, (choice) => asking.again(choice, { save: "once" }), fields);
    } else {
      rememberWith(view, photo.file, fields, body);
    }
  }

  /**
   * @param {Photo} photo
   * @param {HTMLElement} view
   * @param {Answer} body
   * @param {Asking} asking
   */
  finish(photo, view, body, asking) {
    this.keep(photo, view, body, asking);
    this.place.replaceChildren(view);
    this.shown = { view, fields: asking.fields };
    this.say("");
    view.focus({ preventScroll: true });
    view.scrollIntoView({ block: "start" });
  }

  /** Disables everything but “Another photo” while a photo is coloured. @param {boolean} resting */
  rest(resting) {
    if (!resting) this.work = null;
    this.form.classList.toggle("resting", resting);
    this.form.setAttribute("aria-busy", String(resting));
    this.start.disabled = resting || !this.photo;
    const selects = all(this.form, "select", HTMLSelectElement);
    for (const field of [this.image, this.camera, ...selects]) {
      field.disabled = resting;
    }
    if (resting) return;
    this.progress.hide();
    if (this.status.textContent.endsWith("…")) this.say("");
  }

  /** @param {unknown} thrown */
  fail(thrown) {
    this.say("");
    this.problem.show(asProblem(thrown), this.photo !== null);
  }

  /** Stops the work on the one photo, which stays chosen. */
  stop() {
    this.work?.abort();
    this.rest(false);
    this.say("Cancelled. Press “Add colour” to start again.");
    this.start.focus();
  }

  startOver() {
    this.forget();
    this.choice++;
    this.form.reset();
    this.reset.hidden = true;
    this.image.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** Resets everything, and cancels what is running. */
  forget() {
    this.work?.abort();
    if (this.work) this.rest(false);
    this.problem.hide();
    this.clear();
    if (this.photo) URL.revokeObjectURL(this.photo.url);
    this.photo = null;
    this.chosen.forget();
    this.start.disabled = true;
    this.image.value = "";
    this.camera.value = "";
    this.say("");
  }

  /** Removes the result, and frees its picture's memory. */
  clear() {
    const link = find(this.place, "[data-download]", HTMLAnchorElement);
    if (link) URL.revokeObjectURL(link.href);
    this.shown = null;
    this.place.replaceChildren();
  }

  /** @param {string} text */
  say(text) {
    // Said once: the status is read aloud whenever it is set.
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}
