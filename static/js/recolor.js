// Changes the vividness of a picture in the browser: L stays, a and b move.

/**
 * What a step of 1 in vividness adds, as RGBA: red is a + 128, green is b + 128; enlarged linearly.
 * @typedef {{ data: ArrayLike<number>, width: number, height: number }} Step
 *
 * For each pixel, its two neighbours in the step, and the weight of the second one.
 * @typedef {{ low: Int32Array, high: Int32Array, weight: Float32Array }} Columns
 * @typedef {{ low: number, high: number, weight: number }} Position
 */

const WHITE_X = 0.95047;
const WHITE_Z = 1.08883;
const EDGE = 6 / 29;
const LINEAR = Float32Array.from({ length: 256 }, (_, n) => {
  const c = n / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});
const STEPS = 8192;
const GAMMA = Uint8ClampedArray.from({ length: STEPS + 1 }, (_, n) => {
  const c = n / STEPS;
  return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
});

// Cube roots would take most of the time, so the curve from 0 to 1 is read from a table, which is off
// by at most 0.03 in a or b. White may be slightly above 1.
const CURVE_STEPS = 1 << 16;
const CURVE = Float32Array.from({ length: CURVE_STEPS + 64 }, (_, n) => {
  const t = n / CURVE_STEPS;
  return t > EDGE ** 3 ? Math.cbrt(t) : t / (3 * EDGE * EDGE) + 4 / 29;
});

/** @param {number} t */
const toF = (t) => CURVE[(t * CURVE_STEPS + 0.5) | 0];
/** @param {number} f */
const fromF = (f) => (f > EDGE ? f * f * f : 3 * EDGE * EDGE * (f - 4 / 29));
/** @param {number} c */
const encode = (c) => {
  if (c <= 0) return GAMMA[0];
  return GAMMA[c >= 1 ? STEPS : (c * STEPS + 0.5) | 0];
};

// The values that `prepare` stores for each pixel: Y, fX, fZ, and what a step of 1 adds to fX and fZ.
const KEPT = 5;

/**
 * Precomputes rows of a picture for any amount, so that the slider is smooth.
 * @param {Uint8ClampedArray} pixels RGBA of the rows from `top` on
 * @param {{width: number, height: number, top: number}} picture size of the whole picture
 * @param {Step} step
 * @returns {Float32Array}
 */
export function prepare(pixels, { width, height, top }, step) {
  const columns = positions(width, step.width);
  const kept = new Float32Array((KEPT * pixels.length) / 4);
  for (let n = 0, y = top; n < kept.length; y++, n += KEPT * width) {
    prepareRow(pixels, kept, n, columns, stepRow(step, position(y, height, step.height)));
  }
  return kept;
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {Float32Array} kept
 * @param {number} start where the row begins in `kept`
 * @param {Columns} columns
 * @param {[Float32Array, Float32Array]} steps
 */
function prepareRow(pixels, kept, start, { low, high, weight }, [steps, otherSteps]) {
  for (let x = 0, n = start, at = (4 * start) / KEPT; x < low.length; x++, n += KEPT, at += 4) {
    toLab(pixels, at, kept, n);
    kept[n + 3] = mix(steps[low[x]], steps[high[x]], weight[x]);
    kept[n + 4] = mix(otherSteps[low[x]], otherSteps[high[x]], weight[x]);
  }
}

/**
 * What a step of 1 adds to fX and to fZ along a row, at the step's own width.
 * @param {Step} step
 * @param {Position} row
 * @returns {[Float32Array, Float32Array]}
 */
function stepRow({ data, width }, { low, high, weight }) {
  const along = (/** @type {number} */ channel, /** @type {number} */ scale) =>
    Float32Array.from({ length: width }, (_, x) => {
      const [upper, lower] = [low, high].map((row) => data[4 * (row * width + x) + channel]);
      return (mix(upper, lower, weight) - 128) * scale;
    });
  return [along(0, 1 / 500), along(1, -1 / 200)];
}

/**
 * Writes the prepared rows with `amount` times the step added to a and b (CIE 1976, D65).
 * @param {Uint8ClampedArray} pixels RGBA of the same rows
 * @param {Float32Array} kept
 * @param {number} amount
 */
export function recolor(pixels, kept, amount) {
  for (let n = 0, at = 0; n < kept.length; n += KEPT, at += 4) {
    const Y = kept[n];
    const X = fromF(kept[n + 1] + amount * kept[n + 3]) * WHITE_X;
    const Z = fromF(kept[n + 2] + amount * kept[n + 4]) * WHITE_Z;
    pixels[at] = encode(3.2404542 * X - 1.5371385 * Y - 0.4985314 * Z);
    pixels[at + 1] = encode(-0.969266 * X + 1.8760108 * Y + 0.041556 * Z);
    pixels[at + 2] = encode(0.0556434 * X - 0.2040259 * Y + 1.0572252 * Z);
  }
}

/**
 * `position` for all pixels of a row, as arrays.
 * @param {number} length
 * @param {number} source
 * @returns {Columns}
 */
function positions(length, source) {
  const low = new Int32Array(length);
  const high = new Int32Array(length);
  const weight = new Float32Array(length);
  for (let n = 0; n < length; n++) {
    const at = position(n, length, source);
    [low[n], high[n], weight[n]] = [at.low, at.high, at.weight];
  }
  return { low, high, weight };
}

/**
 * The position of the centre of pixel n in the step: its two neighbours and the weight.
 * @param {number} n
 * @param {number} length
 * @param {number} source
 * @returns {Position}
 */
function position(n, length, source) {
  const at = Math.min(Math.max(((n + 0.5) * source) / length - 0.5, 0), source - 1);
  const low = Math.floor(at);
  return { low, high: Math.min(low + 1, source - 1), weight: at - low };
}

/** @param {number} from @param {number} to @param {number} weight */
const mix = (from, to, weight) => from + (to - from) * weight;

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 * @param {Float32Array} kept
 * @param {number} n
 */
function toLab(pixels, at, kept, n) {
  const R = LINEAR[pixels[at]];
  const G = LINEAR[pixels[at + 1]];
  const B = LINEAR[pixels[at + 2]];
  kept[n] = 0.2126729 * R + 0.7151522 * G + 0.072175 * B;
  kept[n + 1] = toF((0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / WHITE_X);
  kept[n + 2] = toF((0.0193339 * R + 0.119192 * G + 0.9503041 * B) / WHITE_Z);
}
