// The way to the endpoint and back, with progress, a time limit and every failure in words.
import { Problem, problem } from "./checks.js";

const TIMEOUT = 120_000;

// What may be over at the next try, the photo being good.
export const PASSING = ["busy", "offline", "rate_limited", "internal_error", "network_unavailable"];

/**
 * @param {string} endpoint
 * @param {FormData} form
 * @param {{progress?: (share: number | null) => void, signal?: AbortSignal}} watch
 *   `progress` hears the share sent, 0..1, then null while the server works
 * @returns {Promise<object>} the endpoint's JSON
 * @throws {Problem} or what the signal was aborted with
 */
export function send(endpoint, form, { progress = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("POST", endpoint);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = TIMEOUT;
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : null);
    request.upload.onload = () => progress(null);
    request.onload = () => answer(request, resolve, reject);
    request.onerror = () => reject(unreachable());
    request.ontimeout = () => reject(problem("busy"));
    request.onabort = () => reject(signal.reason);
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function answer(request, resolve, reject) {
  let body = null;
  try {
    body = JSON.parse(request.responseText);
  } catch {
    // a proxy's page, say
  }
  if (request.status === 200 && body) resolve(body);
  else if (body?.error) {
    const wait = Number(request.getResponseHeader("Retry-After")) || null;
    reject(new Problem(body.error, body.message, wait));
  } else if (request.status === 413) reject(problem("too_large", { limit: "what the server takes" }));
  else if ([502, 503, 504].includes(request.status)) reject(problem("busy"));
  else reject(problem("internal_error"));
}

export function unreachable() {
  return new Problem(
    "offline",
    "The server cannot be reached. Check your connection and try again; your photo is still here.",
  );
}
