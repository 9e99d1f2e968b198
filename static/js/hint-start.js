// “Correct a colour” and “Suggest other colours”: each fetches what hints need when it is pressed, and then
// opens the editor or shows the proposals.
import { asProblem } from "./checks.js";
import { around, find, need } from "./dom.js";
import { HintEditor } from "./hint-editor.js";
import { tell } from "./hints.js";
import { mark, proposed, showProposals } from "./proposals.js";

/** @typedef {import("./painter.js").Painter} Painter */
/** @typedef {import("./progress.js").Step} Step */
/**
 * A result whose colours can be corrected.
 * @typedef {object} Correctable
 * @property {HTMLInputElement} field its hints, which hears of each change by its events
 * @property {number} width
 * @property {number} height
 * @property {() => number} vividness that is chosen
 * @property {() => Painter | null} painter which draws it, once there is something to draw
 * @property {(progress: (step: Step) => void) => Promise<void>} fetch brings the painter its layers
 * @property {(isWithout: boolean) => void} without shows it without its hints, or no longer
 */

/** @param {HTMLElement} root what shows the result @param {Correctable} result */
export function startHints(root, result) {
  if (!find(root, "[data-correct]", HTMLButtonElement)) return null;
  const start = new Start(root, result);
  start.listen();
  return start;
}

class Start {
  /** @type {HintEditor | null} once it has been opened */
  editor = null;
  isBusy = false;
  /** @type {string | null} the hints that the proposals of the layers keep to */
  kept = null;

  /** @param {HTMLElement} root @param {Correctable} result */
  constructor(root, result) {
    this.root = root;
    this.result = result;
    this.button = need(root, "[data-correct]", HTMLButtonElement);
    this.others = need(root, "[data-propose]", HTMLButtonElement);
    this.proposals = need(root, "[data-proposals]", HTMLElement);
    this.status = need(root, "[data-hint-status]", HTMLElement);
    this.view = need(root, "[data-hint-editor]", HTMLElement);
    this.pictures = need(root, "before-after", HTMLElement);
  }

  listen() {
    this.button.addEventListener("click", () => this.ready(() => this.open()));
    this.others.addEventListener("click", () => {
      // What was placed since then stays, too.
      const isOutdated = this.kept !== this.result.field.value;
      this.ready(() => this.propose(), isOutdated);
    });
    this.proposals.addEventListener("click", (event) => {
      const button = around(event, "[data-proposal]", HTMLElement);
      if (button) this.choose(button.dataset.proposal ?? "", button.textContent);
    });
    need(this.view, "[data-done]", HTMLElement).addEventListener("click", () => this.end());
  }

  /** @param {string} words */
  say(words) {
    this.status.textContent = words;
  }

  layers() {
    return this.result.painter()?.layers ?? null;
  }

  /** Does something once the layers are there. @param {() => void} go @param {boolean} [isOutdated] */
  async ready(go, isOutdated = false) {
    if (this.isBusy) return;
    this.rest(true);
    this.say("Getting the picture ready …");
    try {
      if (isOutdated || !this.layers()) await this.fetch();
      if (!this.layers()) this.refuse();
      else {
        this.begin();
        go();
      }
    } catch (error) {
      this.say(asProblem(error).message);
    } finally {
      this.rest(false);
    }
  }

  async fetch() {
    const { value } = this.result.field;
    await this.result.fetch(({ stage }) => this.say(`${stage} …`));
    this.kept = value;
  }

  /** From now on, changes can be undone. */
  begin() {
    const edited = { ...this.result, layers: () => this.layers() };
    this.editor ??= new HintEditor(this.view, edited, (words) => this.say(words));
  }

  /** @param {boolean} isBusy */
  rest(isBusy) {
    this.isBusy = isBusy;
    for (const button of [this.button, this.others]) {
      button.setAttribute("aria-disabled", String(isBusy));
    }
  }

  /** Proposals were for other layers, or other dots. */
  forget() {
    this.kept = null;
    this.proposals.replaceChildren();
    if (this.view.hidden) this.toggle(false);
  }

  refuse() {
    this.button.hidden = true;
    this.others.hidden = true;
    this.say("This network takes no colour hints.");
  }

  propose() {
    const painter = this.result.painter();
    const { layers } = painter ?? {};
    if (!painter || !layers) return;
    this.others.hidden = true;
    const { field, vividness } = this.result;
    const hasSome = proposed(layers, field.value).length > 1;
    this.proposals.hidden = !hasSome;
    if (hasSome) {
      showProposals(this.proposals, painter, vividness(), field.value);
      need(this.proposals, "button", HTMLElement).focus();
      this.say(
        field.value
          ? "Choose one. Your dots stay."
          : "Choose one. You can still correct its colours.",
      );
    } else this.say("Nothing else is likely for this picture.");
  }

  /** @param {string} hints @param {string} name */
  choose(hints, name) {
    tell(this.result.field, hints);
    mark(this.proposals, hints);
    this.say(`${name}.`);
  }

  open() {
    const { width, height } = this.result;
    this.view.style.setProperty("--ratio", String(width / height));
    this.toggle(true);
    this.editor?.take(this.result.field.value);
    this.say("Click a spot of the picture whose colour is wrong.");
    need(this.view, "[data-tool=add]", HTMLElement).focus({ preventScroll: true });
    for (const part of ["[data-stage]", ".hint-tools"]) {
      need(this.view, part, HTMLElement).scrollIntoView({ block: "nearest" });
    }
  }

  end() {
    this.editor?.close(false);
    if (!mark(this.proposals, this.result.field.value)) this.proposals.replaceChildren();
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
    this.others.hidden = isOpen || this.proposals.childElementCount > 0;
    this.proposals.hidden = isOpen || this.proposals.childElementCount === 0;
  }
}
