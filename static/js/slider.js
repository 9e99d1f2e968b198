// What shows two pictures in one place, with a slider between them; see before-after.js and
// film-player.js.
//
// A real range field is underneath, so that keyboard and screen reader work as everywhere; fingers
// and mice drag a handle above it, for a range does not follow a touch beside its thumb.

export class Slider extends HTMLElement {
  range = document.createElement("input");
  line = document.createElement("span");

  /**
   * @param {string} label for screen readers
   * @param {number} at where the line is, in percent from the left
   * @param {HTMLElement} handle what is dragged
   */
  begin(label, at, handle) {
    this.line.className = "line";
    Object.assign(this.range, { type: "range", className: "slide", min: "0", max: "100" });
    this.range.value = String(at);
    this.range.setAttribute("aria-label", label);
    this.range.addEventListener("input", () => this.show());
    handle.addEventListener("pointerdown", (event) => this.grab(event, handle));
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) this.follow(event);
    });
    // A press would give the focus to what can have it around the handle, or drag a picture away.
    handle.addEventListener("mousedown", (event) => event.preventDefault());
    handle.addEventListener("dragstart", (event) => event.preventDefault());
    this.append(this.line, this.range);
    this.classList.add("ready");
    this.show();
  }

  /** What it shows, in words. @param {number} _left what is left of the line, in percent */
  words(_left) {
    return "";
  }

  /** @param {PointerEvent} event @param {HTMLElement} handle */
  grab(event, handle) {
    if (event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
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
    const left = this.range.valueAsNumber;
    this.style.setProperty("--at", `${left}%`);
    this.range.setAttribute("aria-valuetext", this.words(left));
  }
}
