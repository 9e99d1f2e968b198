// "Notify me here when it is done": the browser shows a notification, as long as the page is open, even
// behind other tabs. Permission is asked for only when the button is pressed.
//
// The page has [data-job] with the job's address, whose data-state is its state, and in it a hidden
// button [data-notify] with [data-notify-words] for what comes of it.
import { attribute, find, need } from "./dom.js";

const UNFINISHED = ["open", "running"];
// Between two questions, also while the page is not shown and so does not ask itself.
const SECONDS = 10;

/** @param {ParentNode} root the page, or a panel that was just added */
export function startNotify(root) {
  const job = find(root, "[data-job]", HTMLElement);
  const button = job && find(job, "[data-notify]", HTMLButtonElement);
  if (job && button && "Notification" in window) new Notice(job, button).start();
}

class Notice {
  isWanted = false;
  etag = "";

  /** @param {HTMLElement} job @param {HTMLButtonElement} button */
  constructor(job, button) {
    this.job = job;
    this.button = button;
    this.words = need(job, "[data-notify-words]", HTMLElement);
  }

  start() {
    this.offer();
    this.button.addEventListener("click", () => this.ask());
    new MutationObserver(() => this.offer()).observe(this.job, { attributeFilter: ["data-state"] });
  }

  get isOver() {
    return !UNFINISHED.includes(attribute(this.job, "data-state"));
  }

  offer() {
    const isDenied = Notification.permission === "denied";
    this.button.hidden = this.isOver || this.isWanted || isDenied;
  }

  async ask() {
    this.isWanted = (await Notification.requestPermission()) === "granted";
    this.words.textContent = this.isWanted
      ? "Keep this page open: your browser tells you when it is done."
      : "Your browser does not allow notifications from this site.";
    this.offer();
    if (this.isWanted) this.wait();
  }

  wait() {
    setTimeout(() => this.look(), 1000 * SECONDS);
  }

  async look() {
    if (!this.job.isConnected) return;
    const job = await this.load().catch(() => null);
    if (job && !UNFINISHED.includes(job.state)) this.tell(job);
    else this.wait();
  }

  /** The job, or null if nothing has changed. */
  async load() {
    const headers = { Accept: "application/json", "If-None-Match": this.etag };
    const response = await fetch(attribute(this.job, "data-job"), { headers, cache: "no-store" });
    if (!response.ok) return null;
    this.etag = response.headers.get("ETag") ?? "";
    return response.json();
  }

  /** @param {{ words: string }} job */
  tell({ words }) {
    this.isWanted = false;
    this.words.textContent = "";
    try {
      const shown = new Notification(document.title, { body: words });
      shown.addEventListener("click", () => focus());
    } catch {
      // Phones want a service worker for this.
      document.title = `✓ ${document.title}`;
    }
    this.offer();
  }
}
