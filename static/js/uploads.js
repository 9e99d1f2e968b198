// Sends the files of a job, three at a time and in pieces. After a broken line, or on a page that was
// loaded again, it goes on where the server says that it stopped.
import { Problem } from "./checks.js";
import { isSidecar } from "./sidecars.js";

/**
 * `sent`: in bytes; null while only the server knows.
 * @typedef {{ id: number, file: File, sent: number | null }} Upload
 *
 * What the server expects of a file; `error`: why it does not want it.
 * @typedef {{ id: number, error?: object | null }} Place
 */

const AT_ONCE = 3;
// Files that are announced in one request; their names may be long.
const ANNOUNCED = 200;
// Bytes in a piece: few on a slow line, so that little is sent again after a break.
const LEAST = 250_000;
const MOST = 5_000_000;
const QUICK_SECONDS = 2;
const SLOW_SECONDS = 10;
// A piece that has taken so long is lost.
const STANDSTILL_SECONDS = 120;
// Before another attempt, in seconds; the last one from then on.
const PAUSES = [1, 2, 5, 10, 30];
// Answers that may be another one later.
const PASSING = [408, 425, 429, 500, 502, 503, 504, 507];

/** @type {Map<string, Uploads>} what this page sends, by the address of its job, and what it could not send */
export const underWay = new Map();

/** Tells its listeners by the event “change”. */
export class Uploads extends EventTarget {
  /** @type {Upload[]} */
  all = [];
  /** @type {Upload[]} still to be sent */
  queue = [];
  /** @type {Problem | null} why nothing more is sent */
  problem = null;
  /** @type {string[]} names of files that could not be read here */
  unread = [];
  /** seconds until the next attempt; null while all is well */
  /** @type {number | null} */
  resting = null;
  isRunning = false;
  stop = new AbortController();
  piece = 4 * LEAST;

  /** @param {string} address of the job @param {string} token of its forms */
  constructor(address, token) {
    super();
    this.address = new URL(address, location.href).pathname;
    this.token = token;
  }

  get bytes() {
    return this.all.reduce((sum, { file }) => sum + file.size, 0);
  }

  get sent() {
    return this.all.reduce((sum, { sent }) => sum + (sent ?? 0), 0);
  }

  get arrived() {
    return this.all.filter(({ file, sent }) => sent === file.size).length;
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Sends new files of the job, then closes it.
   * @param {File[]} files
   */
  begin(files) {
    this.all = files.map((file) => ({ id: 0, file, sent: 0 }));
    return this.run(true);
  }

  /**
   * Sends the rest of files that the server knows.
   * @param {Upload[]} uploads
   * @param {boolean} isAll whether nothing else is missing
   */
  goOn(uploads, isAll) {
    this.all = uploads;
    return this.run(isAll);
  }

  /** @param {boolean} closes whether the job has all of its files then */
  async run(closes) {
    this.isRunning = true;
    underWay.set(this.address, this);
    addEventListener("beforeunload", askBeforeLeaving);
    this.tell();
    try {
      await this.announce();
      const missing = this.all.filter(({ id, file, sent }) => id && sent !== file.size);
      // Sidecars first, so that photos need not wait for theirs.
      this.queue = missing.sort((a, b) => Number(isSidecar(b.file)) - Number(isSidecar(a.file)));
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
      if (closes && !this.unread.length) await this.close();
    } catch (thrown) {
      if (!this.stop.signal.aborted)
        this.problem = thrown instanceof Problem ? thrown : unforeseen();
      this.stop.abort();
    } finally {
      removeEventListener("beforeunload", askBeforeLeaving);
      // Often it has ended before the page that is to say why is open.
      if (!this.problem && !this.unread.length) underWay.delete(this.address);
      this.isRunning = false;
      this.tell();
    }
  }

  /** Tells the server of the files that it does not know yet. */
  async announce() {
    const fresh = this.all.filter(({ id }) => !id);
    for (let first = 0; first < fresh.length; first += ANNOUNCED) {
      const some = fresh.slice(first, first + ANNOUNCED);
      const body = JSON.stringify(some.map(({ file: { name, size } }) => ({ name, size })));
      const headers = { "Content-Type": "application/json" };
      const response = await this.ask("/items", { method: "POST", body, headers });
      /** @type {Place[]} */
      const places = await response.json();
      for (const [number, { id, error }] of places.entries()) {
        const upload = some[number];
        Object.assign(upload, { id, sent: error ? upload.file.size : 0 });
      }
      this.tell();
    }
  }

  /** What was refused is not waited for. */
  close() {
    return this.ask("/close", { method: "POST", body: new URLSearchParams({ give_up: "1" }) });
  }

  /** One of those who send at the same time. */
  async work() {
    for (let upload = this.queue.shift(); upload; upload = this.queue.shift()) {
      await this.send(upload);
      this.tell();
    }
  }

  /** @param {Upload} upload */
  async send(upload) {
    const { file, id } = upload;
    upload.sent ??= offsetOf(await this.ask(`/items/${id}`, { method: "GET" }));
    while (upload.sent !== null && upload.sent < file.size) {
      const body = await read(file, upload.sent, this.piece);
      if (!body) {
        this.unread.push(file.name);
        return;
      }
      const headers = {
        "Content-Type": "application/octet-stream",
        "Upload-Offset": String(upload.sent),
      };
      const begun = performance.now();
      const response = await this.ask(`/items/${id}`, { method: "PATCH", body, headers });
      if (!response.headers.has("Upload-Offset")) return; // refused; its row will say why
      upload.sent = offsetOf(response);
      this.adapt((performance.now() - begun) / 1000);
      this.tell();
    }
  }

  /** Larger pieces on a quick line, smaller ones on a slow one. @param {number} seconds that a piece took */
  adapt(seconds) {
    if (seconds < QUICK_SECONDS) this.piece = Math.min(2 * this.piece, MOST);
    if (seconds > SLOW_SECONDS) this.piece = Math.max(this.piece / 2, LEAST);
  }

  /**
   * The server's answer, asked for again until there is one.
   * @param {string} path behind the job's address
   * @param {RequestInit} request
   * @returns {Promise<Response>} of success, or what was wrong with one file
   * @throws {Problem} where nothing more can be sent
   */
  async ask(path, request) {
    for (let attempt = 0; ; attempt++) {
      const response = await this.once(path, request);
      if (response?.ok || response?.headers.has("Upload-Offset")) return response;
      if (response && !PASSING.includes(response.status)) return refuse(response, path);
      this.piece = LEAST;
      const named = Number(response?.headers.get("Retry-After"));
      await this.rest(named || PAUSES[Math.min(attempt, PAUSES.length - 1)]);
    }
  }

  /** @param {string} path @param {RequestInit} request */
  async once(path, request) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.token, ...request.headers };
    const late = AbortSignal.timeout(1000 * STANDSTILL_SECONDS);
    const signal = AbortSignal.any([this.stop.signal, late]);
    const sent = fetch(this.address + path, { ...request, headers, signal });
    const response = await sent.catch(() => null);
    this.stop.signal.throwIfAborted();
    return response;
  }

  /** Until the time is over, or the browser is online again. @param {number} seconds */
  async rest(seconds) {
    this.resting = seconds;
    this.tell();
    await pause(seconds, this.stop.signal);
    this.stop.signal.throwIfAborted();
    this.resting = null;
    this.tell();
  }
}

/** @param {Response} response */
const offsetOf = (response) => Number(response.headers.get("Upload-Offset"));

/** @param {BeforeUnloadEvent} event */
const askBeforeLeaving = (event) => event.preventDefault();

/**
 * A piece of a file; null if the file is no longer there or has changed.
 * @param {File} file
 * @param {number} from
 * @param {number} size
 */
const read = (file, from, size) =>
  file
    .slice(from, from + size)
    .arrayBuffer()
    .catch(() => null);

/**
 * What is wrong with one file is told in its row: the others go on.
 * @param {Response} response
 * @param {string} path
 */
async function refuse(response, path) {
  const ofOneFile = path.startsWith("/items/") && [413, 415, 422].includes(response.status);
  if (ofOneFile) return response;
  const { error, message } = await response.json().catch(() => ({}));
  throw error ? new Problem(error, message) : unforeseen();
}

const unforeseen = () =>
  new Problem(
    "internal_error",
    "The server could not take the photos. Reload this page and try again.",
  );

/**
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(go, 1000 * seconds);
    const kinds = { online: window, abort: signal };
    for (const [kind, place] of Object.entries(kinds)) place.addEventListener(kind, go);
    function go() {
      clearTimeout(timer);
      for (const [kind, place] of Object.entries(kinds)) place.removeEventListener(kind, go);
      resolve();
    }
  });
}
