// Draws the confidence map over the picture, in colours that everyone can tell apart.
import { contextOf } from "./drawing.js";
import { rgbOf } from "./lab.js";

// From unsure to sure, in the colours of the legend.
const RAMP = [1, 2, 3, 4].map((number) => token(`--color-confidence-${number}`));

/**
 * Stretched to the picture's own range to show differences; the number next to it shows the level.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLImageElement} map grey, brighter = surer; transparent in a border, which stays clear
 */
export function drawMap(canvas, map) {
  canvas.width = map.naturalWidth;
  canvas.height = map.naturalHeight;
  const context = contextOf(canvas);
  context.drawImage(map, 0, 0);
  const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
  const greys = data.filter((_, n) => n % 4 === 0);
  const alphas = data.filter((_, n) => n % 4 === 3);
  const known = greys.filter((_, n) => alphas[n]);
  const least = known.reduce((a, b) => Math.min(a, b), 255);
  const most = known.reduce((a, b) => Math.max(a, b), least + 1);
  const colours = new Uint8ClampedArray(data.length);
  greys.forEach((grey, n) => {
    if (alphas[n]) colours.set([...colour((grey - least) / (most - least)), 255], 4 * n);
  });
  context.putImageData(new ImageData(colours, width), 0, 0);
}

/** @param {string} name of a colour of the styles @returns {number[]} red, green, blue */
function token(name) {
  return rgbOf(getComputedStyle(document.documentElement).getPropertyValue(name).trim());
}

/** @param {number} share 0..1 @returns {number[]} red, green, blue */
function colour(share) {
  const at = share * (RAMP.length - 1);
  const low = Math.min(Math.floor(at), RAMP.length - 2);
  return RAMP[low].map((value, n) => value + (RAMP[low + 1][n] - value) * (at - low));
}
