// What another vividness, or another choice, would make of a saved picture, before it is asked for.
import { all, attribute, find, need } from "./dom.js";
import { bytes, follower, layer, percent, picture, pixelsOf } from "./drawing.js";
import { send } from "./send.js";

// The step of a network with one answer: whatever is chosen, nothing changes.
const NO_STEP = { data: [128, 128], width: 1, height: 1 };

/** @param {ParentNode} root */
export function startPreview(root) {
  const form = find(root, "[data-recolor]", HTMLFormElement);
  if (form) new Preview(form, need(root, "before-after", HTMLElement)).listen();
}

class Preview {
  /** @type {Promise<(vividness: number) => void> | null} draws, once it can */
  drawing = null;

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} view of the pictures before and after
   */
  constructor(form, view) {
    this.form = form;
    this.view = view;
    this.slider = need(form, "[name=vividness]", HTMLInputElement);
    this.output = need(form, "output", HTMLOutputElement);
    this.status = need(form, "[data-recolor-status]", HTMLElement);
    this.tell();
  }

  listen() {
    this.slider.addEventListener("input", () => this.show());
    for (const choice of all(this.form, "select", HTMLSelectElement)) {
      choice.addEventListener("change", () => {
        this.drawing = null;
        this.show();
      });
    }
  }

  tell() {
    this.output.value = percent(this.slider.valueAsNumber);
  }

  async show() {
    this.tell();
    this.drawing ??= this.prepare();
    const drawing = this.drawing;
    try {
      const draw = await drawing;
      if (this.drawing === drawing) draw(this.slider.valueAsNumber);
    } catch {
      this.status.textContent = "No preview at the moment. You can still save a new version.";
    }
  }

  async prepare() {
    this.status.textContent = "Preparing the preview …";
    const body = await this.ask();
    const after = await picture(URL.createObjectURL(new Blob([bytes(body.image)])));
    const step = await layer(body.ab_step);
    this.status.textContent = "This is a preview. Save it as a new version to keep it.";
    const follow = follower({
      body,
      after,
      step: step ? pixelsOf(step) : NO_STEP,
      view: this.view,
    });
    return (/** @type {number} */ vividness) => follow(vividness - body.vividness);
  }

  /** The endpoint's answer for the original, which keeps nothing. */
  async ask() {
    const original = await fetch(attribute(this.form, "data-original"));
    const fields = new FormData(this.form);
    fields.set("image", await original.blob(), "original");
    fields.set("layers", "true");
    fields.set("save", "never");
    return send(attribute(this.form, "data-endpoint"), fields);
  }
}
