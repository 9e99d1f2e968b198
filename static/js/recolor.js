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

/**
 * Adds `amount` times the step to a and b of rows of a picture, in place (CIE 1976, D65).
 * @param {Uint8ClampedArray} pixels RGBA of the rows from `top` on
 * @param {{width: number, height: number, top: number}} picture size of the whole picture
 * @param {{data: Uint8ClampedArray, width: number, height: number}} step RGBA: red a + 128, green
 *   b + 128; enlarged linearly
 * @param {number} amount
 */
export function recolor(pixels, { width, height, top }, step, amount) {
  const columns = positions(width, step.width);
  const rows = pixels.length / 4 / width;
  for (let y = 0; y < rows; y++) {
    const row = position(top + y, height, step.height);
    for (let x = 0; x < width; x++) {
      const a = sample(step, row, columns[x], 0) * amount;
      const b = sample(step, row, columns[x], 1) * amount;
      shift(pixels, 4 * (y * width + x), a, b);
    }
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

function sample({ data, width }, row, column, channel) {
  const at = (y, x) => data[4 * (y * width + x) + channel];
  const upper = mix(at(row.low, column.low), at(row.low, column.high), column.weight);
  const lower = mix(at(row.high, column.low), at(row.high, column.high), column.weight);
  return mix(upper, lower, row.weight) - 128;
}

const mix = (from, to, weight) => from + (to - from) * weight;

function shift(pixels, n, a, b) {
  const R = LINEAR[pixels[n]];
  const G = LINEAR[pixels[n + 1]];
  const B = LINEAR[pixels[n + 2]];
  const Y = 0.2126729 * R + 0.7151522 * G + 0.072175 * B;
  const fX = toF((0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / WHITE_X) + a / 500;
  const fZ = toF((0.0193339 * R + 0.119192 * G + 0.9503041 * B) / WHITE_Z) - b / 200;
  const X = fromF(fX) * WHITE_X;
  const Z = fromF(fZ) * WHITE_Z;
  pixels[n] = encode(3.2404542 * X - 1.5371385 * Y - 0.4985314 * Z);
  pixels[n + 1] = encode(-0.969266 * X + 1.8760108 * Y + 0.041556 * Z);
  pixels[n + 2] = encode(0.0556434 * X - 0.2040259 * Y + 1.0572252 * Z);
}
