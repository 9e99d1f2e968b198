// The Colorizer tab: choose, look, colorize, and start over at any time.
import { examine, problem as makeProblem } from "./checks.js";
import { amend, offerClaim, remember } from "./claim.js";
import { showResult } from "./result.js";
import { startSaving } from "./saving.js";
import { send } from "./send.js";

/** @param {ParentNode} root the page, or a panel that has just come */
export function startColorizer(root) {
  const form = root.querySelector("#colorizer");
  if (form) new Colorizer(form).listen();
  if (form?.dataset.person) offerClaim(root, form);
}

class Colorizer {
  /** @type {{file: File, url: string} | null} the photo that has loaded here */
  photo = null;
  /** @type {AbortController | null} of the work under way */
  work = null;
  /** counts choices, so that a slow look at one file does not overtake the next */
  choice = 0;

  constructor(form) {
    this.form = form;
    this.panel = form.closest("[data-panel]");
    for (const name of ["problem", "message", "help", "retry", "preview", "name", "start", "reset"]) {
      this[name] = form.querySelector(`[data-${name}]`);
    }
    this.drop = form.querySelector("[data-drop]");
    this.progress = form.querySelector("[data-progress]");
    this.status = form.querySelector("[data-status]");
    this.place = this.panel.querySelector("[data-result]");
    this.endpoint = form.dataset.endpoint;
    this.image = form.elements.image;
    this.camera = form.querySelector("#camera");
  }

  listen() {
    this.image.value = "";
    this.start.disabled = true;
    this.form.noValidate = true; // the photo may have been dropped or pasted
    this.form.addEventListener("submit", (event) => this.submit(event));
    for (const input of [this.image, this.camera]) {
      input.addEventListener("change", () => input.files[0] && this.choose(input.files[0]));
    }
    this.panel.addEventListener("click", (event) => {
      if (event.target.closest("[data-reset]")) this.startOver();
    });
    this.retry.addEventListener("click", () => this.form.requestSubmit());
    this.listenForDrops();
    document.addEventListener("paste", (event) => this.take(event.clipboardData, event));
  }

  listenForDrops() {
    const over = (event) => {
      event.preventDefault();
      this.drop.classList.toggle("over", event.type === "dragover" && this.open());
    };
    for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, over);
    document.addEventListener("drop", (event) => this.take(event.dataTransfer, event));
  }

  /** Whether a photo may come: this tab is in front and nothing is under way. */
  open() {
    return !this.panel.hidden && !this.work;
  }

  take(transfer, event) {
    const file = transfer?.files[0];
    if (!file || !this.open()) return;
    event.preventDefault();
    this.choose(file);
  }

  async choose(file) {
    this.forget();
    const choice = ++this.choice;
    this.reset.hidden = false;
    this.name.textContent = file.name;
    this.say("Looking at the photo …");
    try {
      const looked = await examine(file);
      if (choice !== this.choice) URL.revokeObjectURL(looked.url);
      else this.show(file, looked);
    } catch (error) {
      if (choice === this.choice) this.fail(error);
    }
  }

  show(file, { url, width, height }) {
    this.photo = { file, url };
    Object.assign(this.preview, { src: url, width, height, hidden: false });
    this.start.disabled = false;
    this.say("Ready. Press Colorize.");
  }

  async submit(event) {
    event.preventDefault();
    if (!this.photo || this.work) return;
    this.hideProblem();
    this.clear();
    const work = (this.work = new AbortController());
    const fields = this.fields({ layers: "true" });
    this.rest(true);
    try {
      const progress = (share) => this.showProgress(share);
      const body = await send(this.endpoint, fields, { signal: work.signal, progress });
      const again = (vividness) => this.again(vividness);
      const view = await showResult(body, this.photo.url, (text) => this.say(text), again);
      if (!work.signal.aborted) this.finish(view, body, fields);
    } catch (error) {
      if (!work.signal.aborted) this.fail(error);
    } finally {
      if (this.work === work) this.rest(false);
    }
  }

  /** What the endpoint is sent; taken before the fields rest, for resting fields send nothing. */
  fields(extra) {
    const fields = new FormData(this.form);
    fields.delete("vividness");
    fields.set("image", this.photo.file, this.photo.file.name);
    for (const [name, value] of Object.entries(extra)) fields.set(name, value);
    return fields;
  }

  /** The endpoint's answer at another vividness, for devices too small to make the picture. */
  again(vividness, save = "never") {
    return send(this.endpoint, this.fields({ vividness, save }));
  }

  /** In the gallery; visitors' in this browser, until they log in. */
  async keep(view, body, fields) {
    if (this.form.dataset.person) {
      startSaving(view, body, (vividness) => this.again(vividness, "once"), fields);
      return;
    }
    const claim = await remember(this.photo.file, fields, body);
    const slider = view.querySelector("#vividness-slider");
    slider.addEventListener("change", () => amend(claim, slider.valueAsNumber));
  }

  finish(view, body, fields) {
    this.keep(view, body, fields);
    this.place.replaceChildren(view);
    this.say("");
    view.focus({ preventScroll: true });
    view.scrollIntoView({ block: "start" });
  }

  /** While a photo is under way everything rests but Upload new. */
  rest(resting) {
    if (!resting) this.work = null;
    this.form.classList.toggle("resting", resting);
    this.form.setAttribute("aria-busy", resting);
    this.start.disabled = resting || !this.photo;
    for (const field of [this.image, this.camera, ...this.form.querySelectorAll("select")]) {
      field.disabled = resting;
    }
    this.progress.hidden = !resting;
    if (resting) {
      this.showProgress(0);
      this.status.scrollIntoView({ block: "nearest" });
    } else if (this.status.textContent.endsWith("…")) this.say("");
  }

  showProgress(share) {
    const bar = this.progress.firstElementChild;
    if (share === null || share === 1) bar.removeAttribute("value");
    else bar.value = share;
    this.say(bar.hasAttribute("value") ? "Sending the photo …" : "Colouring the photo …");
  }

  fail(error) {
    const told = error.code ? error : makeProblem("internal_error");
    this.message.textContent = told.message;
    this.help.href = `${this.form.dataset.faq}#${told.code}`;
    this.problem.hidden = false;
    this.say("");
    this.offerRetry(told);
    this.problem.focus();
  }

  /** Once more, where the photo is good and the time is not; after the wait that was asked for. */
  offerRetry({ code, retryAfter }) {
    const worth = ["busy", "offline", "rate_limited", "internal_error", "network_unavailable"];
    this.retry.hidden = !this.photo || !worth.includes(code);
    let left = this.retry.hidden ? 0 : (retryAfter ?? 0);
    const tick = () => {
      this.retry.disabled = left > 0;
      this.retry.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
      if (left-- > 0) this.timer = setTimeout(tick, 1000);
    };
    tick();
  }

  hideProblem() {
    clearTimeout(this.timer);
    this.problem.hidden = true;
  }

  startOver() {
    this.forget();
    this.choice++;
    this.form.reset();
    this.reset.hidden = true;
    this.image.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** Back to nothing chosen, whatever was under way. */
  forget() {
    this.work?.abort();
    if (this.work) this.rest(false);
    this.hideProblem();
    this.clear();
    if (this.photo) URL.revokeObjectURL(this.photo.url);
    this.photo = null;
    this.preview.removeAttribute("src");
    this.preview.hidden = true;
    this.name.textContent = "";
    this.start.disabled = true;
    this.image.value = this.camera.value = "";
    this.say("");
  }

  /** Takes the result away, and its picture out of the browser's memory. */
  clear() {
    const link = this.place.querySelector("[data-download]");
    if (link) URL.revokeObjectURL(link.href);
    this.place.replaceChildren();
  }

  say(text) {
    this.status.textContent = text;
  }
}
