// “Correct a colour”: fetches what hints need when it is pressed, and opens the editor.
import { asProblem } from "./checks.js";
import { find, need } from "./dom.js";
import { HintEditor } from "./hint-editor.js";

/** @typedef {import("./hint-layers.js").HintLayers} HintLayers */
/** @typedef {import("./progress.js").Step} Step */
/**
 * A result whose colours can be corrected.
 * @typedef {object} Correctable
 * @property {HTMLInputElement} field its hints, which hears of each change by its events
 * @property {number} width
 * @property {number} height
 * @property {() => HintLayers | null} layers once they have come
 * @property {(progress: (step: Step) => void) => Promise<void>} fetch brings them
 * @property {(isWithout: boolean) => void} without shows it without its hints, or no longer
 */

/** @param {HTMLElement} root what shows the result @param {Correctable} result */
export function startHints(root, result) {
  if (find(root, "[data-correct]", HTMLButtonElement)) new Start(root, result).listen();
}

class Start {
  /** @type {HintEditor | null} once it has been opened */
  editor = null;
  isBusy = false;

  /** @param {HTMLElement} root @param {Correctable} result */
  constructor(root, result) {
    this.root = root;
    this.result = result;
    this.button = need(root, "[data-correct]", HTMLButtonElement);
    this.status = need(root, "[data-hint-status]", HTMLElement);
    this.view = need(root, "[data-hint-editor]", HTMLElement);
    this.pictures = need(root, "before-after", HTMLElement);
  }

  listen() {
    this.button.addEventListener("click", () => this.begin());
    need(this.view, "[data-done]", HTMLElement).addEventListener("click", () => this.end());
  }

  /** @param {string} words */
  say(words) {
    this.status.textContent = words;
  }

  async begin() {
    if (this.isBusy) return;
    this.isBusy = true;
    this.button.setAttribute("aria-disabled", "true");
    this.say("Getting the picture ready …");
    try {
      if (!this.result.layers()) await this.result.fetch(({ stage }) => this.say(`${stage} …`));
      if (this.result.layers()) this.open();
      else this.refuse();
    } catch (error) {
      this.say(asProblem(error).message);
    } finally {
      this.isBusy = false;
      this.button.removeAttribute("aria-disabled");
    }
  }

  refuse() {
    this.button.hidden = true;
    this.say("This network takes no colour hints.");
  }

  open() {
    const { width, height } = this.result;
    this.view.style.setProperty("--ratio", String(width / height));
    this.toggle(true);
    this.editor ??= new HintEditor(this.view, this.result, (words) => this.say(words));
    this.say("Click a spot of the picture whose colour is wrong.");
    need(this.view, "[data-tool=add]", HTMLElement).focus({ preventScroll: true });
    for (const part of ["[data-stage]", ".hint-tools"]) {
      need(this.view, part, HTMLElement).scrollIntoView({ block: "nearest" });
    }
  }

  end() {
    this.editor?.close(false);
    this.toggle(false);
    this.say("");
    this.button.focus({ preventScroll: true });
    this.pictures.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} isOpen */
  toggle(isOpen) {
    this.view.hidden = !isOpen;
    this.pictures.hidden = isOpen;
    this.button.hidden = isOpen;
  }
}
