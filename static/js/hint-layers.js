// The colours of a picture at any vividness and with any hints, from the layers of the endpoint's answer; see
// colorize/engine/hint_layers.py.
import { bytes } from "./drawing.js";
import { Guide } from "./guided.js";
import { Spread } from "./hint-spread.js";
import { GREY, hintsOf, KEEP, spotsOf } from "./hints.js";
import { labOf } from "./lab.js";
import { plane } from "./resample.js";

/** @typedef {import("./resample.js").Plane} Plane */
/** @typedef {import("./recolor.js").Step} Step */
/** @typedef {import("./hints.js").Hint} Hint */
/** @typedef {{ vividness: number, hints: string }} Choice what a picture is made with */
/** @typedef {{ colour: string, name: string }} Named */
/**
 * The answer's `hint_layers`; arrays as base64.
 * @typedef {object} Told
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {string} features
 * @property {number[]} feature_scales
 * @property {string} spread
 * @property {string} light
 * @property {string} faithful
 * @property {string | null} step
 * @property {{ height: number, width: number, light: string }} guide
 * @property {{ height: number, width: number }} photo
 * @property {number} left
 * @property {number} top
 * @property {[number, number, number, number]} box
 * @property {string | null} mask
 * @property {import("./hint-spread.js").Reach & { most: number }} reach
 * @property {{ height: number, width: number, colours: Named[][] } | null} [likely]
 * @property {Hint[][]} [proposals]
 */

export class HintLayers {
  /** @param {Told} told */
  constructor(told) {
    this.told = told;
    const { width, height, guide } = told;
    this.light = floats(told.light);
    this.faithful = channels(floats(told.faithful), told);
    // Of a network with one answer, which no vividness changes.
    const step = told.step === null ? new Float32Array(2 * width * height) : floats(told.step);
    this.step = channels(step, told);
    const cells = { ...told, features: features(told), spread: floats(told.spread) };
    this.spread = new Spread(cells);
    const light = Float32Array.from(bytes(guide.light), (byte) => (byte * 100) / 255);
    this.guide = new Guide(
      { data: light, width: guide.width, height: guide.height },
      width,
      height,
    );
    this.mask = told.mask === null ? null : bytes(told.mask);
  }

  get most() {
    return this.told.reach.most;
  }

  /**
   * a and b of the photo at the size of its guide.
   * @param {Choice} choice
   * @returns {Step}
   */
  colours(choice) {
    const [a, b] = this.atCells(choice).map((plane) => this.inPhoto(this.guide.enlarged(plane)));
    return { a, b };
  }

  /**
   * The same as small as possible, which does for small pictures.
   * @param {Choice} choice
   * @returns {Step}
   */
  roughColours(choice) {
    if (this.mask) return this.colours(choice);
    const [a, b] = this.atCells(choice);
    return { a, b };
  }

  /** @param {Choice} choice @returns {Plane[]} */
  atCells(choice) {
    return this.added(choice).map((added, channel) => {
      const faithful = this.faithful[channel].data;
      const step = this.step[channel].data;
      for (let n = 0; n < faithful.length; n++) {
        added.data[n] += faithful[n] + choice.vividness * step[n];
      }
      return added;
    });
  }

  /** What hints add. @param {Choice} choice */
  added({ vividness, hints }) {
    const placed = hintsOf(hints).flatMap((hint) => {
      const ab = wantedOf(hint);
      const cells = spotsOf(hint).map(([x, y]) => this.cellOf({ x, y }, this.told));
      return cells.filter((cell) => cell !== null).map((cell) => ({ cell, ab }));
    });
    return this.spread.added(placed, (cell) => this.colour(cell, vividness));
  }

  /**
   * a and b without hints.
   * @param {number} cell
   * @param {number} vividness
   * @returns {[number, number]}
   */
  colour(cell, vividness) {
    const [a, b] = this.faithful.map(
      ({ data }, channel) => data[cell] + vividness * this.step[channel].data[cell],
    );
    return [a, b];
  }

  /**
   * The number of a hint's cell along the rows; null in a border.
   * @param {{ x: number, y: number }} hint
   * @param {{ width: number, height: number }} grid
   */
  cellOf({ x, y }, { width, height }) {
    const [left, top, right, bottom] = this.told.box;
    if (x < left || x > right || y < top || y > bottom) return null;
    const column = Math.min(Math.floor(((x - left) / (right - left)) * width), width - 1);
    const row = Math.min(Math.floor(((y - top) / (bottom - top)) * height), height - 1);
    return row * width + column;
  }

  /** L at a place, where it has colour. @param {{ x: number, y: number }} place */
  lightAt(place) {
    const cell = this.cellOf(place, this.told);
    return cell === null ? null : this.light[cell];
  }

  /** The likely colours of a place, most likely first. @param {{ x: number, y: number }} place */
  likelyAt(place) {
    const { likely } = this.told;
    const cell = likely ? this.cellOf(place, likely) : null;
    return (cell !== null && likely?.colours[cell]) || [];
  }

  /** In the whole photo: a border stays grey. @param {Plane} inside @returns {Plane} */
  inPhoto(inside) {
    const { photo, left, top } = this.told;
    const { mask } = this;
    if (!mask) return inside;
    const whole = plane(photo.width, photo.height);
    for (let y = 0, n = 0; y < inside.height; y++) {
      const start = (y + top) * whole.width + left;
      for (let at = start; at < start + inside.width; at++, n++) {
        whole.data[at] = (inside.data[n] * mask[at]) / 255;
      }
    }
    return whole;
  }
}

/** @param {Hint} hint @returns {[number, number] | null} */
function wantedOf({ colour }) {
  if (colour === KEEP) return null;
  if (colour === GREY) return [0, 0];
  const [, a, b] = labOf(colour);
  return [a, b];
}

/** @param {string} base64 of little-endian float32 */
const floats = (base64) => new Float32Array(bytes(base64).buffer);

/** @param {Told} told */
function features({ features: base64, feature_scales: scales, channels: count }) {
  const values = new Int8Array(bytes(base64).buffer);
  return Float32Array.from(values, (value, n) => value * scales[n % count]);
}

/** a and b apart. @param {Float32Array} pairs @param {{ width: number, height: number }} size */
const channels = (pairs, { width, height }) =>
  [0, 1].map((channel) => ({
    data: pairs.filter((_, n) => n % 2 === channel),
    width,
    height,
  }));
