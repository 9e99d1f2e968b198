// How arrow keys move something.

/** @type {Record<string, [number, number] | undefined>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * How far to the right and down; null for other keys.
 * @param {KeyboardEvent} event
 * @param {number} step
 * @param {number} longStep with Shift
 * @returns {[number, number] | null}
 */
export function arrowStep({ key, shiftKey }, step, longStep) {
  const arrow = ARROWS[key];
  const by = shiftKey ? longStep : step;
  return arrow ? [arrow[0] * by, arrow[1] * by] : null;
}

/** @param {KeyboardEvent} event */
export const isArrow = ({ key }) => key in ARROWS;
