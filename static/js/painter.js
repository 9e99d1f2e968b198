// Draws a result as it would be with another vividness and other hints, while these are chosen.
import { all } from "./dom.js";
import { bytes, contextOf, layer, picture, pixelsOf, stepOf } from "./drawing.js";
import { HintLayers } from "./hint-layers.js";
import { textOf } from "./hints.js";
import { lightness, prepare, recolor } from "./recolor.js";

/** @typedef {import("./hint-layers.js").Choice} Choice */
/** @typedef {import("./send.js").Answer} Answer */
/** @typedef {import("./recolor.js").Step} Step */
/**
 * How pixels are coloured: `amount` times the step is added to them; where `isGrey`, once their own
 * colours are gone.
 * @typedef {{ step: Step, amount: number, isGrey: boolean }} Paint
 * @typedef {{ after: HTMLImageElement, width: number, height: number, made: Choice, step: Step | null }} Result
 */

// What is coloured while something moves; the full size is done for the download.
const VIEW_PIXELS = 700_000;
// The side to which a photo and its result are made smaller to compare their lightness, and how far apart
// that may be in the mean, of 100.
const COMPARED = 64;
const ALIKE = 0.5;
// Of a network with one answer, which no vividness changes.
const NO_PLANE = { data: new Float32Array(1), width: 1, height: 1 };
const NO_STEP = { a: NO_PLANE, b: NO_PLANE };

/** Of an answer. @param {Answer} body @param {ParentNode} view of the canvases to draw upon */
export async function painterOf({ image, ab_step, width, height, vividness, hints, format }, view) {
  const [after, step] = await Promise.all([
    picture(URL.createObjectURL(new Blob([bytes(image)], { type: `image/${format}` }))),
    layer(ab_step),
  ]);
  const made = { vividness, hints: textOf(hints) };
  return new Painter({ after, width, height, made, step: stepOf(step) }, view);
}

export class Painter {
  /** @type {HintLayers | null} once there are hints to follow */
  layers = null;
  /** @type {ImageData | null} what is drawn */
  pixels = null;
  /** @type {Map<boolean, Float32Array>} of the pixels, without their colours and with them */
  kept = new Map();
  /** @type {Choice | null} what the next frame shows */
  wanted = null;

  /** @param {Result} result @param {ParentNode} view of the canvases to draw upon */
  constructor(result, view) {
    this.result = result;
    this.grey = result.after;
    this.canvases = all(view, "canvas[data-coloured]", HTMLCanvasElement);
    const scale = Math.min(1, Math.sqrt(VIEW_PIXELS / (result.width * result.height)));
    this.width = Math.max(1, Math.round(result.width * scale));
    this.height = Math.max(1, Math.round(result.height * scale));
    for (const canvas of this.canvases)
      Object.assign(canvas, { width: this.width, height: this.height });
  }

  /**
   * Follows hints from now on, where the network takes any.
   * @param {Answer} body
   * @param {string} [photo] the address of what was coloured, which is nearer to its lightness than a JPEG
   */
  async take({ hint_layers: told }, photo) {
    this.layers = told ? new HintLayers(told) : null;
    this.grey = await lightest(this.result.after, photo);
    this.kept.delete(true);
  }

  /** What is coloured. @param {boolean} isGrey see Paint */
  source(isGrey) {
    return isGrey ? this.grey : this.result.after;
  }

  /** @param {Choice} choice @returns {Paint} */
  paint(choice) {
    if (this.layers) return { step: this.layers.colours(choice), amount: 1, isGrey: true };
    const { made, step } = this.result;
    return { step: step ?? NO_STEP, amount: choice.vividness - made.vividness, isGrey: false };
  }

  /** At most once a frame. @param {Choice} choice */
  show(choice) {
    if (!this.wanted) requestAnimationFrame(() => this.draw());
    this.wanted = choice;
  }

  draw() {
    if (!this.wanted) return;
    const { step, amount, isGrey } = this.paint(this.wanted);
    this.wanted = null;
    const { width, height } = this;
    this.pixels ??= opaque(width, height);
    recolor(this.pixels.data, this.keep(isGrey), { width, height, top: 0 }, step, amount);
    for (const canvas of this.canvases) {
      contextOf(canvas).putImageData(this.pixels, 0, 0);
      canvas.hidden = false;
    }
  }

  /** @param {boolean} isGrey */
  keep(isGrey) {
    const { width, height } = this;
    const known = this.kept.get(isGrey);
    const kept = known ?? prepare(pixelsOf(this.source(isGrey), width, height).data, isGrey);
    this.kept.set(isGrey, kept);
    return kept;
  }
}

/** @param {number} width @param {number} height */
const opaque = (width, height) =>
  new ImageData(new Uint8ClampedArray(4 * width * height).fill(255), width, height);

/**
 * The photo, where browsers show it as light as the result is; or else the result. They do not where it
 * was turned or cropped, is a negative, had its contrast restored, or has colours that they read otherwise.
 * @param {HTMLImageElement} result
 * @param {string} [address]
 */
async function lightest(result, address) {
  const photo = address ? await picture(address).catch(() => null) : null;
  return photo && isAsLight(photo, result) ? photo : result;
}

/** @param {HTMLImageElement} photo @param {HTMLImageElement} result */
function isAsLight(photo, result) {
  const { naturalWidth: width, naturalHeight: height } = result;
  if (photo.naturalWidth !== width || photo.naturalHeight !== height) return false;
  const [one, other] = [photo, result].map((image) =>
    lightness(pixelsOf(image, COMPARED, COMPARED).data),
  );
  const apart = one.reduce((sum, light, n) => sum + Math.abs(light - other[n]), 0);
  return apart / one.length < ALIKE;
}
