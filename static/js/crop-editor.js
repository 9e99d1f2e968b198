// Crop, turn and straighten a photo on its picture; see templates/includes/_crop.html.
//
// The fields of the form say what is chosen, and work without this. The editor draws what they say,
// and writes into them. Its handles are buttons: mouse and fingers drag them, arrow keys move them.
import { arrowStep } from "./arrows.js";
import { dragged, frameOf, largestInside, textOf, turned, WHOLE } from "./crop-frame.js";
import { around, attribute, find, need } from "./dom.js";
import { contextOf, picture } from "./drawing.js";

/** @typedef {import("./crop-frame.js").Frame} Frame */
/** @typedef {import("./crop-frame.js").Edge} Edge */
/** @typedef {{ handle: HTMLElement, x: number, y: number, frame: Frame }} Drag where it began */

// The longest side of the drawing, in pixels.
const SIDE = 1024;
// Percent for a press of an arrow key, without and with Shift.
const STEP = 0.5;
const LONG_STEP = 5;

/** @param {ParentNode} root */
export function startCropEditor(root) {
  const view = find(root, "[data-crop-editor][data-source]", HTMLElement);
  if (view) new CropEditor(view).load(attribute(view, "data-source"));
}

export class CropEditor {
  /** @type {HTMLImageElement | null} the photo, once it has loaded */
  image = null;
  /** @type {Drag | null} */
  drag = null;
  /** counts photos, so that a slow one does not replace the next */
  choice = 0;

  /** @param {HTMLElement} view */
  constructor(view) {
    this.view = view;
    this.turn = need(view, "[name=turn]", HTMLSelectElement);
    this.straighten = need(view, "[name=straighten]", HTMLInputElement);
    this.slider = need(view, "[data-slider]", HTMLInputElement);
    this.crop = need(view, "[name=crop]", HTMLInputElement);
    this.area = need(view, "[data-area]", HTMLElement);
    this.canvas = need(this.area, "canvas", HTMLCanvasElement);
    this.status = need(view, "[data-kept]", HTMLElement);
    this.listenToFields();
    this.listenToHandles();
  }

  listenToFields() {
    this.view.addEventListener("input", ({ target }) => {
      if (target === this.slider) this.straighten.value = this.slider.value;
      this.area.classList.toggle("straightening", target === this.slider);
      this.draw();
    });
    this.view.addEventListener("change", () => {
      this.area.classList.remove("straightening");
      this.draw();
    });
    this.view.addEventListener("click", (event) => {
      const button = around(event, "[data-turn]", HTMLElement);
      if (button) this.turnBy(Number(attribute(button, "data-turn")));
      if (around(event, "[data-undo]", HTMLElement)) this.reset();
    });
  }

  listenToHandles() {
    const { area } = this;
    area.addEventListener("pointerdown", (event) => this.grab(event));
    area.addEventListener("pointermove", (event) => this.follow(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      area.addEventListener(end, () => this.letGo());
    }
    area.addEventListener("dragstart", (event) => event.preventDefault());
    area.addEventListener("keydown", (event) => this.press(event));
  }

  /**
   * Shows a photo. Where it cannot be shown, the fields stay.
   * @param {string} url
   */
  async load(url) {
    const choice = ++this.choice;
    const image = url ? await picture(url).catch(() => null) : null;
    if (choice !== this.choice) return;
    this.image = image;
    this.view.classList.toggle("ready", image !== null);
    this.draw();
  }

  /** Back to what the form said at first, without a photo. */
  forget() {
    this.choice++;
    this.image = null;
    this.view.classList.remove("ready");
    for (const option of this.turn.options) option.selected = option.defaultSelected;
    this.straighten.value = this.straighten.defaultValue;
    this.crop.value = this.crop.defaultValue;
  }

  /** Neither turned nor straightened nor cropped. */
  reset() {
    this.turn.value = "0";
    this.straighten.value = "0";
    this.set(WHOLE);
    this.tell();
  }

  /** @param {number} degrees 90 or -90 */
  turnBy(degrees) {
    this.turn.value = String((Number(this.turn.value) + degrees + 360) % 360);
    this.set(turned(this.frame(), degrees));
  }

  frame() {
    return frameOf(this.crop.value);
  }

  /** @param {Frame} frame */
  set(frame) {
    this.crop.value = textOf(frame);
    this.draw();
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const handle = around(event, "[data-edges]", HTMLElement);
    if (!handle || event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    this.drag = { handle, x: event.clientX, y: event.clientY, frame: this.frame() };
  }

  /** @param {PointerEvent} event */
  follow({ clientX, clientY }) {
    if (!this.drag) return;
    const { width, height } = this.area.getBoundingClientRect();
    const { handle, x, y, frame } = this.drag;
    const across = (100 * (clientX - x)) / width;
    this.set(dragged(frame, edgesOf(handle), across, (100 * (clientY - y)) / height));
  }

  letGo() {
    if (this.drag) this.tell();
    this.drag = null;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const handle = around(event, "[data-edges]", HTMLElement);
    const step = arrowStep(event, STEP, LONG_STEP);
    if (!handle || !step) return;
    event.preventDefault();
    this.set(dragged(this.frame(), edgesOf(handle), ...step));
    this.tell();
  }

  /** For screen readers too, hence not while a handle is dragged. */
  tell() {
    const { left, top, right, bottom } = this.frame();
    const [width, height] = [right - left, bottom - top].map((share) => Math.round(share));
    this.status.textContent = `Keeps ${width}% of the width and ${height}% of the height.`;
  }

  draw() {
    this.slider.value = this.straighten.value;
    for (const [edge, at] of Object.entries(this.frame())) {
      this.area.style.setProperty(`--${edge}`, `${at}%`);
    }
    this.area.classList.toggle("whole", !this.crop.value.trim());
    if (this.image) this.drawPhoto(this.image);
  }

  /** @param {HTMLImageElement} image */
  drawPhoto(image) {
    const { naturalWidth: width, naturalHeight: height } = image;
    const [turn, tilt] = [Number(this.turn.value), this.straighten.valueAsNumber || 0];
    const inside =
      turn % 180 ? largestInside(height, width, tilt) : largestInside(width, height, tilt);
    const scale = SIDE / Math.max(width, height);
    this.canvas.width = Math.max(1, Math.round(inside.width * scale));
    this.canvas.height = Math.max(1, Math.round(inside.height * scale));
    const context = contextOf(this.canvas);
    context.translate(this.canvas.width / 2, this.canvas.height / 2);
    context.rotate(((turn + tilt) * Math.PI) / 180);
    context.scale(scale, scale);
    context.drawImage(image, -width / 2, -height / 2);
  }
}

/** @param {HTMLElement} handle @returns {Edge[]} none for the one that moves the whole frame */
function edgesOf(handle) {
  const words = attribute(handle, "data-edges").split(" ");
  return /** @type {Edge[]} */ (words.filter((word) => word in WHOLE));
}
