// Colours as #rrggbb and in Lab (CIE 1976, D65), and the curves between the two.

/** @typedef {[number, number, number]} Lab L, a, b */

export const WHITE = [0.95047, 1, 1.08883];
const EDGE = 6 / 29;
const TO_XYZ = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const FROM_XYZ = [
  [3.2404542, -1.5371385, -0.4985314],
  [-0.969266, 1.8760108, 0.041556],
  [0.0556434, -0.2040259, 1.0572252],
];

/** @param {number[][]} matrix @param {number[]} values */
const times = (matrix, values) =>
  matrix.map((row) => row.reduce((sum, factor, n) => sum + factor * values[n], 0));

/** Light of a value of sRGB. @param {number} c 0..1 */
export const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
/** The value of sRGB of light. @param {number} c 0..1 */
export const encoded = (c) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
/** What Lab has in place of X, Y and Z. @param {number} t as a share of white */
export const toF = (t) => (t > EDGE ** 3 ? Math.cbrt(t) : t / (3 * EDGE * EDGE) + 4 / 29);
/** And back. @param {number} f */
export const fromF = (f) => (f > EDGE ? f * f * f : 3 * EDGE * EDGE * (f - 4 / 29));

/** @param {string} hex #rrggbb @returns {number[]} red, green, blue */
export const rgbOf = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** @param {string} hex #rrggbb @returns {Lab} */
export function labOf(hex) {
  const light = rgbOf(hex).map((byte) => linear(byte / 255));
  const [x, y, z] = times(TO_XYZ, light).map((value, n) => toF(value / WHITE[n]));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The nearest colour that screens have. @param {Lab} lab */
export function hexOf([L, a, b]) {
  const y = (L + 16) / 116;
  const xyz = [y + a / 500, y, y - b / 200].map((f, n) => WHITE[n] * fromF(f));
  const bytes = times(FROM_XYZ, xyz).map((light) =>
    Math.round(255 * encoded(Math.max(0, Math.min(1, light)))),
  );
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
