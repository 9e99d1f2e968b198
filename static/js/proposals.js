// “Other proposals”: small pictures of colours that a result may well have, one of which is chosen.
import { contextOf, pixelsOf } from "./drawing.js";
import { textOf } from "./hints.js";
import { prepare, recolor } from "./recolor.js";

/** @typedef {import("./painter.js").Painter} Painter */
/** @typedef {import("./hint-layers.js").HintLayers} HintLayers */

// The longest side of a small picture, in pixels.
const SIDE = 320;

/**
 * The hints of each proposal, as forms have them; the network's own colours first.
 * @param {HintLayers} layers
 */
export const proposed = ({ told }) => ["", ...(told.proposals ?? []).map(textOf)];

/**
 * Shows them as buttons.
 * @param {HTMLElement} place
 * @param {Painter} painter which has its layers
 * @param {number} vividness
 * @param {string} chosen the hints of the result as it is
 */
export function showProposals(place, painter, vividness, chosen) {
  const { layers } = painter;
  if (!layers) return;
  const draw = small(painter, layers);
  const buttons = proposed(layers).map((hints, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "proposal";
    button.dataset.proposal = hints;
    const words = number ? `Proposal ${number}` : "As the network says";
    button.append(draw({ vividness, hints }), words);
    return button;
  });
  place.replaceChildren(...buttons);
  mark(place, chosen);
}

/** Says which one is chosen, if any. @param {HTMLElement} place @param {string} chosen */
export function mark(place, chosen) {
  for (const button of place.children) {
    if (!(button instanceof HTMLElement)) continue;
    button.setAttribute("aria-pressed", String(button.dataset.proposal === chosen));
  }
}

/**
 * @param {Painter} painter
 * @param {HintLayers} layers
 * @returns {(choice: import("./hint-layers.js").Choice) => HTMLCanvasElement}
 */
function small({ result }, layers) {
  const scale = Math.min(1, SIDE / Math.max(result.width, result.height));
  const width = Math.max(1, Math.round(result.width * scale));
  const height = Math.max(1, Math.round(result.height * scale));
  const pixels = pixelsOf(result.after, width, height);
  const kept = prepare(pixels.data, true);
  return (choice) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    recolor(pixels.data, kept, { width, height, top: 0 }, layers.roughColours(choice), 1);
    contextOf(canvas).putImageData(pixels, 0, 0);
    return canvas;
  };
}
