// Shows an error, its FAQ entry, and a button to try again if that may help.
import { attribute, need } from "./dom.js";
import { PASSING } from "./send.js";

/** @typedef {import("./checks.js").Problem} Problem */

export class ProblemBox {
  /** @type {number | undefined} the timer that counts down to another try */
  timer = undefined;

  /** @param {HTMLFormElement} form the form that failed, sent again by the button */
  constructor(form) {
    this.view = need(form, "[data-problem]", HTMLElement);
    this.message = need(form, "[data-message]", HTMLElement);
    this.help = need(form, "[data-help]", HTMLAnchorElement);
    this.retry = need(form, "[data-retry]", HTMLButtonElement);
    this.faq = attribute(form, "data-faq");
    this.retry.addEventListener("click", () => form.requestSubmit());
  }

  /** @param {Problem} problem @param {boolean} isGood whether the photo itself is fine */
  show(problem, isGood) {
    this.message.textContent = problem.message;
    this.help.href = `${this.faq}#${problem.code}`;
    this.view.hidden = false;
    this.retry.hidden = !isGood || !PASSING.includes(problem.code);
    this.count(this.retry.hidden ? 0 : (problem.retryAfter ?? 0));
    this.view.focus();
  }

  /** Counts down until the button can be pressed. @param {number} seconds */
  count(seconds) {
    clearTimeout(this.timer);
    this.retry.disabled = seconds > 0;
    this.retry.textContent = seconds > 0 ? `Try again in ${seconds} s` : "Try again";
    if (seconds > 0) this.timer = setTimeout(() => this.count(seconds - 1), 1000);
  }

  hide() {
    clearTimeout(this.timer);
    this.view.hidden = true;
  }
}
