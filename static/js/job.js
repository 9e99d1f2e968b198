// The page of a job: follows what the server does, and what this page sends.
import { Compare } from "./compare.js";
import { all, around, attribute, find, need } from "./dom.js";
import { FilmView } from "./film-view.js";
import { fillLink, Items } from "./job-items.js";
import { Sending } from "./sending.js";

/** @typedef {import("./job-items.js").Portion} Portion */
/** @typedef {import("./job-items.js").Job} Job */

const REFUSED = "That did not work. Check your internet connection and try again.";
const UNFINISHED = ["open", "running"];
// Between two questions, in seconds: while something moves, and else.
const SOON = 1;
const LATER = 5;
const LATEST = 30;
// How near the end of the list may come before more is loaded, in pixels.
const NEAR = 600;
// A screen reader hears this many times how far it is.
const PARTS = 4;

/** @param {ParentNode} root the page, or a panel that was just added */
export function startJob(root) {
  const page = find(root, "[data-job]", HTMLElement);
  if (page) new JobPage(page).start();
}

class JobPage {
  /** @type {number | undefined} */
  timer = undefined;
  /** questions without an answer, one after the other */
  failures = 0;
  isGone = false;
  isFinished = false;
  said = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.address = attribute(root, "data-job");
    const film = find(root, "[data-film]", HTMLElement);
    this.items = film ? new FilmView(film) : new Items(root);
    this.words = need(root, "[data-job-words]", HTMLElement);
    this.left = need(root, "[data-left]", HTMLElement);
    this.bar = need(root, "[data-job-bar]", HTMLProgressElement);
    this.aloud = need(root, "[data-aloud]", HTMLElement);
    this.broken = need(root, "[data-broken]", HTMLElement);
    this.more = find(root, "[data-more]", HTMLAnchorElement);
    this.notDone = need(root, "[data-not-done]", HTMLElement);
    this.sending = new Sending(root, this.address, this.items, () => this.look());
  }

  start() {
    if (this.items instanceof Items) new Compare(this.root, this.items).listen();
    this.root.addEventListener("submit", (event) => this.submit(event));
    this.more?.addEventListener("click", (event) => this.showMore(event));
    document.addEventListener("scroll", () => this.fill(), { passive: true });
    document.addEventListener("visibilitychange", () => this.look());
    addEventListener("online", () => this.look());
    this.sending.start();
    this.look();
  }

  /** Whether somebody may look at it: its tab is the one that is shown. */
  get isSeen() {
    return !document.hidden && !this.root.closest("[hidden]");
  }

  async look() {
    clearTimeout(this.timer);
    if (this.isGone || !this.root.isConnected) return;
    if (this.isSeen) await this.askAll(this.items.due());
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.look(), 1000 * this.pause());
  }

  pause() {
    if (this.failures) return Math.min(2 ** this.failures, LATEST);
    if (this.isFinished) return LATEST;
    return this.root.dataset.state === "running" || this.sending.isRunning ? SOON : LATER;
  }

  /** @param {Portion[]} portions */
  async askAll(portions) {
    try {
      for (const portion of portions) await this.ask(portion);
      this.failures = 0;
    } catch {
      this.failures++;
    }
    this.broken.hidden = this.failures < 2;
  }

  /** @param {Portion} portion */
  async ask(portion) {
    const query = portion.after < 0 ? "" : `?after=${portion.after}`;
    const headers = { Accept: "application/json", "If-None-Match": portion.etag };
    const response = await fetch(this.address + query, { headers, cache: "no-store" });
    if (response.status === 304) return;
    if (response.status === 404) return this.leave();
    if (!response.ok) throw new Error(response.statusText);
    portion.etag = response.headers.get("ETag") ?? "";
    this.show(await response.json(), portion);
  }

  /** It was deleted, here or elsewhere, or has expired. */
  leave() {
    this.isGone = true;
    need(this.root, "[data-gone]", HTMLElement).hidden = false;
  }

  /** @param {Job} job @param {Portion} portion */
  show(job, portion) {
    const wasFinished = this.isFinished;
    this.isFinished = !UNFINISHED.includes(job.state);
    this.root.dataset.state = job.state;
    this.items.show(portion, job);
    this.showCounts(job);
    this.showError(job);
    for (const part of all(this.root, "[data-action]", HTMLElement)) {
      part.hidden = !job.actions.includes(attribute(part, "data-action"));
    }
    need(this.root, "[data-no-worker]", HTMLElement).hidden = job.worker_is_here || this.isFinished;
    need(this.root, "[data-notified]", HTMLElement).hidden = !job.will_notify;
    fillLink(need(this.root, "[data-file]", HTMLAnchorElement), job.file);
    if (this.more) this.more.hidden = this.items.next === null;
    this.fill();
    this.sending.show(job);
    // What is not in view was not asked for lately.
    if (this.isFinished && !wasFinished) this.askAll(this.items.portions.slice(1));
  }

  /** @param {Job} job */
  showCounts(job) {
    const { words, left, kept, state } = job;
    const { over, total } = reached(job);
    this.words.textContent = words;
    this.left.textContent = left;
    const until = find(this.root, "[data-kept]", HTMLElement);
    if (until) until.textContent = kept;
    this.bar.max = Math.max(total, 1);
    this.bar.value = over;
    this.bar.hidden = this.isFinished || ((state === "open" || job.film !== null) && !over);
    const part = Math.floor((PARTS * over) / this.bar.max);
    const told = `${state} ${part}`;
    if (told !== this.said) this.aloud.textContent = words;
    this.said = told;
  }

  /** Where the error of the whole job is explained. @param {Job} job */
  showError({ error }) {
    const view = need(this.root, "[data-job-error]", HTMLElement);
    view.hidden = !error;
    const help = need(view, "[data-job-help]", HTMLAnchorElement);
    help.href = `${attribute(this.root, "data-faq")}#${error?.error}`;
    need(view, "[data-over-quota]", HTMLElement).hidden = error?.error !== "over_quota";
  }

  /** Loads more as long as the end is near. */
  fill() {
    if (!this.more) return;
    const { top, height } = this.more.getBoundingClientRect();
    if (height && top < innerHeight + NEAR) this.showMore();
  }

  /** @param {Event} [event] */
  async showMore(event) {
    event?.preventDefault();
    const portion = this.items.add();
    if (!portion || !this.more) return;
    this.more.hidden = true;
    await this.askAll([portion]);
    if (this.failures) {
      this.items.next = portion.after;
      this.items.portions.pop();
      this.more.hidden = false;
    }
  }

  /** Buttons that change the job leave the page where it is. @param {SubmitEvent} event */
  async submit(event) {
    const form = around(event, "[data-job-form]", HTMLFormElement);
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    const buttons = all(form, "button", HTMLButtonElement);
    for (const button of buttons) button.disabled = true;
    const problem = await this.post(form);
    this.notDone.textContent = problem;
    this.notDone.hidden = !problem;
    for (const button of buttons) button.disabled = false;
    if (form.dataset.jobForm === "cancel") this.sending.stop();
    this.items.portions[0].etag = "";
    await this.askAll(this.items.portions);
    this.look();
  }

  /** Why it was refused; empty if it was not. @param {HTMLFormElement} form */
  async post(form) {
    try {
      const headers = { Accept: "application/json" };
      const body = new FormData(form);
      const response = await fetch(form.action, { method: "POST", body, headers });
      return response.ok ? "" : ((await response.json()).message ?? REFUSED);
    } catch {
      return REFUSED;
    }
  }
}

/** How much is over: of a film by its seconds, else by items. @param {Job} job */
function reached({ film, counts }) {
  if (film) return { over: film.progress, total: 1 };
  return { over: counts.done + counts.failed + counts.cancelled, total: counts.total };
}
