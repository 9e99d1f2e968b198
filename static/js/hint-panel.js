// What a dot is given: a likely colour, one of the palette, an exact one, or none.
import { nameOf, paletteAt, placeOf } from "./colour-words.js";
import { around, attribute, matched, need } from "./dom.js";
import { titleOf } from "./hint-drawing.js";
import { nounOf } from "./hint-lines.js";
import { isExact } from "./hints.js";
import { hexOf } from "./lab.js";

/** @typedef {import("./hints.js").Hint} Hint */
/** @typedef {import("./hint-layers.js").HintLayers} HintLayers */
/** @typedef {import("./hint-layers.js").Named} Named */

const MIDDLE = 50;

export class HintPanel {
  /**
   * @param {HTMLElement} view
   * @param {{ choose: (colour: string) => void, settle: () => void }} heard what a colour was chosen
   *   for, and that it stays
   */
  constructor(view, heard) {
    this.view = view;
    this.title = need(view, "[data-hint-title]", HTMLElement);
    this.likely = need(view, "[data-likely]", HTMLElement);
    this.palette = need(view, "[data-palette]", HTMLElement);
    this.gone = need(view, "[data-tool=remove]", HTMLElement);
    this.exact = need(view, "input[type=color]", HTMLInputElement);
    this.exact.addEventListener("input", () => heard.choose(this.exact.value));
    this.exact.addEventListener("change", () => heard.settle());
    view.addEventListener("click", (event) => {
      const button = around(event, "[data-colour]", HTMLButtonElement);
      if (!button) return;
      heard.choose(attribute(button, "data-colour"));
      heard.settle();
    });
  }

  /** @param {Hint} hint @param {number} number from 1 @param {HintLayers | null} layers */
  show(hint, number, layers) {
    this.view.hidden = false;
    const light = layers?.lightAt(hint) ?? MIDDLE;
    const likely = layers?.likelyAt(hint) ?? [];
    this.likely.hidden = likely.length === 0;
    fill(this.likely, likely);
    fill(this.palette, paletteAt(light));
    this.mark(hint, number);
    if (!isExact(hint.colour)) this.exact.value = hexOf([light, 0, 0]);
  }

  /** Says what the dot has now. @param {Hint} hint @param {number} number */
  mark(hint, number) {
    const title = titleOf(hint, number - 1);
    this.title.textContent = `${title}: ${nameOf(hint.colour)}, ${placeOf(hint)}`;
    this.gone.textContent = `Remove this ${nounOf(hint)}`;
    for (const button of this.view.querySelectorAll("[data-colour]")) {
      const isChosen = attribute(button, "data-colour") === hint.colour;
      button.setAttribute("aria-pressed", String(isChosen));
    }
    if (isExact(hint.colour)) this.exact.value = hint.colour;
  }

  hide() {
    this.view.hidden = true;
  }

  /** Puts the keyboard on the first colour. */
  focus() {
    need(this.view, "[data-group]:not([hidden]) [data-colour]", HTMLElement).focus();
  }
}

/** @param {HTMLElement} group @param {Named[]} colours */
function fill(group, colours) {
  const buttons = matched(need(group, ".swatches", HTMLElement), colours.length, "button");
  colours.forEach(({ colour, name }, n) => {
    const button = buttons[n];
    button.type = "button";
    button.className = "hint-swatch";
    button.title = name;
    button.setAttribute("aria-label", name);
    button.setAttribute("data-colour", colour);
    button.style.setProperty("--colour", colour);
  });
}
