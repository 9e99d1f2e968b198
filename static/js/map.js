// The confidence map as colours that every eye can tell apart, drawn over the picture.

import { contextOf } from "./drawing.js";

// From unsure to sure; the ramp of the legend in static/css/components.css.
const RAMP = [
  [0, 32, 76],
  [87, 93, 109],
  [166, 157, 117],
  [255, 233, 69],
];

/**
 * Stretched to the picture's own range, so that it shows where; the number beside it says how sure.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLImageElement} map grey, brighter = surer
 */
export function drawMap(canvas, map) {
  canvas.width = map.naturalWidth;
  canvas.height = map.naturalHeight;
  const context = contextOf(canvas);
  context.drawImage(map, 0, 0);
  const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
  const greys = data.filter((_, n) => n % 4 === 0);
  const least = greys.reduce((a, b) => Math.min(a, b), 255);
  const most = greys.reduce((a, b) => Math.max(a, b), least + 1);
  const colours = new Uint8ClampedArray(data.length);
  greys.forEach((grey, n) => {
    colours.set([...colour((grey - least) / (most - least)), 255], 4 * n);
  });
  context.putImageData(new ImageData(colours, width), 0, 0);
}

/** @param {number} share 0..1 @returns {number[]} red, green, blue */
function colour(share) {
  const at = share * (RAMP.length - 1);
  const low = Math.min(Math.floor(at), RAMP.length - 2);
  return RAMP[low].map((value, n) => value + (RAMP[low + 1][n] - value) * (at - low));
}
