// What forms of jobs have in common: they open the job, then show its page in place of themselves.
import { Problem } from "./checks.js";
import { unreachable } from "./send.js";
import { openTab } from "./tabs.js";

/** @typedef {import("./job-items.js").Job} Job */

// Before the page of a job is asked for again, in milliseconds.
const AGAIN = 2000;

/**
 * Opens a job.
 * @param {HTMLFormElement} form
 * @param {FormData} fields
 * @returns {Promise<Job>}
 * @throws {Problem}
 */
export async function begin(form, fields) {
  const headers = { Accept: "application/json" };
  const sent = fetch(form.action, { method: "POST", body: fields, headers });
  const response = await sent.catch(() => Promise.reject(unreachable()));
  const told = await response.json().catch(() => ({}));
  if (response.ok) return told;
  const after = Number(response.headers.get("Retry-After")) || null;
  throw told.error ? new Problem(told.error, told.message, after) : unreachable();
}

/**
 * Shows the page of a job, however long that takes on a broken line.
 * @param {string} address
 * @param {() => void} wait what to say meanwhile
 */
export async function show(address, wait) {
  for (;;) {
    try {
      await openTab(new URL(address, location.href));
      return;
    } catch {
      wait();
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}
