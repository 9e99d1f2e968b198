// Several photos, one after the other, with a row for each. They and their results live in this page
// alone, unless the gallery keeps them.
import { examine } from "./checks.js";
import { bytes } from "./drawing.js";
import { PASSING, send } from "./send.js";

// How often the server is asked for one photo, and how long it rests where it does not say.
const TRIES = 5;
const SECONDS = 5;

/** The rows on the page; `left` of them can be coloured yet. */
export class Queue {
  constructor(files) {
    const template = document.getElementById("queue-template");
    this.view = template.content.cloneNode(true).firstElementChild;
    this.rows = files.map((file) => new Row(file));
    this.view.querySelector("[data-rows]").append(...this.rows.map((row) => row.view));
    this.cancel = this.view.querySelector("[data-cancel]");
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
    const link = this.view.querySelector("[data-gallery]");
    if (link) link.hidden = !this.rows.some((row) => row.isSaved);
  }

  counted() {
    return `${this.done.length} of ${this.rows.length} done`;
  }

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

const askBeforeLeaving = (event) => event.preventDefault();

/** One photo. `isOver`: it is coloured, or never will be. */
class Row {
  isDone = false;
  isOver = false;
  isSaved = false;

  constructor(file) {
    const template = document.getElementById("queue-row-template");
    this.view = template.content.cloneNode(true).firstElementChild;
    this.file = file;
    for (const name of ["name", "state", "link"]) {
      this[name] = this.view.querySelector(`[data-row-${name}]`);
    }
    this.name.textContent = file.name;
    this.bar = this.view.querySelector("progress");
    this.bar.setAttribute("aria-label", `Progress of ${file.name}`);
    this.image = this.view.querySelector("img");
    this.image.onerror = () => this.image.removeAttribute("src");
    this.show(file);
  }

  show(blob) {
    this.close();
    this.image.src = this.url = URL.createObjectURL(blob);
  }

  close() {
    if (this.url) URL.revokeObjectURL(this.url);
  }

  async run(endpoint, fields, signal) {
    this.bar.hidden = false;
    try {
      URL.revokeObjectURL((await examine(this.file)).url);
      fields.set("image", this.file, this.file.name);
      this.finish(await this.ask(endpoint, fields, signal));
    } catch (problem) {
      this.isOver = !signal.aborted && !PASSING.includes(problem.code);
      this.state.textContent = signal.aborted ? "Waiting" : problem.message;
    }
    this.bar.hidden = true;
  }

  /** The endpoint's answer, asked for again while the server has no time. */
  async ask(endpoint, fields, signal) {
    for (let tries = 1; ; tries++) {
      try {
        this.showProgress(0);
        return await send(endpoint, fields, { signal, progress: (share) => this.showProgress(share) });
      } catch (problem) {
        if (signal.aborted || !PASSING.includes(problem.code) || tries === TRIES) throw problem;
        const wait = problem.retryAfter ?? SECONDS;
        this.state.textContent =
          problem.code === "rate_limited"
            ? `Paused by the rate limit; continuing in ${wait} s.`
            : `${problem.message} Next try in ${wait} s.`;
        await pause(wait, signal);
      }
    }
  }

  showProgress(share) {
    if (share === null || share === 1) this.bar.removeAttribute("value");
    else this.bar.value = share;
    this.state.textContent = this.bar.hasAttribute("value") ? "Sending …" : "Colouring …";
  }

  finish(body) {
    this.isDone = this.isOver = true;
    this.isSaved = Boolean(body.saved);
    this.show(new Blob([bytes(body.image)], { type: "image/jpeg" }));
    this.link.hidden = false;
    if (this.isSaved) {
      this.state.textContent = body.saved_before ? "Already in your gallery." : "Saved in your gallery.";
      // In another tab, for leaving this one would end the others.
      const there = { href: body.saved, target: "_blank", textContent: "View it" };
      Object.assign(this.link, there);
    } else {
      this.state.textContent = body.not_saved?.message ?? "";
      const download = { href: this.url, download: body.filename, textContent: "Download" };
      Object.assign(this.link, download);
    }
    this.link.setAttribute("aria-label", `${this.link.textContent}: ${this.file.name}`);
  }
}

/** Throws what the signal is aborted with. */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, 1000 * seconds);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
