// The one photo that was chosen: how the form shows it, and what is sent with it.
import { CropEditor } from "./crop-editor.js";
import { need } from "./dom.js";
import { attach } from "./sidecars.js";

/** @typedef {import("./checks.js").Size} Size */
/** @typedef {{ file: File, sidecar?: File, url: string } & Size} Photo one that has loaded here */

/** Its preview, its name, and the editor of its shape. */
export class Chosen {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.preview = need(form, "[data-preview]", HTMLImageElement);
    this.label = need(form, "[data-name]", HTMLElement);
    this.unseen = need(form, "[data-unseen]", HTMLElement);
    this.shape = need(form, "[data-shape]", HTMLElement);
    this.editor = new CropEditor(need(form, "[data-crop-editor]", HTMLElement));
    this.shape.hidden = true; // until there is a photo to see
  }

  /** @param {string} text */
  name(text) {
    this.label.textContent = text;
  }

  /** @param {Photo} photo @param {Size} size */
  show({ url }, { width, height }) {
    if (url) Object.assign(this.preview, { src: url, width, height });
    this.preview.hidden = !url;
    this.unseen.hidden = Boolean(url);
    this.shape.hidden = false;
    this.editor.load(url);
  }

  forget() {
    this.preview.removeAttribute("src");
    this.preview.hidden = true;
    this.unseen.hidden = true;
    this.shape.hidden = true;
    this.editor.forget();
    this.name("");
  }
}

/**
 * The form's fields, read before they are disabled: disabled fields send nothing.
 * @param {HTMLFormElement} form
 */
export function fieldsOf(form) {
  const fields = new FormData(form);
  fields.delete("vividness");
  return fields;
}

/**
 * @param {HTMLFormElement} form
 * @param {Photo} photo
 * @param {Record<string, string>} extra
 */
export function photoFields(form, { file, sidecar }, extra) {
  const fields = fieldsOf(form);
  attach(fields, file, sidecar);
  return changed(fields, extra);
}

/** A copy with other values. @param {FormData} fields @param {Record<string, string>} extra */
export function changed(fields, extra) {
  const copy = new FormData();
  for (const [name, value] of fields) copy.append(name, value);
  for (const [name, value] of Object.entries(extra)) copy.set(name, value);
  return copy;
}
