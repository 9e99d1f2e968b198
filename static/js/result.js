// The result: slider, confidence, another vividness at once, and the download.
import { all, attribute, copyOf, need, wordsOf } from "./dom.js";
import {
  bytes,
  drawn,
  follower,
  layer,
  percent,
  picture,
  pictureBefore,
  pixelsOf,
} from "./drawing.js";
import { withMetadata } from "./jpeg.js";
import { drawMap } from "./map.js";
import { prepare, recolor } from "./recolor.js";

/** @typedef {import("./send.js").Answer} Answer */
/**
 * @typedef {object} Result
 * @property {Answer} body with its layers
 * @property {Uint8Array<ArrayBuffer>} jpeg
 * @property {HTMLImageElement} after
 * @property {ImageData | null} step null where the network has one answer
 * @property {HTMLElement} view
 * @property {(status: string) => void} say tells of progress
 * @property {(vividness: number) => Promise<Answer>} ask has the server do what this device can't
 */

// What is worked on at once: small enough for the processor's cache. The page gets a turn now and then.
const SLICE_PIXELS = 100_000;
const TURN_MILLISECONDS = 50;
const JPEG_QUALITY = 0.92;

/**
 * @param {Answer} body
 * @param {string} before object URL of the photo, for where the answer brings no picture of it
 * @param {Result["say"]} say
 * @param {Result["ask"]} ask
 * @returns {Promise<HTMLElement>}
 */
export async function showResult(body, before, say, ask) {
  const view = copyOf("result-template");
  const jpeg = bytes(body.image);
  const [after, map, step] = await Promise.all([
    picture(URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }))),
    layer(body.confidence_map),
    layer(body.ab_step),
  ]);
  const result = { body, jpeg, after, step: step && pixelsOf(step), view, say, ask };
  fill(result, before);
  if (map) drawMap(need(view, "[data-map]", HTMLCanvasElement), map);
  listen(result);
  return view;
}

/** @param {Result} result @param {string} before */
function fill({ body, after, view }, before) {
  const { width, height, milliseconds } = body;
  const photos = { before: pictureBefore(body) ?? before, after: after.src };
  for (const [place, src] of Object.entries(photos)) {
    const image = need(view, `[data-${place}] img`, HTMLImageElement);
    Object.assign(image, { src, width, height });
  }
  const layers = new Map(Object.entries(body));
  for (const part of all(view, "[data-has]", HTMLElement)) {
    part.hidden = layers.get(attribute(part, "data-has")) === null;
  }
  for (const part of all(view, "[data-lacks]", HTMLElement)) {
    // A picture that was saved before comes without its layers: that says nothing of its network.
    part.hidden = body.saved_before || layers.get(attribute(part, "data-lacks")) !== null;
  }
  need(view, "[data-confidence]", HTMLElement).textContent = String(body.confidence);
  need(view, "[data-confidence-words]", HTMLElement).textContent = body.confidence_words;
  const time = milliseconds ? `, coloured in ${milliseconds} ms` : ""; // saved before: in none
  const facts = `${width} × ${height} pixels${time}`;
  need(view, "[data-facts]", HTMLElement).textContent = facts;
  sliderOf(view).value = String(body.vividness);
  need(view, "output", HTMLOutputElement).value = percent(body.vividness);
}

/** @param {HTMLElement} view the result's */
export const sliderOf = (view) => need(view, "#vividness-slider", HTMLInputElement);

/** @param {Result} result */
function listen(result) {
  const { view } = result;
  const map = need(view, "[data-show-map]", HTMLInputElement);
  map.addEventListener("change", () => {
    for (const part of all(view, "[data-map], .legend", HTMLElement)) part.hidden = !map.checked;
  });
  if (result.step) listenToSlider(result, result.step);
  listenToDownload(result);
}

/** @param {Result} result @param {ImageData} step */
function listenToSlider({ view, body, after }, step) {
  const slider = sliderOf(view);
  const refresh = follower({ view, body, after, step });
  slider.addEventListener("input", () => {
    need(view, "output", HTMLOutputElement).value = percent(slider.valueAsNumber);
    refresh(slider.valueAsNumber - body.vividness);
  });
}

/** @param {Result} result */
function listenToDownload(result) {
  const slider = sliderOf(result.view);
  const link = need(result.view, "[data-download]", HTMLAnchorElement);
  link.href = result.after.src;
  link.download = result.body.filename;
  link.addEventListener("click", (event) => {
    const vividness = slider.valueAsNumber;
    if (vividness === result.body.vividness) return;
    event.preventDefault();
    download(result, vividness, link);
  });
}

/**
 * @param {Result} result
 * @param {number} vividness
 * @param {HTMLAnchorElement} link
 */
async function download(result, vividness, link) {
  if (link.getAttribute("aria-disabled") === "true") return;
  link.setAttribute("aria-disabled", "true");
  const { say, view, body } = result;
  const label = link.textContent;
  say("Preparing the full-size picture …");
  try {
    const file = await makeFile(result, vividness, (progress) => {
      link.textContent = progress;
    });
    if (!view.isConnected) return; // started over meanwhile
    saveFile(file, body.filename);
    say("Downloaded with the vividness you chose.");
  } catch (error) {
    if (view.isConnected) say(wordsOf(error));
  } finally {
    link.textContent = label;
    link.removeAttribute("aria-disabled");
  }
}

/** @typedef {(words: string) => void} Tell */

/**
 * The full-size picture at this vividness, made here; by the server where it is too large.
 * @param {Result} result
 * @param {number} vividness
 * @param {Tell} tell
 */
async function makeFile(result, vividness, tell) {
  try {
    const blob = await fullSize(result, vividness - result.body.vividness, tell);
    return withMetadata(new Uint8Array(await blob.arrayBuffer()), result.jpeg);
  } catch {
    result.say("The picture is too large for this device, so the server prepares it …");
    tell("Waiting for the server …");
    const { image } = await result.ask(vividness);
    return new Blob([bytes(image)], { type: "image/jpeg" });
  }
}

/**
 * @param {Result} result
 * @param {number} amount
 * @param {Tell} tell gets the words for the button; the page's status is read aloud, and not so often
 * @returns {Promise<Blob>}
 */
async function fullSize({ body, after, step, view }, amount, tell) {
  if (!step) throw new Error("The network has one answer.");
  const { width, height } = body;
  const rows = Math.max(1, Math.floor(SLICE_PIXELS / width));
  tell(`Colouring ${percent(0)}`);
  await breathe();
  const context = drawn(after, width, height);
  let turn = performance.now();
  for (let top = 0; top < height && view.isConnected; top += rows) {
    const slice = context.getImageData(0, top, width, Math.min(rows, height - top));
    recolor(slice.data, prepare(slice.data, { width, height, top }, step), amount);
    context.putImageData(slice, 0, top);
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    tell(`Colouring ${percent(top / height)}`);
    await breathe();
    turn = performance.now();
  }
  tell("Writing the file …");
  await breathe();
  /** @type {Blob | null} */
  const blob = await new Promise((done) => context.canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
  if (!blob) throw new Error("The picture is too large for this device.");
  return blob;
}

/** Lets the page show and answer what has come up meanwhile. */
const breathe = () => new Promise((done) => setTimeout(done));

/** @param {Blob} blob @param {string} name */
export function saveFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
