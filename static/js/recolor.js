// Another vividness for a picture that is here already: its L stays, its a and b move.

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

const toF = (t) => (t > EDGE ** 3 ? Math.cbrt(t) : t / (3 * EDGE * EDGE) + 4 / 29);
const fromF = (f) => (f > EDGE ? f * f * f : 3 * EDGE * EDGE * (f - 4 / 29));
const encode = (c) => GAMMA[c <= 0 ? 0 : c >= 1 ? STEPS : (c * STEPS + 0.5) | 0];

// What `prepare` keeps of each pixel: Y, fX, fZ, and what a step of 1 adds to fX and fZ.
const KEPT = 5;

/**
 * What of some rows of a picture stays the same for every amount, so that a slider is fluid.
 * @param {Uint8ClampedArray} pixels RGBA of the rows from `top` on
 * @param {{width: number, height: number, top: number}} picture size of the whole picture
 * @param {{data: Uint8ClampedArray, width: number, height: number}} step RGBA: red a + 128, green
 *   b + 128; enlarged linearly
 * @returns {Float32Array}
 */
export function prepare(pixels, { width, height, top }, step) {
  const columns = positions(width, step.width);
  const kept = new Float32Array((KEPT * pixels.length) / 4);
  for (let n = 0, y = top; n < kept.length; y++) {
    const row = position(y, height, step.height);
    for (let x = 0; x < width; x++, n += KEPT) {
      toLab(pixels, (4 * n) / KEPT, kept, n);
      kept[n + 3] = sample(step, row, columns[x], 0) / 500;
      kept[n + 4] = -sample(step, row, columns[x], 1) / 200;
    }
  }
  return kept;
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

function positions(length, source) {
  return Array.from({ length }, (_, n) => position(n, length, source));
}

/** Where the centre of pixel n lies among the step's pixels: the two beside it and the weight. */
function position(n, length, source) {
  const at = Math.min(Math.max(((n + 0.5) * source) / length - 0.5, 0), source - 1);
  const low = Math.floor(at);
  return { low, high: Math.min(low + 1, source - 1), weight: at - low };
}

function sample({ data, width }, { low, high, weight }, column, channel) {
  const upper = 4 * low * width + channel;
  const lower = 4 * high * width + channel;
  const left = mix(data[upper + 4 * column.low], data[lower + 4 * column.low], weight);
  const right = mix(data[upper + 4 * column.high], data[lower + 4 * column.high], weight);
  return mix(left, right, column.weight) - 128;
}

const mix = (from, to, weight) => from + (to - from) * weight;

function toLab(pixels, at, kept, n) {
  const R = LINEAR[pixels[at]];
  const G = LINEAR[pixels[at + 1]];
  const B = LINEAR[pixels[at + 2]];
  kept[n] = 0.2126729 * R + 0.7151522 * G + 0.072175 * B;
  kept[n + 1] = toF((0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / WHITE_X);
  kept[n + 2] = toF((0.0193339 * R + 0.119192 * G + 0.9503041 * B) / WHITE_Z);
}
