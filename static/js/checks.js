// What can be told of a file before it is sent. The words come from the server.

/** A problem that a person can understand; `code` names its FAQ entry. */
export class Problem extends Error {
  constructor(code, message, retryAfter = null) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** The page's limits and messages, written into it by the server. */
export function limits() {
  return JSON.parse(document.getElementById("photo-limits").textContent);
}

/** A message of the server's with its {facts} filled in. */
export function problem(code, facts = {}) {
  const text = limits().messages[code];
  return new Problem(code, text.replace(/\{(\w+)\}/g, (_, name) => facts[name]));
}

/**
 * The photo's object URL and size, once it has really loaded here.
 * @param {File} file
 * @throws {Problem}
 */
export async function examine(file) {
  if (file.size > limits().bytes) throw problem("too_large", { limit: `${limits().megabytes} MB` });
  if (!(await looksRight(file))) throw problem("wrong_type");
  const url = URL.createObjectURL(file);
  try {
    const size = await load(url);
    checkSize(size);
    return { url, ...size };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

async function looksRight(file) {
  const suffix = file.name.match(/\.[^.]+$/)?.[0].toLowerCase();
  if (suffix && !limits().suffixes.includes(suffix)) return false;
  const first = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  const starts = (...bytes) => bytes.every((byte, n) => first[n] === byte);
  return starts(0xff, 0xd8, 0xff) || starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
}

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

function checkSize(size) {
  const { pixels, megapixels, side } = limits();
  if (size.width * size.height > pixels) {
    throw problem("too_many_pixels", { ...size, limit: megapixels });
  }
  if (Math.min(size.width, size.height) < side) throw problem("too_small", { ...size, limit: side });
}
