// Two pictures of one size, one above the other, with a slider between them.
//
// A real range field is underneath, so that keyboard and screen reader work as everywhere; fingers
// and mice drag on the picture itself, for a range does not follow a touch beside its thumb.

class BeforeAfter extends HTMLElement {
  range = makeRange("Compare before and after");

  connectedCallback() {
    if (this.matches(".ready, [still]")) return;
    this.range.addEventListener("input", () => this.show());
    this.addEventListener("pointerdown", (event) => this.grab(event));
    this.addEventListener("pointermove", (event) => {
      if (this.hasPointerCapture(event.pointerId)) this.follow(event);
    });
    // A press would give the focus to what can have it around the picture.
    this.addEventListener("mousedown", (event) => event.preventDefault());
    this.addEventListener("dragstart", (event) => event.preventDefault());
    this.append(makeLine(), this.range);
    this.classList.add("ready");
    this.show();
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.range.focus({ preventScroll: true });
    this.follow(event);
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const { left, width } = this.getBoundingClientRect();
    this.range.value = String((100 * (event.clientX - left)) / width);
    this.show();
  }

  show() {
    const before = this.range.valueAsNumber;
    this.style.setProperty("--at", `${before}%`);
    this.range.setAttribute("aria-valuetext", `${before} % before, ${100 - before} % after`);
  }
}

/** @param {string} label for screen readers */
export function makeRange(label) {
  const range = document.createElement("input");
  Object.assign(range, { type: "range", className: "slide", min: "0", max: "100", value: "50" });
  range.setAttribute("aria-label", label);
  return range;
}

export function makeLine() {
  const line = document.createElement("span");
  line.className = "line";
  return line;
}

customElements.define("before-after", BeforeAfter);
