// Several photos, one after the other, with a row for each. They and their results live in this page
// alone, unless the gallery keeps them.
import { asProblem, examine, nameOfKind } from "./checks.js";
import { copyOf, find, need } from "./dom.js";
import { bytes, pictureBefore } from "./drawing.js";
import { fillBar, inWords } from "./progress.js";
import { PASSING, send } from "./send.js";
import { attach, namesOf, sidecarOf } from "./sidecars.js";

/** @typedef {import("./checks.js").Problem} Problem */
/** @typedef {import("./send.js").Answer} Answer */
/** @typedef {import("./progress.js").Step} Step */

// How often the server is asked for one photo, and how long it rests where it does not say.
const TRIES = 5;
const SECONDS = 5;

/** The rows on the page; `left` of them can be coloured yet. */
export class Queue {
  /** @param {File[]} files @param {File[]} sidecars those of some of them */
  constructor(files, sidecars) {
    this.view = copyOf("queue-template");
    this.rows = files.map((file) => new Row(file, sidecarOf(file, sidecars)));
    need(this.view, "[data-rows]", HTMLElement).append(...this.rows.map((row) => row.view));
    this.cancel = need(this.view, "[data-cancel]", HTMLButtonElement);
    this.link = find(this.view, "[data-gallery]", HTMLAnchorElement);
  }

  get left() {
    return this.rows.filter((row) => !row.isOver);
  }

  get done() {
    return this.rows.filter((row) => row.isDone);
  }

  /**
   * Colours what is left.
   * @param {string} endpoint
   * @param {FormData} fields what is sent with each
   * @param {AbortController} work
   * @param {(text: string) => void} say tells how far it is
   */
  async run(endpoint, fields, work, say) {
    this.cancel.hidden = false;
    this.cancel.onclick = () => work.abort();
    addEventListener("beforeunload", askBeforeLeaving);
    for (const row of this.left) {
      if (work.signal.aborted) break;
      say(`${this.counted()} …`);
      await row.run(endpoint, fields, work.signal);
    }
    removeEventListener("beforeunload", askBeforeLeaving);
    this.cancel.hidden = true;
    say(this.told(work.signal.aborted));
    if (this.link) this.link.hidden = !this.rows.some((row) => row.isSaved);
  }

  counted() {
    return `${this.done.length} of ${this.rows.length} done`;
  }

  /** @param {boolean} wasCancelled */
  told(wasCancelled) {
    if (wasCancelled) return `Cancelled. ${this.counted()}.`;
    const failed = this.rows.length - this.done.length;
    return `${this.counted()}.${failed ? ` ${failed} could not be coloured.` : ""}`;
  }

  /** Takes the pictures out of the browser's memory. */
  close() {
    for (const row of this.rows) row.close();
  }
}

/** @param {BeforeUnloadEvent} event */
const askBeforeLeaving = (event) => event.preventDefault();

/** One photo. `isOver`: it is coloured, or never will be. */
class Row {
  isDone = false;
  isOver = false;
  isSaved = false;
  /** @type {string[]} of what the row shows */
  urls = [];

  /** @param {File} file @param {File | undefined} sidecar */
  constructor(file, sidecar) {
    this.view = copyOf("queue-row-template");
    this.file = file;
    this.sidecar = sidecar;
    this.state = need(this.view, "[data-row-state]", HTMLElement);
    this.link = need(this.view, "[data-row-link]", HTMLAnchorElement);
    this.bar = need(this.view, "progress", HTMLProgressElement);
    need(this.view, "[data-row-name]", HTMLElement).textContent = namesOf(file, sidecar);
    this.bar.setAttribute("aria-label", `Progress of ${file.name}`);
    this.showPhoto(file);
  }

  /** The photo, or what kind it is where this browser does not show that. @param {File} file */
  async showPhoto(file) {
    const image = need(this.view, "[data-before] img", HTMLImageElement);
    image.onerror = () => image.removeAttribute("src");
    image.src = this.address(file);
    const kind = await nameOfKind(file);
    need(this.view, "[data-before]", HTMLElement).dataset.kind = kind;
  }

  /** The object URL of a picture, until the row is closed. @param {Blob} blob */
  address(blob) {
    const url = URL.createObjectURL(blob);
    this.urls.push(url);
    return url;
  }

  close() {
    for (const url of this.urls) URL.revokeObjectURL(url);
  }

  /**
   * @param {string} endpoint
   * @param {FormData} fields
   * @param {AbortSignal} signal
   */
  async run(endpoint, fields, signal) {
    this.bar.hidden = false;
    try {
      URL.revokeObjectURL((await examine(this.file)).url);
      attach(fields, this.file, this.sidecar);
      fields.set("layers", "before");
      this.finish(await this.ask(endpoint, fields, signal));
    } catch (thrown) {
      const problem = asProblem(thrown);
      this.isOver = !signal.aborted && !PASSING.includes(problem.code);
      this.state.textContent = signal.aborted ? "Waiting" : problem.message;
    }
    this.bar.hidden = true;
  }

  /**
   * The endpoint's answer, asked for again while the server has no time.
   * @param {string} endpoint
   * @param {FormData} fields
   * @param {AbortSignal} signal
   */
  async ask(endpoint, fields, signal) {
    for (let tries = 1; ; tries++) {
      try {
        const progress = (/** @type {Step} */ step) => this.showProgress(step);
        progress({ stage: "Sending", done: 0, total: this.file.size });
        return await send(endpoint, fields, { signal, progress });
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (signal.aborted || !PASSING.includes(problem.code) || tries === TRIES) throw thrown;
        await this.wait(problem, signal);
      }
    }
  }

  /** @param {Problem} problem @param {AbortSignal} signal */
  wait({ code, message, retryAfter }, signal) {
    const seconds = retryAfter ?? SECONDS;
    this.state.textContent =
      code === "rate_limited"
        ? `Paused by the rate limit; continuing in ${seconds} s.`
        : `${message} Trying again in ${seconds} s.`;
    return pause(seconds, signal);
  }

  /** @param {Step} step */
  showProgress(step) {
    fillBar(this.bar, step);
    this.state.textContent = inWords(step);
  }

  /** @param {Answer} body */
  finish(body) {
    this.isDone = true;
    this.isOver = true;
    this.isSaved = Boolean(body.saved);
    const url = this.address(new Blob([bytes(body.image)], { type: "image/jpeg" }));
    need(this.view, "[data-after] img", HTMLImageElement).src = url;
    const before = pictureBefore(body);
    if (before) need(this.view, "[data-before] img", HTMLImageElement).src = before;
    this.link.hidden = false;
    if (this.isSaved) {
      this.state.textContent = body.saved_before
        ? "Already in your gallery."
        : "Saved in your gallery.";
      // In another tab, for leaving this one would end the others.
      const there = { href: body.saved, target: "_blank", textContent: "View it" };
      Object.assign(this.link, there);
    } else {
      this.state.textContent = body.not_saved?.message ?? "";
      const download = { href: url, download: body.filename, textContent: "Download" };
      Object.assign(this.link, download);
    }
    const noticed = body.offers.map((offer) => offer.sentence);
    this.state.textContent = [this.state.textContent, ...noticed].join(" ").trim();
    this.link.setAttribute("aria-label", `${this.link.textContent}: ${this.file.name}`);
  }
}

/**
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 * @throws what the signal is aborted with
 */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, 1000 * seconds);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
