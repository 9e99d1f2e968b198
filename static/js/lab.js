// Colours as #rrggbb and in Lab (CIE 1976, D65).

/** @typedef {[number, number, number]} Lab L, a, b */

const WHITE = [0.95047, 1, 1.08883];
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

/** @param {string} hex #rrggbb @returns {Lab} */
export function labOf(hex) {
  const linear = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = times(TO_XYZ, linear).map((value, n) => {
    const t = value / WHITE[n];
    return t > EDGE ** 3 ? Math.cbrt(t) : t / (3 * EDGE * EDGE) + 4 / 29;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The nearest colour that screens have. @param {Lab} lab */
export function hexOf([L, a, b]) {
  const y = (L + 16) / 116;
  const xyz = [y + a / 500, y, y - b / 200].map(
    (f, n) => WHITE[n] * (f > EDGE ? f ** 3 : 3 * EDGE * EDGE * (f - 4 / 29)),
  );
  const bytes = times(FROM_XYZ, xyz).map((linear) => {
    const c = Math.max(0, Math.min(1, linear));
    return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
  });
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
