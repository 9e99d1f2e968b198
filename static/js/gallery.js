// The gallery: what is ticked, the next pictures while one scrolls, and links to copy.
import { startScroll } from "./scroll.js";

// What one form can carry; see DATA_UPLOAD_MAX_NUMBER_FIELDS.
const AT_ONCE = 2000;

/** @param {ParentNode} root */
export function startGallery(root) {
  const selection = root.querySelector("[data-selection]");
  if (selection) new Selection(selection);
  startScroll(root);
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
  for (const form of root.querySelectorAll("[data-once]")) sendOnce(form);
}

/** Says how many are ticked; what needs some rests until there are some. */
class Selection {
  constructor(form) {
    this.form = form;
    this.all = form.querySelector("[data-all]");
    this.text = form.querySelector("[data-selected]");
    this.prompt = this.text.textContent;
    this.text.setAttribute("role", "status");
    document.addEventListener("click", (event) => event.target.name === "pictures" && this.tick(event));
    document.addEventListener("change", ({ target }) => target.name === "pictures" && this.count());
    this.all.addEventListener("click", () => this.toggle());
    addEventListener("pageshow", () => this.count()); // back from elsewhere, boxes still ticked
    this.count();
  }

  boxes() {
    return [...document.querySelectorAll('input[name="pictures"]')];
  }

  /** With Shift, all from the one before to this one become as this one is. */
  tick({ target, shiftKey }) {
    const boxes = this.boxes();
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(target)].sort((a, b) => a - b);
    if (shiftKey && from >= 0) {
      for (const box of boxes.slice(from, to + 1)) box.checked = target.checked;
    }
    this.last = target;
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
    const many = ticked > AT_ONCE ? `, of ${AT_ONCE} at most` : "";
    this.text.textContent = ticked ? `Selected: ${ticked}${many}` : this.prompt;
    this.all.textContent = ticked === boxes.length && ticked ? "Select none" : "Select all shown";
    for (const button of this.form.querySelectorAll('button[name="do"]')) {
      button.disabled = (!ticked || many !== "") && button.value !== "empty";
    }
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  button.textContent = (await isCopied(field)) ? "Copied" : "Selected: copy it now";
}

/** On plain HTTP browsers have no clipboard for scripts, only the command of their menu. */
async function isCopied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

/** Pressing twice sends once; coming back by the back button it works again. */
function sendOnce(form) {
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
  });
  addEventListener("pageshow", () => {
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  });
}
