// “Suggest other colours”: small pictures of colours that a result may well have, one of which is chosen.
import { all } from "./dom.js";
import { contextOf, pixelsOf } from "./drawing.js";
import { textOf } from "./hints.js";
import { prepare, recolor } from "./recolor.js";

/** @typedef {import("./painter.js").Painter} Painter */
/** @typedef {import("./hint-layers.js").HintLayers} HintLayers */

// The longest side of a small picture, in pixels.
const SIDE = 320;

/**
 * The hints of each proposal, as forms have them, after those that the result has.
 * @param {HintLayers} layers
 * @param {string} kept the hints of the result, which all have
 */
export const proposed = ({ told }, kept) => [kept, ...(told.proposals ?? []).map(textOf)];

/**
 * Shows them as buttons.
 * @param {HTMLElement} place
 * @param {Painter} painter which has its layers
 * @param {number} vividness
 * @param {string} kept the hints of the result as it is
 */
export function showProposals(place, painter, vividness, kept) {
  const { layers } = painter;
  if (!layers) return;
  const draw = small(painter, layers);
  const first = kept ? "With your dots only" : "The network’s first guess";
  const buttons = proposed(layers, kept).map((hints, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "proposal";
    button.dataset.proposal = hints;
    button.append(draw({ vividness, hints }), number ? `Suggestion ${number}` : first);
    return button;
  });
  place.replaceChildren(...buttons);
  mark(place, kept);
}

/**
 * Says which one is chosen.
 * @param {HTMLElement} place
 * @param {string} chosen
 * @returns {boolean} whether any is
 */
export function mark(place, chosen) {
  const buttons = all(place, "[data-proposal]", HTMLElement);
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button.dataset.proposal === chosen));
  }
  return buttons.some(({ dataset }) => dataset.proposal === chosen);
}

/**
 * @param {Painter} painter
 * @param {HintLayers} layers
 * @returns {(choice: import("./hint-layers.js").Choice) => HTMLCanvasElement}
 */
function small({ result, grey }, layers) {
  const scale = Math.min(1, SIDE / Math.max(result.width, result.height));
  const width = Math.max(1, Math.round(result.width * scale));
  const height = Math.max(1, Math.round(result.height * scale));
  const pixels = pixelsOf(grey, width, height);
  const kept = prepare(pixels.data, true);
  return (choice) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    recolor(pixels.data, kept, { width, height, top: 0 }, layers.roughColours(choice), 1);
    contextOf(canvas).putImageData(pixels, 0, 0);
    return canvas;
  };
}
