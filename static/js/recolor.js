// Changes the colours of a picture in the browser: L stays, a and b move (CIE 1976, D65).
import { encoded, toF as exactF, fromF, linear, WHITE } from "./lab.js";
import { mixRow, positions } from "./resample.js";

/** @typedef {import("./resample.js").Plane} Plane */
/**
 * What a step of 1 adds to a and b, in Lab units; enlarged linearly.
 * @typedef {{ a: Plane, b: Plane }} Step
 *
 * Rows of a picture from `top` on; `width` and `height`: of all of it.
 * @typedef {{ width: number, height: number, top: number }} Rows
 */

const [WHITE_X, , WHITE_Z] = WHITE;
const LINEAR = Float32Array.from({ length: 256 }, (_, n) => linear(n / 255));
const STEPS = 8192;
const GAMMA = Uint8ClampedArray.from({ length: STEPS + 1 }, (_, n) => 255 * encoded(n / STEPS));

// Cube roots would take most of the time, so the curve from 0 to 1 is read from a table, which is off
// by at most 0.03 in a or b. White may be slightly above 1.
const CURVE_STEPS = 1 << 16;
const CURVE = Float32Array.from({ length: CURVE_STEPS + 64 }, (_, n) => exactF(n / CURVE_STEPS));

/** @param {number} t */
const toF = (t) => CURVE[(t * CURVE_STEPS + 0.5) | 0];
/** @param {number} c */
const encode = (c) => {
  if (c <= 0) return GAMMA[0];
  return GAMMA[c >= 1 ? STEPS : (c * STEPS + 0.5) | 0];
};

/** @param {Uint8ClampedArray} pixels RGBA @param {number} at where the pixel begins */
const luminance = (pixels, at) =>
  0.2126729 * LINEAR[pixels[at]] +
  0.7151522 * LINEAR[pixels[at + 1]] +
  0.072175 * LINEAR[pixels[at + 2]];

/** L of pixels. @param {Uint8ClampedArray} pixels RGBA */
export const lightness = (pixels) =>
  Float32Array.from(
    { length: pixels.length / 4 },
    (_, n) => 116 * toF(luminance(pixels, 4 * n)) - 16,
  );

// What is kept of each pixel: Y, fX and fZ.
const KEPT = 3;

/**
 * What is kept of pixels for any change, so that it can follow a slider.
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {boolean} [isGrey] without their colours, to be given others
 * @returns {Float32Array}
 */
export function prepare(pixels, isGrey = false) {
  const kept = new Float32Array((KEPT * pixels.length) / 4);
  for (let n = 0, at = 0; n < kept.length; n += KEPT, at += 4) {
    const R = LINEAR[pixels[at]];
    const G = LINEAR[pixels[at + 1]];
    const B = LINEAR[pixels[at + 2]];
    const Y = 0.2126729 * R + 0.7151522 * G + 0.072175 * B;
    kept[n] = Y;
    kept[n + 1] = toF(isGrey ? Y : (0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / WHITE_X);
    kept[n + 2] = toF(isGrey ? Y : (0.0193339 * R + 0.119192 * G + 0.9503041 * B) / WHITE_Z);
  }
  return kept;
}

/**
 * Writes the prepared rows with `amount` times the step added to a and b.
 * @param {Uint8ClampedArray} pixels RGBA of the same rows
 * @param {Float32Array} kept
 * @param {Rows} rows
 * @param {Step} step
 * @param {number} amount
 */
export function recolor(pixels, kept, { width, height, top }, { a, b }, amount) {
  const down = positions(height, a.height);
  const across = positions(width, a.width);
  const [alongA, alongB] = [new Float32Array(a.width), new Float32Array(a.width)];
  for (let y = top, n = 0; n < kept.length; y++, n += KEPT * width) {
    mixRow(a, down, y, alongA);
    mixRow(b, down, y, alongB);
    for (let x = 0; x < a.width; x++) {
      alongA[x] *= amount / 500;
      alongB[x] *= amount / -200;
    }
    recolorRow(pixels, kept, n, across, alongA, alongB);
  }
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {Float32Array} kept
 * @param {number} start where the row begins in `kept`
 * @param {import("./resample.js").Positions} across
 * @param {Float32Array} stepX what is added to fX along the row, at the step's own width
 * @param {Float32Array} stepZ
 */
function recolorRow(pixels, kept, start, { low, high, weight }, stepX, stepZ) {
  for (let x = 0, n = start, at = (4 * start) / KEPT; x < low.length; x++, n += KEPT, at += 4) {
    const left = low[x];
    const right = high[x];
    const share = weight[x];
    const Y = kept[n];
    const fX = kept[n + 1] + stepX[left] + share * (stepX[right] - stepX[left]);
    const fZ = kept[n + 2] + stepZ[left] + share * (stepZ[right] - stepZ[left]);
    const X = fromF(fX) * WHITE_X;
    const Z = fromF(fZ) * WHITE_Z;
    pixels[at] = encode(3.2404542 * X - 1.5371385 * Y - 0.4985314 * Z);
    pixels[at + 1] = encode(-0.969266 * X + 1.8760108 * Y + 0.041556 * Z);
    pixels[at + 2] = encode(0.0556434 * X - 0.2040259 * Y + 1.0572252 * Z);
  }
}
