// Planes of numbers in another size, as colorize/engine/planes.py makes them: averaged to shrink,
// linear to enlarge.

/**
 * Numbers of a picture, rows first.
 * @typedef {{ data: Float32Array, width: number, height: number }} Plane
 *
 * For each place along a side, its two neighbours in the other size, and the weight of the second.
 * @typedef {{ low: Int32Array, high: Int32Array, weight: Float32Array }} Positions
 */

/** @param {number} width @param {number} height @returns {Plane} of zeros */
export const plane = (width, height) => ({
  data: new Float32Array(width * height),
  width,
  height,
});

/**
 * Where the centres of `length` pixels lie in a side of `source` pixels.
 * @param {number} length
 * @param {number} source
 * @returns {Positions}
 */
export function positions(length, source) {
  const low = new Int32Array(length);
  const high = new Int32Array(length);
  const weight = new Float32Array(length);
  for (let n = 0; n < length; n++) {
    const at = Math.min(Math.max(((n + 0.5) * source) / length - 0.5, 0), source - 1);
    low[n] = at;
    high[n] = Math.min(low[n] + 1, source - 1);
    weight[n] = at - low[n];
  }
  return { low, high, weight };
}

/**
 * One row of an enlarged plane, at the plane's own width.
 * @param {Plane} plane
 * @param {Positions} rows
 * @param {number} y
 * @param {Float32Array} row where it is written
 */
export function mixRow({ data, width }, { low, high, weight }, y, row) {
  const [upper, lower, share] = [low[y] * width, high[y] * width, weight[y]];
  for (let x = 0; x < width; x++) {
    row[x] = data[upper + x] + share * (data[lower + x] - data[upper + x]);
  }
}

/**
 * @param {Plane} source
 * @param {number} width
 * @param {number} height
 * @param {boolean} [averages] whether it is made smaller
 * @returns {Plane}
 */
export function resized(source, width, height, averages = isSmaller({ width, height }, source)) {
  if (averages) return shrunk(source, width, height);
  const made = plane(width, height);
  addEnlarged(made, source);
  return made;
}

/** @typedef {{ width: number, height: number }} Size */
/** @param {Size} size @param {Size} than */
export const isSmaller = ({ width, height }, than) => width <= than.width && height <= than.height;

/**
 * Adds a plane in the size of the other.
 * @param {Plane} target
 * @param {Plane} source
 * @param {Float32Array} [factors] what each number is multiplied by
 */
export function addResized(target, source, factors) {
  const { width, height } = target;
  if (isSmaller(target, source))
    addNumbers(target.data, shrunk(source, width, height).data, 0, factors);
  else addEnlarged(target, source, factors);
}

/** @param {Plane} target @param {Plane} source @param {Float32Array} [factors] */
function addEnlarged({ data, width, height }, source, factors) {
  const rows = positions(height, source.height);
  const across = positions(width, source.width);
  const row = new Float32Array(source.width);
  const made = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    mixRow(source, rows, y, row);
    stretchRow(row, across, made);
    addNumbers(data, made, y * width, factors);
  }
}

/**
 * @param {Float32Array} target
 * @param {Float32Array} numbers
 * @param {number} start where they are added
 * @param {Float32Array} [factors]
 */
function addNumbers(target, numbers, start, factors) {
  if (!factors) for (let n = 0; n < numbers.length; n++) target[start + n] += numbers[n];
  else
    for (let n = 0; n < numbers.length; n++) target[start + n] += numbers[n] * factors[start + n];
}

/** @param {Float32Array} row @param {Positions} across @param {Float32Array} made where it is written */
function stretchRow(row, { low, high, weight }, made) {
  for (let x = 0; x < made.length; x++) {
    const left = row[low[x]];
    made[x] = left + weight[x] * (row[high[x]] - left);
  }
}

/**
 * The mean of what lies under each pixel.
 * @param {Plane} source
 * @param {number} width
 * @param {number} height
 * @returns {Plane}
 */
function shrunk(source, width, height) {
  const made = plane(width, height);
  const across = shares(source.width, width);
  const down = shares(source.height, height);
  const row = new Float32Array(width);
  for (let y = 0; y < source.height; y++) {
    averageRow(source, y, across, row);
    addRow(made, down.first[y], row, down.share[y]);
    if (down.share[y] < down.whole)
      addRow(made, down.first[y] + 1, row, down.whole - down.share[y]);
  }
  return made;
}

/**
 * How each of `from` pixels is shared among `to`: the first that has some of it, how much of a mean
 * that is, and how much a pixel is that lies in one alone. What is left goes to the next one.
 * @param {number} from
 * @param {number} to
 */
function shares(from, to) {
  const whole = to / from;
  const first = new Int32Array(from);
  const share = new Float64Array(from);
  for (let n = 0; n < from; n++) {
    // In whole numbers, so that no pixel is shared by a rounding error.
    first[n] = Math.floor((n * to) / from);
    share[n] = Math.min(whole, ((first[n] + 1) * from - n * to) / from);
  }
  return { first, share, whole };
}

/**
 * @param {Plane} source
 * @param {number} y
 * @param {ReturnType<typeof shares>} across
 * @param {Float32Array} row
 */
function averageRow({ data, width }, y, { first, share, whole }, row) {
  row.fill(0);
  for (let x = 0, n = y * width; x < width; x++, n++) {
    row[first[x]] += share[x] * data[n];
    if (share[x] < whole) row[first[x] + 1] += (whole - share[x]) * data[n];
  }
}

/** @param {Plane} target @param {number} y @param {Float32Array} row @param {number} share */
function addRow({ data, width }, y, row, share) {
  for (let x = 0, n = y * width; x < width; x++, n++) data[n] += share * row[x];
}
