// The frame around the part of a photo that is kept, in percent of the turned and straightened
// photo; and how much straightening leaves. As colorize/engine/crop.py and geometry.py do it.

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Frame */
/** @typedef {keyof Frame} Edge */

/** @type {Frame} */
export const WHOLE = { left: 0, top: 0, right: 100, bottom: 100 };
// The smallest frame that can be drawn.
const LEAST = 2;

/** The frame of a text such as “5 5 95 90”; the whole if it makes no sense. @param {string} text */
export function frameOf(text) {
  const [left, top, right, bottom] = text
    .split(/[\s,%]+/)
    .filter(Boolean)
    .map(Number);
  const fits = left >= 0 && left < right && right <= 100;
  return fits && top >= 0 && top < bottom && bottom <= 100 ? { left, top, right, bottom } : WHOLE;
}

/** To tenths of a percent; empty for the whole. @param {Frame} frame */
export function textOf({ left, top, right, bottom }) {
  const text = [left, top, right, bottom].map((at) => Math.round(at * 10) / 10).join(" ");
  return text === "0 0 100 100" ? "" : text;
}

/** @param {number} value @param {number} least @param {number} most */
const within = (value, least, most) => Math.max(least, Math.min(most, value));

/**
 * The frame with some of its edges moved.
 * @param {Frame} frame
 * @param {Edge[]} edges none to move all of it
 * @param {number} x percent to the right
 * @param {number} y percent down
 * @returns {Frame}
 */
export function dragged(frame, edges, x, y) {
  if (!edges.length) return shifted(frame, x, y);
  const { left, top, right, bottom } = frame;
  const moved = {
    left: within(left + x, 0, right - LEAST),
    top: within(top + y, 0, bottom - LEAST),
    right: within(right + x, left + LEAST, 100),
    bottom: within(bottom + y, top + LEAST, 100),
  };
  return Object.assign({ ...frame }, ...edges.map((edge) => ({ [edge]: moved[edge] })));
}

/** @param {Frame} frame @param {number} x @param {number} y @returns {Frame} */
function shifted({ left, top, right, bottom }, x, y) {
  const across = within(x, -left, 100 - right);
  const down = within(y, -top, 100 - bottom);
  return { left: left + across, top: top + down, right: right + across, bottom: bottom + down };
}

/** Around the same part after a quarter turn. @param {Frame} frame @param {number} degrees 90 or -90 */
export function turned({ left, top, right, bottom }, degrees) {
  if (degrees > 0) return { left: 100 - bottom, top: left, right: 100 - top, bottom: right };
  return { left: top, top: 100 - right, right: bottom, bottom: 100 - left };
}

/**
 * The largest upright rectangle in a picture that is tilted.
 * @param {number} width
 * @param {number} height
 * @param {number} degrees
 */
export function largestInside(width, height, degrees) {
  const angle = (Math.abs(degrees) * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  if (short <= 2 * s * c * long) {
    const [along, across] = [short / (2 * s), short / (2 * c)];
    return width >= height ? { width: along, height: across } : { width: across, height: along };
  }
  const spread = c * c - s * s;
  return { width: (width * c - height * s) / spread, height: (height * c - width * s) / spread };
}
