// Colours and places in words, and a palette of plain colours for photos.
import { GREY, KEEP } from "./hints.js";
import { hexOf, labOf } from "./lab.js";

/** @typedef {import("./hint-layers.js").Named} Named */

// Name, a and b: muted, as photos have them.
/** @type {[string, number, number][]} */
const PALETTE = [
  ["skin", 11, 13],
  ["tanned skin", 16, 28],
  ["foliage", -13, 24],
  ["grass", -22, 34],
  ["sky", -5, -22],
  ["navy", 6, -30],
  ["brick", 27, 26],
  ["red", 45, 28],
  ["wood", 8, 23],
  ["sand", 2, 14],
  ["yellow", 3, 48],
  ["purple", 20, -20],
  ["pink", 26, 4],
];
// Nothing has colour in black or white, so the palette is never shown darker or lighter.
const DARKEST = 22;
const LIGHTEST = 88;

/** The palette at a lightness. @param {number} L @returns {Named[]} */
export function paletteAt(L) {
  const light = Math.max(DARKEST, Math.min(LIGHTEST, L));
  return PALETTE.map(([name, a, b]) => ({ name, colour: hexOf([light, a, b]) }));
}

// As colorize/engine/colour_names.py names colours: up to these angles of hue in Lab, in degrees.
/** @type {[number, string][]} */
const HUES = [
  [20, "pink"],
  [47, "red"],
  [74, "orange"],
  [112, "yellow"],
  [130, "yellowish green"],
  [162, "green"],
  [185, "bluish green"],
  [220, "turquoise"],
  [308, "blue"],
  [335, "purple"],
  [360, "pink"],
];
// Names for parts of these: hue, L and chroma from and to. The first that fits counts.
/** @type {[string, ...[number, number][]][]} */
const PARTS = [
  ["cream", [75, 112], [86, 101], [0, 32]],
  ["beige", [45, 98], [66, 101], [0, 32]],
  ["reddish brown", [20, 48], [0, 66], [0, 40]],
  ["brown", [48, 75], [0, 66], [0, 56]],
  ["yellowish brown", [75, 91], [0, 66], [0, 56]],
  ["olive", [86, 112], [0, 66], [0, 200]],
  ["pink", [20, 40], [56, 101], [0, 60]],
];
// Light and pale as such.
const BY_THEMSELVES = ["beige", "cream"];
// Colours of a chroma below these are without hue, or greyish, and from these on strong; of L below
// these black, or dark; of L from these on light, or white.
const HUELESS = 5;
const GREYISH = 13;
const STRONG = 33;
const BLACK = 12;
const DARK = 35;
const LIGHT = 66;
const WHITE = 94;

/** A hint's colour in words. @param {string} colour */
export function nameOf(colour) {
  if (colour === KEEP) return "left as it is";
  if (colour === GREY) return "grey";
  const [L, a, b] = labOf(colour);
  const chroma = Math.hypot(a, b);
  if (chroma < HUELESS) return grey(L);
  const name = hueName(((Math.atan2(b, a) * 180) / Math.PI + 360) % 360, L, chroma);
  if (BY_THEMSELVES.includes(name)) return name;
  if (chroma < GREYISH) return `${tone(L)} greyish ${name.split(" ").at(-1)}`.trim();
  return `${chroma >= STRONG ? strongTone(L) : tone(L)} ${name}`.trim();
}

/** @param {number[]} colour hue, L and chroma */
function hueName(...colour) {
  const part = PARTS.find(([, ...bounds]) =>
    bounds.every(([low, high], n) => low <= colour[n] && colour[n] < high),
  );
  return part?.[0] ?? HUES.find(([most]) => colour[0] <= most)?.[1] ?? "";
}

/** @param {number} L */
function grey(L) {
  if (L < BLACK) return "black";
  return L >= WHITE ? "white" : `${tone(L)} grey`.trim();
}

/** @param {number} L */
function tone(L) {
  if (L < DARK) return "dark";
  return L >= LIGHT ? "light" : "";
}

/** @param {number} L */
function strongTone(L) {
  if (L < DARK) return "deep";
  return L >= LIGHT ? "bright" : "strong";
}

const ROWS = ["top", "", "bottom"];
const COLUMNS = ["left", "", "right"];

/** A place in words, such as “top left”. @param {{ x: number, y: number }} place */
export function placeOf({ x, y }) {
  const [row, column] = [ROWS[third(y)], COLUMNS[third(x)]];
  return [row, column].filter(Boolean).join(" ") || "middle";
}

/** @param {number} share */
const third = (share) => Math.min(2, Math.floor(share * 3));
