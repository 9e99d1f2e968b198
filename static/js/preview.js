// What other colours, or other options, would make of a saved picture, before it is asked for.
import { all, attribute, find, need } from "./dom.js";
import { percent } from "./drawing.js";
import { startHints } from "./hint-start.js";
import { painterOf } from "./painter.js";
import { isSame } from "./result.js";
import { send } from "./send.js";

/** @typedef {import("./painter.js").Painter} Painter */
/** @typedef {(step: import("./progress.js").Step) => void} Progress */

/** @param {ParentNode} root */
export function startPreview(root) {
  const form = find(root, "[data-recolor]", HTMLFormElement);
  if (form) new Preview(form, need(root, ".result", HTMLElement)).listen();
}

class Preview {
  /** @type {Promise<Painter> | null} draws, once it can */
  painter = null;
  /** @type {Painter | null} the same, once it can */
  ready = null;
  /** @type {ReturnType<typeof startHints>} */
  corrections = null;
  /** whether hints are to be followed, whose layers are large */
  hasHints = false;

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} view of the pictures before and after
   */
  constructor(form, view) {
    this.form = form;
    this.view = view;
    this.slider = need(form, "[name=vividness]", HTMLInputElement);
    this.hints = need(form, "[name=hints]", HTMLInputElement);
    this.output = need(form, "output", HTMLOutputElement);
    this.status = need(form, "[data-recolor-status]", HTMLElement);
    this.saved = { ...this.choice() };
    this.tell();
  }

  listen() {
    document.addEventListener("submit", ({ target }) => {
      if (target instanceof HTMLFormElement) this.carry(target);
    });
    for (const field of [this.slider, this.hints]) {
      field.addEventListener("input", () => this.show());
    }
    for (const choice of all(this.form, "select", HTMLSelectElement)) {
      choice.addEventListener("change", () => {
        if (choice.name === "network") this.offerHints(choice);
        this.painter = null;
        this.corrections?.forget();
        this.show();
      });
    }
    const { width, height } = need(this.view, "[data-after] img", HTMLImageElement);
    this.corrections = startHints(this.view, {
      field: this.hints,
      width,
      height,
      vividness: () => this.choice().vividness,
      painter: () => this.ready,
      fetch: (progress) => this.fetchLayers(progress),
      without: (isWithout) => this.show(isWithout ? "" : this.hints.value),
    });
  }

  /** To networks that take some. @param {HTMLSelectElement} network */
  offerHints({ selectedOptions: [chosen] }) {
    need(this.view, "[data-correctable]", HTMLElement).hidden = !("takesHints" in chosen.dataset);
  }

  /** Colours that are not saved yet go along into a version of another shape. @param {HTMLFormElement} form */
  carry(form) {
    const now = this.choice();
    if (form === this.form || form.action !== this.form.action || isSame(now, this.saved)) return;
    const shown = need(document, "[name=hints_of]", HTMLInputElement).value;
    const values = { hints_of: shown, hints: now.hints, vividness: String(now.vividness) };
    for (const [name, value] of Object.entries(values)) {
      const field =
        find(form, `[name=${name}]`, HTMLInputElement) ?? form.appendChild(hidden(name));
      field.value = value;
    }
  }

  tell() {
    this.output.value = percent(this.slider.valueAsNumber);
  }

  /** @param {Progress} progress */
  async fetchLayers(progress) {
    this.hasHints = true;
    this.painter = this.prepare(progress);
    this.painter.catch(() => {
      this.painter = null;
      this.hasHints = false;
    });
    (await this.painter).show(this.choice());
  }

  choice(hints = this.hints.value) {
    return { vividness: this.slider.valueAsNumber, hints };
  }

  async show(hints = this.hints.value) {
    this.tell();
    this.painter ??= this.prepare();
    const { painter } = this;
    try {
      const ready = await painter;
      if (this.painter === painter) ready.show(this.choice(hints));
    } catch {
      this.status.textContent = "No preview at the moment. You can still save a new version.";
    }
  }

  /** @param {Progress} [progress] */
  async prepare(progress) {
    this.status.textContent = "Preparing the preview …";
    const body = await this.ask(progress);
    const painter = await painterOf(body, this.view);
    this.status.textContent = "This is a preview. Save it as a new version to keep it.";
    await painter.take(body);
    this.ready = painter;
    return painter;
  }

  /** The server makes it of the stored original, and keeps nothing. @param {Progress} [progress] */
  ask(progress) {
    const fields = new FormData(this.form);
    fields.set("layers", this.hasHints ? "hints" : "true");
    return send(attribute(this.form, "data-preview"), fields, { progress });
  }
}

/** @param {string} name */
const hidden = (name) => Object.assign(document.createElement("input"), { type: "hidden", name });
