// Sends a photo to the endpoint, with progress, a time limit, and a clear message for each failure.
import { Problem, problem } from "./checks.js";
import { inNumbers } from "./progress.js";

/**
 * An error of the endpoint, with a message for people.
 * @typedef {{ error: string, message: string, help: string, request_id: string }} Refusal
 *
 * The endpoint's answer; docs/api.md describes each field.
 * @typedef {object} Answer
 * @property {string} image the picture, base64
 * @property {string} format its kind, such as jpeg
 * @property {string} filename
 * @property {number} width
 * @property {number} height
 * @property {number | null} confidence in percent
 * @property {string} confidence_words the same, for people
 * @property {string} network
 * @property {number} vividness
 * @property {number} milliseconds
 * @property {string | null} confidence_map a PNG, base64; this and the next if `layers` was sent
 * @property {string | null} ab_step
 * @property {boolean} [takes_hints]
 * @property {import("./hints.js").Hint[]} hints
 * @property {import("./hint-layers.js").Told | null} [hint_layers] if `layers` was “hints”
 * @property {import("./offers.js").Offer[]} offers
 * @property {string} [before] a JPEG of the photo, base64, where browsers do not show its kind
 * @property {string} [saved] address of the picture in the gallery
 * @property {boolean} [saved_before]
 * @property {Refusal} [not_saved]
 */

// How long nothing may move, in milliseconds. A slow line is no reason to give up.
const STANDSTILL = 120_000;

// Errors that another try may solve, because the photo is fine.
export const PASSING = ["busy", "offline", "rate_limited", "internal_error", "network_unavailable"];

/** @typedef {import("./progress.js").Step} Step */

/**
 * @param {string} endpoint
 * @param {FormData} form
 * @param {{progress?: (step: Step) => void, signal?: AbortSignal}} watch
 * @returns {Promise<Answer>}
 * @throws {Problem} or the reason that the signal was aborted with
 */
export function send(endpoint, form, { progress = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("POST", endpoint);
    request.setRequestHeader("Accept", "application/json");
    const sent = watch(request, progress);
    request.onload = () => answer(request, resolve, reject);
    request.onerror = () => reject(unreachable(sent()));
    request.ontimeout = () => reject(sent() === null ? problem("busy") : unreachable(sent()));
    request.onabort = () => reject(signal?.reason);
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/**
 * Tells how far a request is, and lets it take its time as long as something moves.
 * @param {XMLHttpRequest} request
 * @param {(step: Step) => void} progress
 * @returns {() => Step | null} how far the sending is; null once all is sent
 */
function watch(request, progress) {
  /** @type {Step | null} */
  let sending = { stage: "Sending", done: 0, total: null };
  const start = performance.now();
  const goOn = () => {
    request.timeout = performance.now() - start + STANDSTILL;
  };
  /** @param {ProgressEvent} event */
  const reached = ({ loaded, total, lengthComputable }) => ({
    done: loaded,
    total: lengthComputable ? total : null,
  });
  goOn();
  request.upload.onprogress = (event) => {
    goOn();
    sending = { stage: "Sending", ...reached(event) };
    progress(sending);
  };
  request.upload.onload = () => {
    goOn();
    sending = null;
    progress({ stage: "Colouring", done: 0, total: null });
  };
  request.onprogress = (event) => {
    goOn();
    progress({ stage: "Receiving", ...reached(event) });
  };
  return () => sending;
}

/**
 * @param {XMLHttpRequest} request
 * @param {(answer: Answer) => void} resolve
 * @param {(problem: Problem) => void} reject
 */
function answer(request, resolve, reject) {
  let body = null;
  try {
    body = JSON.parse(request.responseText);
  } catch {
    // a proxy's page, say
  }
  if (request.status === 200 && body) resolve(body);
  else reject(body?.error ? refusal(request, body) : strange(request.status));
}

/** @param {XMLHttpRequest} request @param {Refusal} body */
function refusal(request, { error, message }) {
  return new Problem(error, message, Number(request.getResponseHeader("Retry-After")) || null);
}

/**
 * The result itself, of the kind that the form names.
 * @param {string} endpoint
 * @param {FormData} form
 * @returns {Promise<Blob>}
 * @throws {Problem}
 */
export async function fetchFile(endpoint, form) {
  const sent = { method: "POST", body: form, headers: { Accept: "image/*" } };
  const response = await fetch(endpoint, sent).catch(() => {
    throw unreachable();
  });
  if (response.ok) return response.blob();
  /** @type {Partial<Refusal>} */
  const { error, message } = await response.json().catch(() => ({}));
  throw error && message ? new Problem(error, message) : strange(response.status);
}

/** What a proxy says by its status alone. @param {number} status */
function strange(status) {
  if (status === 413) return problem("too_large", { limit: "what the server takes" });
  if (status === 408) return unreachable();
  return problem([502, 503, 504].includes(status) ? "busy" : "internal_error");
}

/** @param {Step | null} sending how far the photo was */
export function unreachable(sending = null) {
  const where = sending?.done && sending.total !== null ? inNumbers(sending) : "";
  const what = where ? `The connection broke after ${where}.` : "No connection to the server.";
  return new Problem(
    "offline",
    `${what} Check your internet connection and try again; your photo is still here.`,
  );
}
