// Enlarges colours without bleeding over the edges of a picture; as `upsample_ab` in
// colorize/engine/render.py, which says why.
import { addResized, isSmaller, plane, resized } from "./resample.js";

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
    // What a column and a row become when they are enlarged and made smaller again.
    const ways = [isSmaller(light, this.small), isSmaller(this.small, light)];
    this.down = passage(height, light.height, ways);
    this.across = passage(width, light.width, ways);
    this.spread = squares.data.map((square, n) => square - this.mean.data[n] ** 2 + EPSILON);
  }

  /**
   * The means over the cells are brought to the colours. All but one step of that is done at their size, because
   * what a correction adds and what the means of that are do not depend on L.
   * @param {Plane} colours
   * @returns {Plane}
   */
  enlarged(colours) {
    const { data: light, width, height } = this.light;
    const [slope, offset] = this.lines(colours);
    const made = plane(width, height);
    addResized(made, slope, light);
    const means = resized(made, colours.width, colours.height);
    const smoothed = this.backAndForth(offset);
    let missing = combined(colours, means, (own, mean, n) => own - mean - smoothed.data[n]);
    let rest = offset;
    for (let time = 0; time < CORRECTIONS; time++) {
      rest = combined(rest, missing, (one, more) => one + more);
      const found = this.backAndForth(missing);
      missing = combined(missing, found, (wanted, got) => wanted - got);
    }
    addResized(made, rest);
    return made;
  }

  /** Enlarged, and made smaller again. @param {Plane} small @returns {Plane} */
  backAndForth(small) {
    const down = times(this.down, small);
    return turned(times(this.across, turned(down)));
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

/** @param {Plane} one @param {Plane} other @param {(one: number, other: number, n: number) => number} join @returns {Plane} */
function combined({ data, width, height }, other, join) {
  return { data: data.map((value, n) => join(value, other.data[n], n)), width, height };
}

/**
 * The square matrix of enlarging a column and making it smaller again.
 * @param {number} small
 * @param {number} large
 * @param {boolean[]} ways whether there, and back, the whole plane is made smaller
 */
function passage(small, large, [there, back]) {
  const unit = plane(small, small);
  for (let n = 0; n < small; n++) unit.data[n * (small + 1)] = 1;
  return resized(resized(unit, small, large, there), small, small, back);
}

/** A product of matrices, of which the first is mostly zeros. @param {Plane} matrix @param {Plane} plane @returns {Plane} */
function times(matrix, { data, width, height }) {
  const made = plane(width, height);
  for (let y = 0; y < height; y++) {
    const row = made.data.subarray(y * width, (y + 1) * width);
    for (let k = 0; k < height; k++) {
      const share = matrix.data[y * height + k];
      if (share) for (let x = 0; x < width; x++) row[x] += share * data[k * width + x];
    }
  }
  return made;
}

/** @param {Plane} plane @returns {Plane} */
function turned({ data, width, height }) {
  const made = plane(height, width);
  for (let y = 0, n = 0; y < height; y++)
    for (let x = 0; x < width; x++, n++) made.data[x * height + y] = data[n];
  return made;
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
