// The gallery: selecting pictures, loading more on scrolling, and copying links.
import { all, around, attribute, find, need } from "./dom.js";
import { startScroll } from "./scroll.js";

// The most pictures in one form; see DATA_UPLOAD_MAX_NUMBER_FIELDS.
const AT_ONCE = 2000;
const BOX = 'input[name="pictures"]';

/** @param {ParentNode} root */
export function startGallery(root) {
  const selection = find(root, "[data-selection]", HTMLFormElement);
  if (selection) new Selection(selection).listen();
  startScroll(root);
  for (const button of all(root, "[data-copy]", HTMLButtonElement)) {
    button.addEventListener("click", () => copy(button));
  }
  for (const form of all(root, "[data-once]", HTMLFormElement)) sendOnce(form);
}

/** Counts the selected pictures, and disables buttons that need some. */
class Selection {
  /** @type {HTMLInputElement | null} the checkbox that was clicked last */
  last = null;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.all = need(form, "[data-all]", HTMLButtonElement);
    this.text = need(form, "[data-selected]", HTMLElement);
    this.prompt = this.text.textContent;
    this.text.setAttribute("role", "status");
  }

  listen() {
    document.addEventListener("click", (event) => {
      const box = around(event, BOX, HTMLInputElement);
      if (box) this.tick(box, event.shiftKey);
    });
    document.addEventListener("change", (event) => {
      if (around(event, BOX, HTMLInputElement)) this.count();
    });
    this.all.addEventListener("click", () => this.toggle());
    addEventListener("pageshow", () => this.count()); // the back button keeps boxes checked
    this.count();
  }

  boxes() {
    return all(document, BOX, HTMLInputElement);
  }

  /**
   * With Shift, sets all boxes from the last one to this one like this one.
   * @param {HTMLInputElement} ticked
   * @param {boolean} withShift
   */
  tick(ticked, withShift) {
    const boxes = this.boxes();
    const ends = [boxes.indexOf(this.last ?? ticked), boxes.indexOf(ticked)];
    const [from, to] = ends.sort((a, b) => a - b);
    if (withShift && from >= 0) {
      for (const box of boxes.slice(from, to + 1)) box.checked = ticked.checked;
    }
    this.last = ticked;
  }

  toggle() {
    const boxes = this.boxes();
    const tick = boxes.some((box) => !box.checked);
    for (const [number, box] of boxes.entries()) box.checked = tick && number < AT_ONCE;
    this.count();
  }

  count() {
    const boxes = this.boxes();
    const ticked = boxes.filter((box) => box.checked).length;
    const many = ticked > AT_ONCE ? ` (at most ${AT_ONCE} at a time)` : "";
    this.text.textContent = ticked ? `${ticked} selected${many}` : this.prompt;
    this.all.textContent = ticked === boxes.length && ticked ? "Select none" : "Select all shown";
    for (const button of all(this.form, 'button[name="do"]', HTMLButtonElement)) {
      button.disabled = (!ticked || many !== "") && button.value !== "empty";
    }
  }
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const field = need(document, `#${attribute(button, "data-copy")}`, HTMLInputElement);
  field.select();
  button.textContent = (await isCopied(field)) ? "Copied" : "Selected. Copy it now.";
}

/**
 * On plain HTTP, browsers have no clipboard API, only the old command.
 * @param {HTMLInputElement} field
 */
async function isCopied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

/**
 * Sends a form only once, until the page is shown again.
 * @param {HTMLFormElement} form
 */
function sendOnce(form) {
  const rest = (/** @type {boolean} */ resting) => {
    for (const button of form.querySelectorAll("button")) button.disabled = resting;
  };
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
    setTimeout(rest, 0, true); // disabled earlier, the pressed button would not send its value
  });
  addEventListener("pageshow", () => {
    form.removeAttribute("aria-busy");
    rest(false);
  });
}
