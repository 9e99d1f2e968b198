// What the page of a job sends: how far it is, and how to go on after the page was loaded again.
import { all, need } from "./dom.js";
import { Uploads, underWay } from "./uploads.js";

/** @typedef {import("./job-items.js").Items | import("./film-view.js").FilmView} Items */
/** @typedef {import("./job-items.js").Item} Item */
/** @typedef {import("./job-items.js").Job} Job */
/** @typedef {import("./uploads.js").Upload} Upload */

// How long another page may take to end its upload, in seconds.
const GRACE = 3;

export class Sending {
  /** @type {Uploads | null} */
  uploads = null;
  /** whether the job is open although nothing of it is missing */
  isComplete = false;
  isTelling = false;

  /**
   * @param {HTMLElement} root of the page
   * @param {string} address of the job
   * @param {Items} items
   * @param {() => void} look has the page ask how the job stands
   */
  constructor(root, address, items, look) {
    this.root = root;
    this.address = address;
    this.items = items;
    this.look = look;
    this.view = need(root, "[data-sending]", HTMLElement);
    this.bar = need(this.view, "progress", HTMLProgressElement);
    this.words = need(this.view, "[data-sending-words]", HTMLElement);
    this.missing = need(root, "[data-missing]", HTMLElement);
    this.problem = need(root, "[data-sending-problem]", HTMLElement);
  }

  get isRunning() {
    return Boolean(this.uploads?.isRunning);
  }

  start() {
    const uploads = underWay.get(this.address);
    if (uploads) this.follow(uploads);
    for (const input of all(this.missing, "input[type=file]", HTMLInputElement)) {
      input.addEventListener("change", () => this.goOn(input));
    }
  }

  /** Sends the rest of what has not arrived. @param {HTMLInputElement} input */
  async goOn(input) {
    const files = [...(input.files ?? [])];
    input.value = "";
    const missing = await this.askMissing();
    const uploads = fitting(files, missing);
    if (!uploads.length) {
      this.say("These are not the missing files. Choose the same files as the first time.");
      return;
    }
    const sender = new Uploads(this.address, this.token);
    sender.goOn(uploads, this.items.isOpen && uploads.length === missing.length);
    this.follow(sender);
    this.look();
  }

  /** The items of the job that have not arrived. */
  async askMissing() {
    const headers = { Accept: "application/json" };
    const response = await fetch(`${this.address}?limit=1000`, { headers });
    /** @type {Job} */
    const { items } = await response.json();
    return items.filter(({ state }) => state === "uploading");
  }

  /** @param {Uploads} uploads */
  follow(uploads) {
    this.uploads = uploads;
    uploads.addEventListener("change", () => {
      this.tellSoon(uploads);
      if (!uploads.isRunning) this.look();
    });
    this.tell(uploads);
  }

  /** At most once a frame: a thousand small files come quickly. @param {Uploads} uploads */
  tellSoon(uploads) {
    if (this.isTelling) return;
    this.isTelling = true;
    requestAnimationFrame(() => {
      this.isTelling = false;
      this.tell(uploads);
    });
  }

  stop() {
    this.uploads?.stop.abort();
  }

  /** Nothing that was sent matters once the job is over, nor that the rest of it was refused. */
  forget() {
    underWay.delete(this.address);
    this.uploads = null;
    this.view.hidden = true;
    this.say("");
  }

  /** @param {Job} job */
  show({ state, counts }) {
    const isOver = !["open", "running"].includes(state);
    this.missing.hidden = this.isRunning || isOver || !counts.uploading;
    if (isOver || (state !== "open" && !counts.uploading)) this.stop();
    if (isOver) this.forget();
    if (this.uploads) this.tell(this.uploads);
    const wasComplete = this.isComplete;
    this.isComplete = state === "open" && counts.total > 0 && !counts.uploading;
    if (this.isComplete && !wasComplete) setTimeout(() => this.close(), 1000 * GRACE);
  }

  /** Ends the upload in place of a page that was left before it could do so. */
  async close() {
    if (!this.isComplete || this.isRunning) return;
    await new Uploads(this.address, this.token).close().catch(() => {});
    this.look();
  }

  get token() {
    return need(this.root, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
  }

  /** @param {Uploads} uploads */
  tell(uploads) {
    if (uploads !== this.uploads) return;
    this.view.hidden = !uploads.isRunning;
    this.missing.hidden ||= uploads.isRunning;
    this.bar.max = Math.max(uploads.bytes, 1);
    this.bar.value = uploads.sent;
    this.words.textContent = wordsOf(uploads);
    for (const { id, file, sent } of uploads.all) {
      if (!id || sent === null) continue;
      this.items.showSent(id, file.size ? sent / file.size : 1);
      this.items.preview(id, file);
    }
    if (uploads.problem) this.say(uploads.problem.message);
    else if (uploads.unread.length && !uploads.isRunning) this.say(unreadWords(uploads.unread));
    else this.say("");
  }

  /** @param {string} text */
  say(text) {
    if (this.problem.textContent !== text) this.problem.textContent = text;
    this.problem.hidden = !text;
  }
}

/** @param {Uploads} uploads */
function wordsOf({ arrived, all: { length }, sent, bytes, resting }) {
  const megabytes = [sent, bytes].map((number) => (number / 1e6).toFixed(bytes < 1e7 ? 1 : 0));
  const far = `Sending: ${megabytes.join(" of ")} MB, ${arrived} of ${length} files.`;
  if (resting === null) return far;
  return `${far} The connection broke. Sending continues by itself as soon as the server can be reached.`;
}

/**
 * The files that are missing, by name and size.
 * @param {File[]} files
 * @param {Item[]} missing
 * @returns {Upload[]}
 */
function fitting(files, missing) {
  const rest = [...files];
  /** @type {Upload[]} */
  const found = [];
  for (const { id, name, size } of missing) {
    const index = rest.findIndex((file) => file.name === name && file.size === size);
    if (index >= 0) found.push({ id, file: rest.splice(index, 1)[0], sent: null });
  }
  return found;
}

/** @param {string[]} names */
function unreadWords(names) {
  const listed = names.map((name) => `“${name}”`).join(", ");
  return `Could not be read, because the file was moved or has changed: ${listed}. Choose it again.`;
}
