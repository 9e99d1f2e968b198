// Pictures from the endpoint's answer, and what another vividness makes of them while a slider moves.
import { need } from "./dom.js";
import { prepare, recolor } from "./recolor.js";

/** @typedef {import("./recolor.js").Step} Step */

// What is recoloured while the slider moves; the full size is done for the download.
const VIEW_PIXELS = 1_000_000;

/** @param {number} share 0..1 */
export const percent = (share) => `${Math.round(share * 100)} %`;

/** @param {string} base64 */
export const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** @param {string | null} base64 a PNG; null where the network has no such layer */
export const layer = async (base64) =>
  base64 === null ? null : picture(`data:image/png;base64,${base64}`);

/**
 * The address of the picture that a result is compared with; undefined where the photo itself will do.
 * @param {{ before?: string }} body
 */
export const pictureBefore = ({ before }) => before && `data:image/jpeg;base64,${before}`;

/** The picture, decoded. @param {string} url */
export async function picture(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/**
 * @param {HTMLImageElement} image
 * @param {number} width
 * @param {number} height
 */
export function pixelsOf(image, width = image.naturalWidth, height = image.naturalHeight) {
  return drawn(image, width, height).getImageData(0, 0, width, height);
}

/**
 * The picture on a canvas of its own.
 * @param {HTMLImageElement} image
 * @param {number} width
 * @param {number} height
 */
export function drawn(image, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = contextOf(canvas, { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @throws {Error} where the device has no room for it
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("The picture is too large for this device.");
  return context;
}

/**
 * Draws the picture with an amount added, at most once a frame.
 * @param {{ body: { width: number, height: number }, after: HTMLImageElement, step: Step,
 *   view: ParentNode }} result
 * @returns {(amount: number) => void}
 */
export function follower({ body, after, step, view }) {
  const canvas = need(view, "[data-recolored]", HTMLCanvasElement);
  const scale = Math.min(1, Math.sqrt(VIEW_PIXELS / (body.width * body.height)));
  const width = Math.max(1, Math.round(body.width * scale));
  const height = Math.max(1, Math.round(body.height * scale));
  Object.assign(canvas, { width, height });
  const context = contextOf(canvas);
  /** @type {ImageData | null} */
  let pixels = null;
  /** @type {Float32Array | null} */
  let kept = null;
  let wanted = 0;
  let isDrawing = false;
  const draw = () => {
    isDrawing = false;
    pixels ??= pixelsOf(after, width, height);
    kept ??= prepare(pixels.data, { width, height, top: 0 }, step);
    recolor(pixels.data, kept, wanted);
    context.putImageData(pixels, 0, 0);
    canvas.hidden = false;
  };
  return (amount) => {
    if (!isDrawing) requestAnimationFrame(draw);
    isDrawing = true;
    wanted = amount;
  };
}
