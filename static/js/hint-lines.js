// Lines of one colour on a picture, each a hint with many spots.
import { spotsOf } from "./hints.js";

/** @typedef {import("./hints.js").Hint} Hint */
/** @typedef {import("./hints.js").Spot} Spot */
/** @typedef {import("./hint-stage.js").Place} Place */

// How far apart the spots of a line are, as a share of the picture's longer side: less than two cells of the
// network.
const SPACING = 1 / 40;
const SVG = "http://www.w3.org/2000/svg";

/** As far as it is on the picture. @param {Place} place @returns {Place} */
export const placed = ({ x, y }) => ({
  x: Math.max(0, Math.min(1, x)),
  y: Math.max(0, Math.min(1, y)),
});

/** Whether a hint is one, in words. @param {Hint} hint */
export const nounOf = ({ path }) => (path?.length ? "line" : "dot");

/** @param {Hint[]} hints */
export const countSpots = (hints) => hints.reduce((sum, hint) => sum + spotsOf(hint).length, 0);

/** @param {Hint} hint @returns {Spot} where a line goes on */
export const endOf = (hint) => spotsOf(hint).at(-1) ?? [hint.x, hint.y];

/**
 * Evenly spaced spots from the end of a line towards a place.
 * @param {Spot} end
 * @param {Place} place
 * @param {number} ratio of the picture's width to its height
 * @returns {Spot[]}
 */
export function towards([x, y], place, ratio) {
  const [across, down] = [place.x - x, place.y - y];
  const far = Math.hypot(across * Math.min(1, ratio), down / Math.max(1, ratio));
  const count = Math.floor(far / SPACING);
  return Array.from({ length: count }, (_, n) => {
    const share = ((n + 1) * SPACING) / far;
    return [x + share * across, y + share * down];
  });
}

/**
 * The same hint with its first spot at a place, as far as all of it stays on the picture.
 * @param {Hint} hint
 * @param {Place} place
 * @returns {Hint}
 */
export function shifted(hint, { x, y }) {
  const spots = spotsOf(hint);
  const [across, down] = [x - hint.x, y - hint.y].map((step, axis) => {
    const along = spots.map((spot) => spot[axis]);
    return Math.max(-Math.min(...along), Math.min(1 - Math.max(...along), step));
  });
  const path = spots
    .slice(1)
    .map((spot) => /** @type {Spot} */ ([spot[0] + across, spot[1] + down]));
  return { ...hint, x: hint.x + across, y: hint.y + down, ...(path.length && { path }) };
}

/**
 * @param {Element} place an SVG of 1 by 1
 * @param {Hint[]} hints
 * @param {(hint: Hint) => string} colourOf
 */
export function drawLines(place, hints, colourOf) {
  const lines = hints
    .filter((hint) => hint.path?.length)
    .flatMap((hint) =>
      ["hint-line-edge", "hint-line-colour"].map((kind) => lineOf(hint, kind, colourOf)),
    );
  place.replaceChildren(...lines);
}

/** @param {Hint} hint @param {string} kind @param {(hint: Hint) => string} colourOf */
function lineOf(hint, kind, colourOf) {
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", spotsOf(hint).join(" "));
  line.setAttribute("class", kind);
  line.dataset.kind = colourOf(hint);
  if (colourOf(hint) === "colour") line.style.setProperty("--colour", hint.colour);
  return line;
}
