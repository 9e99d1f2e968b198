// The result: slider, confidence, another vividness at once, and the download.
import { bytes, drawn, follower, layer, percent, picture, pixelsOf } from "./drawing.js";
import { withMetadata } from "./jpeg.js";
import { drawMap } from "./map.js";
import { prepare, recolor } from "./recolor.js";

// What is worked on at once: small enough for the processor's cache. The page gets a turn now and then.
const SLICE_PIXELS = 100_000;
const TURN_MILLISECONDS = 50;
const JPEG_QUALITY = 0.92;

/**
 * @param {object} body the endpoint's answer, with its layers
 * @param {string} before object URL of the photo
 * @param {(status: string) => void} say tells of progress
 * @param {(vividness: number) => Promise<object>} ask has the server do what this device can't
 * @returns {Promise<HTMLElement>}
 */
export async function showResult(body, before, say, ask) {
  const view = document.getElementById("result-template").content.cloneNode(true).firstElementChild;
  const jpeg = bytes(body.image);
  const [after, map, step] = await Promise.all([
    picture(URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }))),
    layer(body.confidence_map),
    layer(body.ab_step),
  ]);
  const result = { body, jpeg, after, step: step && pixelsOf(step), view, say, ask };
  fill(result, before);
  if (map) drawMap(view.querySelector(".map"), map);
  listen(result);
  return view;
}

function fill({ body, after, view }, before) {
  for (const [place, src] of [["before", before], ["after", after.src]]) {
    const image = view.querySelector(`[data-${place}] img`);
    Object.assign(image, { src, width: body.width, height: body.height });
  }
  for (const part of view.querySelectorAll("[data-has]")) part.hidden = body[part.dataset.has] === null;
  for (const part of view.querySelectorAll("[data-lacks]")) {
    part.hidden = body[part.dataset.lacks] !== null;
  }
  view.querySelector("[data-confidence]").textContent = body.confidence;
  const facts = `${body.width} × ${body.height} pixels, coloured in ${body.milliseconds} ms`;
  view.querySelector("[data-facts]").textContent = facts;
  view.querySelector("#vividness-slider").value = body.vividness;
  view.querySelector("output").value = percent(body.vividness);
}

function listen(result) {
  const { view, body } = result;
  const slider = view.querySelector("#vividness-slider");
  const refresh = follower(result);
  slider.addEventListener("input", () => {
    view.querySelector("output").value = percent(slider.value);
    refresh(slider.value - body.vividness);
  });
  view.querySelector("[data-map]").addEventListener("change", ({ target }) => {
    for (const part of view.querySelectorAll(".map, .legend")) part.hidden = !target.checked;
  });
  const link = view.querySelector("[data-download]");
  link.href = result.after.src;
  link.download = body.filename;
  link.addEventListener("click", (event) => {
    if (Number(slider.value) === body.vividness) return;
    event.preventDefault();
    download(result, Number(slider.value), link);
  });
}

async function download(result, vividness, link) {
  if (link.getAttribute("aria-disabled") === "true") return;
  link.setAttribute("aria-disabled", "true");
  const { say, view, body } = result;
  const label = link.textContent;
  say("Making the full-size picture with the vividness that you chose …");
  try {
    const file = await makeFile(result, vividness, (progress) => (link.textContent = progress));
    if (!view.isConnected) return; // started over meanwhile
    save(file, body.filename);
    say("Saved with the vividness that you chose.");
  } catch (error) {
    if (view.isConnected) say(error.message);
  } finally {
    link.textContent = label;
    link.removeAttribute("aria-disabled");
  }
}

/** The full-size picture at this vividness, made here; by the server where it is too large. */
async function makeFile(result, vividness, tell) {
  try {
    const blob = await fullSize(result, vividness - result.body.vividness, tell);
    return withMetadata(new Uint8Array(await blob.arrayBuffer()), result.jpeg);
  } catch {
    result.say("This device cannot make the full-size picture: the server does …");
    tell("Waiting for the server …");
    const { image } = await result.ask(vividness);
    return new Blob([bytes(image)], { type: "image/jpeg" });
  }
}

/** `tell` gets the words for the button; the page's status is read aloud, and not so often. */
async function fullSize({ body, after, step, view }, amount, tell) {
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
  const blob = await new Promise((done) => context.canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
  if (!blob) throw new Error("The picture is too large for this device.");
  return blob;
}

/** Lets the page show and answer what has come up meanwhile. */
const breathe = () => new Promise((done) => setTimeout(done));

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
