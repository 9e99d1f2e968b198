// Pictures from the endpoint's answer, and what another vividness makes of them while a slider moves.
import { prepare, recolor } from "./recolor.js";

// What is recoloured while the slider moves; the full size is done for the download.
const VIEW_PIXELS = 1_000_000;

export const percent = (share) => `${Math.round(share * 100)} %`;

export const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** Null where the network has no such layer. */
export const layer = (base64) => (base64 === null ? null : picture(`data:image/png;base64,${base64}`));

export async function picture(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

export function pixelsOf(image, width = image.naturalWidth, height = image.naturalHeight) {
  return drawn(image, width, height).getImageData(0, 0, width, height);
}

export function drawn(image, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context;
}

/** Draws the picture with an amount added, at most once a frame. */
export function follower({ body, after, step, view }) {
  const canvas = view.querySelector(".recolored");
  const scale = Math.min(1, Math.sqrt(VIEW_PIXELS / (body.width * body.height)));
  const width = Math.max(1, Math.round(body.width * scale));
  const height = Math.max(1, Math.round(body.height * scale));
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  let pixels = null;
  let kept = null;
  let wanted = null;
  const draw = () => {
    pixels ??= pixelsOf(after, width, height);
    kept ??= prepare(pixels.data, { width, height, top: 0 }, step);
    recolor(pixels.data, kept, wanted);
    context.putImageData(pixels, 0, 0);
    canvas.hidden = false;
    wanted = null;
  };
  return (amount) => {
    if (wanted === null) requestAnimationFrame(draw);
    wanted = amount;
  };
}
