// Where colour hints lie in a result of another shape; as colorize/engine/hint_places.py does it.
import { frameOf, largestInside } from "./crop-frame.js";
import { hintAt, rounded, spotsOf } from "./hints.js";

/** @typedef {import("./hints.js").Hint} Hint */
/** @typedef {import("./checks.js").Size} Size */
/** @typedef {{ turn: number, straighten: number, crop: string }} Shape */

// In place of a size that is not known. Does for all shapes that are straightened alike.
const ANY_SIZE = { width: 1, height: 1 };

/** @param {FormData} fields @returns {Shape} */
export const shapeOf = (fields) => ({
  turn: Number(fields.get("turn")),
  straighten: Number(fields.get("straighten")),
  crop: String(fields.get("crop") ?? ""),
});

/**
 * The hints of a result, at the same places of the photo in one of another shape; without the
 * places that it leaves out.
 * @param {Hint[]} hints
 * @param {Shape} before
 * @param {Shape} after
 * @param {Size} size of the upright photo; 0 where it is not known
 * @returns {Hint[]}
 */
export function carried(hints, before, after, size) {
  const known = size.width ? size : ANY_SIZE;
  const [old, now] = [partOf(before, known), partOf(after, known)];
  const degrees = after.turn + after.straighten - before.turn - before.straighten;
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return hints.flatMap((hint) => {
    const spots = spotsOf(hint)
      .map(([x, y]) => [old.left + x * old.width, old.top + y * old.height])
      .map(
        ([across, down]) =>
          /** @type {import("./hints.js").Spot} */ ([
            rounded((c * across - s * down - now.left) / now.width),
            rounded((s * across + c * down - now.top) / now.height),
          ]),
      )
      .filter(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1);
    return spots.length ? [hintAt(spots, hint.colour)] : [];
  });
}

/**
 * The part of a photo that is kept, from the middle of the turned and straightened one.
 * @param {Shape} shape
 * @param {Size} size
 */
function partOf({ turn, straighten, crop }, { width, height }) {
  const [across, down] = turn % 180 ? [height, width] : [width, height];
  const inner = largestInside(across, down, straighten);
  const { left, top, right, bottom } = frameOf(crop);
  return {
    left: (left / 100 - 0.5) * inner.width,
    top: (top / 100 - 0.5) * inner.height,
    width: ((right - left) / 100) * inner.width,
    height: ((bottom - top) / 100) * inner.height,
  };
}
