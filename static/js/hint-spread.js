// What colour hints say about the rest of a picture; as colorize/engine/hint_spread.py does it,
// which says why.
import { plane } from "./resample.js";

/** @typedef {import("./resample.js").Plane} Plane */
/**
 * The constants of a hint's reach.
 * @typedef {Record<"distance" | "side" | "everywhere" | "locally" | "neighbours" | "different"
 *   | "ridge", number>} Reach
 *
 * A hint on a cell: its number along the rows, and its a and b; null to keep what the network says.
 * @typedef {{ cell: number, ab: [number, number] | null }} CellHint
 *
 * What hints spread along, for each cell; `features` has `channels` numbers for each.
 * @typedef {object} Cells
 * @property {number} width
 * @property {number} height
 * @property {number} channels
 * @property {Float32Array} features
 * @property {Float32Array} spread
 * @property {Reach} reach
 */

// So many rows of what is alike are kept, for hints that stay where they are while one is dragged.
const KEPT = 400;

export class Spread {
  /** @type {Map<number, Float32Array>} for each cell that was asked for */
  rows = new Map();

  /** @param {Cells} cells */
  constructor(cells) {
    this.cells = cells;
    this.squares = squaresOf(cells);
  }

  /**
   * What hints add to a and b.
   * @param {CellHint[]} hints a later one counts in place of an earlier one on the same cell
   * @param {(cell: number) => [number, number]} colour a and b without hints
   * @returns {[Plane, Plane]}
   */
  added(hints, colour) {
    const { width, height } = this.cells;
    const placed = [...new Map(hints.map((hint) => [hint.cell, hint])).values()];
    const rows = placed.map(({ cell }) => this.row(cell));
    const among = rows.map((row) => placed.map(({ cell }) => row[cell]));
    placed.forEach((_, n) => {
      among[n][n] *= 1 + this.cells.reach.ridge;
    });
    const missing = placed.map(({ cell, ab }) => {
      const [a, b] = colour(cell);
      return ab ? [ab[0] - a, ab[1] - b] : [0, 0];
    });
    const made = /** @type {[Plane, Plane]} */ ([plane(width, height), plane(width, height)]);
    solve(among, missing).forEach((shares, n) => {
      shares.forEach((share, channel) => {
        addTo(made[channel].data, rows[n], share);
      });
    });
    return made;
  }

  /** How much a hint at a cell counts at each. @param {number} cell */
  row(cell) {
    const known = this.rows.get(cell);
    if (known) return known;
    if (this.rows.size >= KEPT) this.rows.clear();
    const row = this.alike(cell);
    this.rows.set(cell, row);
    return row;
  }

  /** @param {number} cell */
  alike(cell) {
    const { width, height, spread, reach } = this.cells;
    const row = this.distances(cell);
    const scale = reach.side / Math.max(width, height);
    const [x, y] = [cell % width, Math.floor(cell / width)];
    for (let n = 0; n < row.length; n++) {
      const across = (n % width) - x;
      const down = Math.floor(n / width) - y;
      const far = (across * across + down * down) * scale * scale;
      const near = reach.everywhere + (1 - reach.everywhere) * bell(far, reach.distance);
      const alike = (1 - reach.locally) * bell(row[n], 1) * near;
      const beside = bell(far, reach.neighbours) * Math.exp((-row[n] * reach.different) / 2);
      row[n] = spread[cell] * spread[n] * (alike + reach.locally * beside);
    }
    return row;
  }

  /** The square distances of features. @param {number} cell */
  distances(cell) {
    const { channels, features } = this.cells;
    const row = new Float32Array(this.squares.length);
    const own = features.subarray(cell * channels, (cell + 1) * channels);
    for (let n = 0, at = 0; n < row.length; n++) {
      let both = 0;
      for (let channel = 0; channel < channels; channel++, at++)
        both += own[channel] * features[at];
      row[n] = Math.max(0, this.squares[n] + this.squares[cell] - 2 * both);
    }
    return row;
  }
}

/** @param {Cells} cells */
function squaresOf({ width, height, channels, features }) {
  return Float32Array.from({ length: width * height }, (_, cell) => {
    let sum = 0;
    for (let at = cell * channels; at < (cell + 1) * channels; at++) sum += features[at] ** 2;
    return sum;
  });
}

/** @param {number} square @param {number} reach */
const bell = (square, reach) => Math.exp(square / (-2 * reach * reach));

/** @param {Float32Array} target @param {Float32Array} row @param {number} share */
function addTo(target, row, share) {
  for (let n = 0; n < target.length; n++) target[n] += share * row[n];
}

/**
 * Solves a symmetric, positive definite system by Cholesky's method.
 * @param {number[][]} matrix which is overwritten
 * @param {number[][]} right a row of sides for each row of the matrix
 * @returns {number[][]}
 */
function solve(matrix, right) {
  const size = matrix.length;
  const found = right.map((row) => [...row]);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row][column];
      for (let k = 0; k < column; k++) rest -= matrix[row][k] * matrix[column][k];
      matrix[row][column] = row === column ? Math.sqrt(rest) : rest / matrix[column][column];
    }
  }
  for (let side = 0; side < (right[0]?.length ?? 0); side++) {
    for (let row = 0; row < size; row++) {
      for (let k = 0; k < row; k++) found[row][side] -= matrix[row][k] * found[k][side];
      found[row][side] /= matrix[row][row];
    }
    for (let row = size - 1; row >= 0; row--) {
      for (let k = row + 1; k < size; k++) found[row][side] -= matrix[k][row] * found[k][side];
      found[row][side] /= matrix[row][row];
    }
  }
  return found;
}
