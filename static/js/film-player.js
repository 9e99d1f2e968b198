// A film with a slider between black-and-white and colour. What is left of the line is the same
// film, seen through a filter that takes its colours away. Only the line's handle is dragged: the film
// keeps its own controls.
import { Slider } from "./slider.js";

class FilmPlayer extends Slider {
  connectedCallback() {
    if (this.matches(".ready")) return;
    this.append(side("grey", "Black-and-white"), side("coloured", "Colour"));
    this.begin("Compare black-and-white and colour", 0, this.line);
  }

  /** @override @param {number} grey */
  words(grey) {
    return `${grey}% black-and-white, ${100 - grey}% in colour`;
  }
}

/** What is on one side of the line, with its caption. @param {string} name @param {string} text */
function side(name, text) {
  const view = document.createElement("span");
  const caption = document.createElement("span");
  view.className = name;
  view.ariaHidden = "true"; // the range says it
  caption.className = "caption";
  caption.textContent = text;
  view.append(caption);
  return view;
}

customElements.define("film-player", FilmPlayer);
