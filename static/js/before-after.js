// Two pictures of one size, one above the other, with a slider between them. All of it is the handle.
import { Slider } from "./slider.js";

class BeforeAfter extends Slider {
  connectedCallback() {
    if (!this.matches(".ready, [still]")) this.begin("Compare before and after", 50, this);
  }

  /** @override @param {number} before */
  words(before) {
    return `${before}% before, ${100 - before}% after`;
  }
}

customElements.define("before-after", BeforeAfter);
