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

// Up to which angle in the plane of a and b, in degrees, a hue has its name.
/** @type {[number, string][]} */
const HUES = [
  [18, "pink"],
  [45, "red"],
  [72, "orange"],
  [103, "yellow"],
  [170, "green"],
  [225, "turquoise"],
  [306, "blue"],
  [332, "purple"],
  [360, "pink"],
];
const COLOURLESS = 6;
const MUTED = 18;

/** A hint's colour in words. @param {string} colour */
export function nameOf(colour) {
  if (colour === KEEP) return "left as it is";
  if (colour === GREY) return "grey";
  const [L, a, b] = labOf(colour);
  const strength = Math.hypot(a, b);
  if (strength < COLOURLESS) return `${lightness(L)}grey`;
  const angle = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  const hue = HUES.find(([end]) => angle <= end)?.[1] ?? "red";
  const [name, isMuted] = earthy(hue, L, strength);
  return `${lightness(L)}${isMuted ? "greyish " : ""}${name}`;
}

/**
 * Orange and yellow have names of their own where they are dark or pale.
 * @param {string} hue
 * @param {number} L
 * @param {number} strength
 * @returns {[string, boolean]} the name, and whether it is a greyish one
 */
function earthy(hue, L, strength) {
  const isWarm = hue === "orange" || hue === "yellow";
  if (isWarm && strength < 2 * MUTED && L >= 65) return ["beige", false];
  if (isWarm && L < 60) return [hue === "orange" ? "brown" : "olive brown", false];
  return [hue, strength < MUTED];
}

/** @param {number} L */
function lightness(L) {
  if (L < 35) return "dark ";
  return L > 75 ? "light " : "";
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
