// Checks a file before it is sent. The messages come from the server.

import { need } from "./dom.js";

/**
 * A type of file; the patterns match its first bytes.
 * @typedef {{ pattern: string } & Record<string, string>} Kind
 *
 * The data that the server writes into the page.
 * @typedef {object} Limits
 * @property {number} bytes
 * @property {string} megabytes
 * @property {number} pixels
 * @property {string} megapixels
 * @property {number} side
 * @property {number} claim_minutes
 * @property {{ pattern: string, name: string, in_browsers: boolean }[]} photos
 * @property {string[]} films patterns of their first bytes; none where films are switched off
 * @property {Kind[]} others
 * @property {string[]} refused endings of names
 * @property {Kind} program
 * @property {number} head number of bytes that the patterns match
 * @property {Record<string, string>} messages with {facts} to fill in, by code
 *
 * @typedef {{ width: number, height: number }} Size in pixels
 */

/** An error with a message for people; `code` names its FAQ entry. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number | null} retryAfter in seconds
   */
  constructor(code, message, retryAfter = null) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/**
 * The limits and messages that the server writes into the page.
 * @returns {Limits}
 */
export function limits() {
  return JSON.parse(need(document, "[data-photo-limits] script", HTMLScriptElement).text);
}

/**
 * A message of the server with its {facts} filled in.
 * @param {string} code
 * @param {Record<string, string | number>} facts
 */
export const problem = (code, facts = {}) =>
  new Problem(code, filled(limits().messages[code], facts));

/**
 * @param {string} text with {facts} to fill in
 * @param {Record<string, string | number>} facts
 */
export const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name]));

/**
 * What was thrown, as an error with a message for people.
 * @param {unknown} thrown
 */
export const asProblem = (thrown) =>
  thrown instanceof Problem ? thrown : problem("internal_error");

/**
 * The photo's object URL and size, once it has really loaded here; none for a kind that browsers do
 * not show, which the server looks at alone.
 * @param {File} file
 * @returns {Promise<{ url: string } & Size>}
 * @throws {Problem}
 */
export async function examine(file) {
  const kind = await checkFile(file);
  if (!kind.in_browsers) return { url: "", width: 0, height: 0 };
  // With a fixed type, because the file name may have any ending.
  const url = URL.createObjectURL(file.slice(0, file.size, "image/jpeg"));
  try {
    const size = await load(url);
    checkSize(size);
    return { url, ...size };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

/**
 * The kind of a photo, told without decoding it.
 * @param {File} file
 * @throws {Problem}
 */
export async function checkFile(file) {
  if (file.size > limits().bytes) throw problem("too_large", { limit: `${limits().megabytes} MB` });
  return kindOf(file);
}

/**
 * As the server's table of kinds (`formats.py`) tells it.
 * @param {File} file
 * @throws {Problem}
 */
async function kindOf(file) {
  const { photos, others, refused, program } = limits();
  const text = await beginning(file);
  const fits = (/** @type {string} */ pattern) => matches(pattern, text);
  const kind = photos.find(({ pattern }) => fits(pattern));
  const other = others.find(({ pattern }) => fits(pattern));
  if (!kind) throw problem("wrong_type", other);
  const name = file.name.toLowerCase().replace(/[ .]+$/, "");
  if (refused.some((ending) => name.endsWith(ending))) throw problem("wrong_type", program);
  return kind;
}

/** Whether a file is a film that can be coloured here, by its first bytes. @param {File} file */
export async function isFilm(file) {
  const { films } = limits();
  if (!films.length) return false;
  const text = await beginning(file).catch(() => "");
  return films.some((pattern) => matches(pattern, text));
}

/** The first bytes of a file, each as a character. @param {File} file */
async function beginning(file) {
  const first = new Uint8Array(await file.slice(0, limits().head).arrayBuffer());
  return String.fromCharCode(...first);
}

/** @param {string} pattern @param {string} text */
const matches = (pattern, text) => new RegExp(pattern, "s").test(text);

/** @param {string} url @returns {Promise<Size>} */
async function load(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    throw problem("damaged");
  }
  return { width: image.naturalWidth, height: image.naturalHeight };
}

/** @param {Size} size @throws {Problem} */
function checkSize(size) {
  const { pixels, megapixels, side } = limits();
  if (size.width * size.height > pixels) {
    throw problem("too_many_pixels", { ...size, limit: megapixels });
  }
  if (Math.min(size.width, size.height) < side) {
    throw problem("too_small", { ...size, limit: side });
  }
}
