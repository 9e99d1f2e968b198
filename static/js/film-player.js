// A film with a slider between black-and-white and colour. What is left of the line is the same
// film, seen through a filter that takes its colours away.
//
// Only the handle is dragged: the film keeps its own controls. A real range field is underneath for
// keyboard and screen reader, as for photos.
import { makeLine, makeRange } from "./before-after.js";

class FilmPlayer extends HTMLElement {
  range = makeRange("Compare black-and-white and colour");
  line = makeLine();

  connectedCallback() {
    if (this.matches(".ready")) return;
    this.range.value = "0";
    this.range.addEventListener("input", () => this.show());
    this.line.addEventListener("pointerdown", (event) => this.grab(event));
    this.line.addEventListener("pointermove", (event) => {
      if (this.line.hasPointerCapture(event.pointerId)) this.follow(event);
    });
    this.append(side("grey", "Black-and-white"), side("coloured", "Colour"), this.line, this.range);
    this.classList.add("ready");
    this.show();
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.line.setPointerCapture(event.pointerId);
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
    const grey = this.range.valueAsNumber;
    this.style.setProperty("--at", `${grey}%`);
    const words = `${grey} % black-and-white, ${100 - grey} % in colour`;
    this.range.setAttribute("aria-valuetext", words);
  }
}

/** What is on one side of the line, with its caption. @param {string} name @param {string} text */
function side(name, text) {
  const view = document.createElement("span");
  const caption = document.createElement("span");
  view.className = name;
  view.ariaHidden = "true"; // the range says it
  caption.textContent = text;
  view.append(caption);
  return view;
}

customElements.define("film-player", FilmPlayer);
