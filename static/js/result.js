// The result: slider, confidence, other colours at once, and the download.
import { all, attribute, copyOf, need, wordsOf } from "./dom.js";
import { bytes, drawn, layer, percent, pictureBefore } from "./drawing.js";
import { startHints } from "./hint-start.js";
import { withMetadata } from "./jpeg.js";
import { drawMap } from "./map.js";
import { painterOf } from "./painter.js";
import { prepare, recolor } from "./recolor.js";

/** @typedef {import("./send.js").Answer} Answer */
/** @typedef {import("./hint-layers.js").Choice} Choice */
/**
 * @typedef {object} Result
 * @property {Answer} body with its layers
 * @property {import("./painter.js").Painter} painter
 * @property {HTMLElement} view
 * @property {(status: string) => void} say tells of progress
 * @property {string} before the address of what it is compared with
 * @property {Ask} ask has the server do what this device can't
 *
 * @typedef {{ layers?: string, progress?: (step: import("./progress.js").Step) => void }} More
 * @typedef {(choice: Choice, more?: More) => Promise<Answer>} Ask
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
  const [painter, map] = await Promise.all([painterOf(body, view), layer(body.confidence_map)]);
  const result = { body, painter, view, say, ask, before: pictureBefore(body) ?? before };
  fill(result);
  if (map) drawMap(need(view, "[data-map]", HTMLCanvasElement), map);
  listen(result);
  return view;
}

/** @param {Result} result */
function fill({ body, painter, view, before }) {
  const { width, height, milliseconds } = body;
  const { after, made } = painter.result;
  const photos = { before, after: after.src };
  for (const [place, src] of Object.entries(photos)) {
    const image = need(view, `[data-${place}] img`, HTMLImageElement);
    Object.assign(image, { src, width, height });
  }
  const layers = new Map(Object.entries(body));
  for (const part of all(view, "[data-has]", HTMLElement)) {
    part.hidden = (layers.get(attribute(part, "data-has")) ?? false) === false;
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
  sliderOf(view).value = String(made.vividness);
  need(view, "[data-hints]", HTMLInputElement).value = made.hints;
  need(view, "output", HTMLOutputElement).value = percent(made.vividness);
}

/** @param {HTMLElement} view the result's */
const sliderOf = (view) => need(view, "#vividness-slider", HTMLInputElement);

/** What is chosen for a result. @param {HTMLElement} view the result's @returns {Choice} */
export const choiceOf = (view) => ({
  vividness: sliderOf(view).valueAsNumber,
  hints: need(view, "[data-hints]", HTMLInputElement).value,
});

/** @param {Result} result */
function listen(result) {
  const { view } = result;
  const map = need(view, "[data-show-map]", HTMLInputElement);
  map.addEventListener("change", () => {
    for (const part of all(view, "[data-map], .legend", HTMLElement)) part.hidden = !map.checked;
  });
  const chosen = [sliderOf(view), need(view, "[data-hints]", HTMLInputElement)];
  for (const field of chosen) field.addEventListener("input", () => follow(result));
  listenToDownload(result);
  listenToHints(result);
}

/** @param {Result} result */
function follow({ view, painter }) {
  const choice = choiceOf(view);
  need(view, "output", HTMLOutputElement).value = percent(choice.vividness);
  painter.show(choice);
}

/** @param {Result} result */
function listenToHints({ view, body, painter, ask, before }) {
  const { width, height } = body;
  startHints(view, {
    field: need(view, "[data-hints]", HTMLInputElement),
    width,
    height,
    vividness: () => choiceOf(view).vividness,
    painter: () => painter,
    fetch: async (progress) => {
      await painter.take(await ask(choiceOf(view), { layers: "hints", progress }), before);
      painter.show(choiceOf(view));
    },
    without: (isWithout) => {
      painter.show(isWithout ? { ...choiceOf(view), hints: "" } : choiceOf(view));
    },
  });
}

/** @param {Result} result */
function listenToDownload(result) {
  const { view, body, painter } = result;
  const link = need(view, "[data-download]", HTMLAnchorElement);
  link.href = painter.result.after.src;
  link.download = body.filename;
  link.addEventListener("click", (event) => {
    const choice = choiceOf(view);
    if (isSame(choice, painter.result.made)) return;
    event.preventDefault();
    download(result, choice, link);
  });
}

/** @param {Choice} one @param {Choice} other */
export const isSame = (one, other) =>
  one.vividness === other.vividness && one.hints === other.hints;

/**
 * @param {Result} result
 * @param {Choice} choice
 * @param {HTMLAnchorElement} link
 */
async function download(result, choice, link) {
  if (link.getAttribute("aria-disabled") === "true") return;
  link.setAttribute("aria-disabled", "true");
  const { say, view, body } = result;
  const label = link.textContent;
  say("Preparing the full-size picture …");
  try {
    const file = await makeFile(result, choice, (progress) => {
      link.textContent = progress;
    });
    if (!view.isConnected) return; // started over meanwhile
    saveFile(file, body.filename);
    say("Downloaded with the colours you chose.");
  } catch (error) {
    if (view.isConnected) say(wordsOf(error));
  } finally {
    link.textContent = label;
    link.removeAttribute("aria-disabled");
  }
}

/** @typedef {(words: string) => void} Tell */

/**
 * The full-size picture as it is chosen, made here; by the server where it is too large.
 * @param {Result} result
 * @param {Choice} choice
 * @param {Tell} tell
 */
async function makeFile(result, choice, tell) {
  try {
    const blob = await fullSize(result, choice, tell);
    return withMetadata(new Uint8Array(await blob.arrayBuffer()), bytes(result.body.image));
  } catch {
    result.say("The picture is too large for this device, so the server prepares it …");
    tell("Waiting for the server …");
    const { image } = await result.ask(choice);
    return new Blob([bytes(image)], { type: "image/jpeg" });
  }
}

/**
 * @param {Result} result
 * @param {Choice} choice
 * @param {Tell} tell gets the words for the button; the page's status is read aloud, and not so often
 * @returns {Promise<Blob>}
 */
async function fullSize({ body, painter, view }, choice, tell) {
  const { width, height } = body;
  const rows = Math.max(1, Math.floor(SLICE_PIXELS / width));
  tell(`Colouring ${percent(0)}`);
  await breathe();
  const { step, amount, isGrey } = painter.paint(choice);
  const context = drawn(painter.source(isGrey), width, height);
  let turn = performance.now();
  for (let top = 0; top < height && view.isConnected; top += rows) {
    const slice = context.getImageData(0, top, width, Math.min(rows, height - top));
    recolor(slice.data, prepare(slice.data, isGrey), { width, height, top }, step, amount);
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
