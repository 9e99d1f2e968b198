// The Colorizer tab: choose, look, colorize, and start over at any time.
import { examine, problem as makeProblem } from "./checks.js";
import { amend, offerClaim, remember } from "./claim.js";
import { Queue } from "./queue.js";
import { showResult } from "./result.js";
import { startSaving } from "./saving.js";
import { PASSING, send } from "./send.js";

/** @param {ParentNode} root the page, or a panel that has just come */
export function startColorizer(root) {
  const form = root.querySelector("#colorizer");
  if (form) new Colorizer(form).listen();
  if (form?.dataset.person) offerClaim(root, form);
}

class Colorizer {
  /** @type {{file: File, url: string} | null} the photo that has loaded here */
  photo = null;
  /** @type {Queue | null} instead, where several were chosen */
  queue = null;
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
    this.image.multiple = true; // the form alone takes one
    this.start.disabled = true;
    this.form.noValidate = true; // the photo may have been dropped or pasted
    this.form.addEventListener("submit", (event) => this.submit(event));
    for (const input of [this.image, this.camera]) {
      input.addEventListener("change", () => this.choose([...input.files]));
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
    const files = [...(transfer?.files ?? [])];
    if (!files.length || !this.open()) return;
    event.preventDefault();
    this.choose(files);
  }

  choose(files) {
    if (!files.length) return;
    this.forget();
    this.choice++;
    this.reset.hidden = false;
    if (files.length === 1) this.chooseOne(files[0]);
    else this.chooseMany(files);
  }

  chooseMany(files) {
    this.queue = new Queue(files);
    this.place.replaceChildren(this.queue.view);
    this.name.textContent = `${files.length} photos`;
    this.start.disabled = false;
    this.say("Ready. Press Colorize.");
  }

  async chooseOne(file) {
    const choice = this.choice;
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
    if (this.work) return;
    if (this.queue) await this.colorizeMany();
    else if (this.photo) await this.colorizeOne();
  }

  async colorizeMany() {
    const work = (this.work = new AbortController());
    const fields = this.fields();
    this.rest(true);
    this.queue.view.scrollIntoView({ block: "nearest" });
    await this.queue.run(this.endpoint, fields, work, (text) => this.work === work && this.say(text));
    if (this.work !== work) return; // started over meanwhile
    this.rest(false);
    this.queue.view.focus({ preventScroll: true });
  }

  async colorizeOne() {
    this.hideProblem();
    this.clear();
    const work = (this.work = new AbortController());
    const fields = this.photoFields({ layers: "true" });
    this.rest(true);
    this.progress.hidden = false;
    this.showProgress(0);
    this.status.scrollIntoView({ block: "nearest" });
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
  fields() {
    const fields = new FormData(this.form);
    fields.delete("vividness");
    return fields;
  }

  photoFields(extra) {
    const fields = this.fields();
    fields.set("image", this.photo.file, this.photo.file.name);
    for (const [name, value] of Object.entries(extra)) fields.set(name, value);
    return fields;
  }

  /** The endpoint's answer at another vividness, for devices too small to make the picture. */
  again(vividness, save = "never") {
    return send(this.endpoint, this.photoFields({ vividness, save }));
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

  /** While a photo is under way everything rests but “Another photo”. */
  rest(resting) {
    if (!resting) this.work = null;
    this.form.classList.toggle("resting", resting);
    this.form.setAttribute("aria-busy", resting);
    this.start.disabled = resting || !(this.photo || this.queue?.left.length);
    for (const field of [this.image, this.camera, ...this.form.querySelectorAll("select")]) {
      field.disabled = resting;
    }
    if (resting) return;
    this.progress.hidden = true;
    if (this.status.textContent.endsWith("…")) this.say("");
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
    this.retry.hidden = !this.photo || !PASSING.includes(code);
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
    this.queue?.close();
    this.queue = null;
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
