// Two pictures of one size, one above the other, with a slider between them.
//
// Built on a real range field, so that keyboard, touch and screen reader work as everywhere.

class BeforeAfter extends HTMLElement {
  connectedCallback() {
    if (this.classList.contains("ready")) return;
    this.append(line(), this.range());
    this.classList.add("ready");
  }

  range() {
    const range = document.createElement("input");
    range.type = "range";
    range.className = "slide";
    range.min = "0";
    range.max = "100";
    range.value = "50";
    range.setAttribute("aria-label", "How much of the picture before shows");
    range.addEventListener("input", () => this.show(range));
    this.show(range);
    return range;
  }

  show(range) {
    this.style.setProperty("--at", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.value} % before, ${100 - range.value} % after`);
  }
}

function line() {
  const line = document.createElement("span");
  line.className = "line";
  return line;
}

customElements.define("before-after", BeforeAfter);
