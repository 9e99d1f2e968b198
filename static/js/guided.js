// Enlarges colours without bleeding over the edges of a picture; as `upsample_ab` in
// colorize/engine/render.py, which says why.
import { plane, resized } from "./resample.js";

/** @typedef {import("./resample.js").Plane} Plane */

// The same numbers as there.
const EPSILON = 100;
const CORRECTIONS = 2;

export class Guide {
  /**
   * @param {Plane} light L from 0 to 100, at the size of what is made
   * @param {number} width of what is enlarged
   * @param {number} height
   */
  constructor(light, width, height) {
    this.light = light;
    this.small = resized(light, width, height);
    this.mean = box(this.small);
    const squares = box(product(this.small, this.small));
    this.spread = squares.data.map((square, n) => square - this.mean.data[n] ** 2 + EPSILON);
  }

  /** @param {Plane} colours @returns {Plane} */
  enlarged(colours) {
    const { data: light, width, height } = this.light;
    const [slope, made] = this.lines(colours).map((line) => resized(line, width, height));
    for (let n = 0; n < light.length; n++) made.data[n] += slope.data[n] * light[n];
    for (let time = 0; time < CORRECTIONS; time++) {
      const missing = resized(made, colours.width, colours.height);
      for (let n = 0; n < missing.data.length; n++) {
        missing.data[n] = colours.data[n] - missing.data[n];
      }
      const more = resized(missing, width, height);
      for (let n = 0; n < light.length; n++) made.data[n] += more.data[n];
    }
    return made;
  }

  /**
   * Around each place, the colours as a line over L: its slope, and its offset.
   * @param {Plane} colours
   * @returns {Plane[]}
   */
  lines(colours) {
    const mean = box(colours);
    const slope = box(product(this.small, colours));
    const offset = plane(colours.width, colours.height);
    for (let n = 0; n < offset.data.length; n++) {
      slope.data[n] = (slope.data[n] - this.mean.data[n] * mean.data[n]) / this.spread[n];
      offset.data[n] = mean.data[n] - slope.data[n] * this.mean.data[n];
    }
    return [box(slope), box(offset)];
  }
}

/** @param {Plane} one @param {Plane} other @returns {Plane} */
function product({ data, width, height }, other) {
  return { data: data.map((value, n) => value * other.data[n]), width, height };
}

/** The mean of each cell and the eight around it; beyond an edge, the cells at it count again. @param {Plane} source */
function box({ data, width, height }) {
  const made = plane(width, height);
  for (let y = 0, n = 0; y < height; y++) {
    const rows = [Math.max(y - 1, 0), y, Math.min(y + 1, height - 1)];
    for (let x = 0; x < width; x++, n++) {
      const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
      let sum = 0;
      for (const row of rows) {
        const start = row * width;
        sum += data[start + left] + data[start + x] + data[start + right];
      }
      made.data[n] = sum / 9;
    }
  }
  return made;
}
