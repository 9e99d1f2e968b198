// Pictures from the endpoint's answer, and their pixels.

/** @typedef {import("./recolor.js").Step} Step */

// What no change is in a picture of what vividness adds.
const MIDDLE = 128;

/** @param {number} share 0..1 */
export const percent = (share) => `${Math.round(share * 100)}%`;

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
 * What a step of 1 in vividness adds, from its picture; null where the network has one answer.
 * @param {HTMLImageElement | null} image red is a + 128, green is b + 128
 * @returns {Step | null}
 */
export function stepOf(image) {
  if (!image) return null;
  const { data, width, height } = pixelsOf(image);
  const [a, b] = [0, 1].map((channel) => ({
    data: Float32Array.from({ length: width * height }, (_, n) => data[4 * n + channel] - MIDDLE),
    width,
    height,
  }));
  return { a, b };
}
