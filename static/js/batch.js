// The form of a batch: takes many photos, a folder or a ZIP file, opens the batch and its page, and has
// the files sent.
import { asProblem, isFilm } from "./checks.js";
import { checked, counted, inWords } from "./chosen-files.js";
import { all, attribute, find, need } from "./dom.js";
import { listenForFiles } from "./drop-zone.js";
import { openFilm } from "./film.js";
import { begin, show } from "./job-form.js";
import { chooseOptions } from "./offers.js";
import { optionsOf } from "./options.js";
import { ProblemBox } from "./problem-box.js";
import { leftOut } from "./sidecars.js";
import { openTab } from "./tabs.js";
import { Uploads } from "./uploads.js";

/** @typedef {import("./chosen-files.js").Checked} Checked */
/** @typedef {{ photos: number, bytes: number, size: string }} Limits of a batch; `size`: bytes in words */

/** @type {Batch | null} the form on this page */
let batch = null;

/** @param {ParentNode} root the page, or a panel that was just added */
export function startBatch(root) {
  const form = find(root, "#batch", HTMLFormElement);
  if (!form) return;
  batch = new Batch(form);
  batch.listen();
}

/**
 * Goes to the form of a batch with files that were chosen elsewhere.
 * @param {string} address of the form
 * @param {File[]} files
 * @param {import("./options.js").Options} options that were chosen there
 */
export async function openBatch(address, files, options) {
  await openTab(new URL(address, location.href));
  if (!batch) return;
  chooseOptions(batch.form, options);
  await batch.choose(files);
}

class Batch {
  /** @type {Checked} */
  chosen = { photos: [], sidecars: [], refused: [] };
  isBusy = false;
  choice = 0;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.problem = new ProblemBox(form);
    this.panel = need(document, '[data-panel="batch"]', HTMLElement);
    /** @type {Limits} */
    this.limits = JSON.parse(need(form, "[data-batch-limits] script", HTMLScriptElement).text);
    this.start = need(form, "[data-start]", HTMLButtonElement);
    this.reset = need(form, "[data-reset]", HTMLButtonElement);
    this.status = need(form, "[data-status]", HTMLElement);
    this.refused = need(form, "[data-refused]", HTMLElement);
    this.inputs = all(form, "input[type=file]", HTMLInputElement);
    this.startWords = this.start.textContent;
  }

  listen() {
    for (const input of this.inputs) {
      input.required = false;
      input.addEventListener("change", () => {
        this.choose([...(input.files ?? [])]);
        input.value = "";
      });
    }
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.reset.addEventListener("click", () => {
      this.show({ photos: [], sidecars: [], refused: [] });
      this.inputs[0].focus();
    });
    const zone = need(this.form, "[data-drop]", HTMLElement);
    const isOpen = () => !this.panel.hidden && !this.isBusy;
    listenForFiles(zone, isOpen, (files) => this.choose(files));
    this.show(this.chosen);
  }

  /** Adds to what was chosen before. @param {File[]} files */
  async choose(files) {
    if (!files.length) return;
    const choice = ++this.choice;
    this.problem.hide();
    this.say("Looking at the files …");
    if (files.length === 1 && (await isFilm(files[0]))) {
      await this.goToFilm(files[0]);
      return;
    }
    const { photos, sidecars, refused } = await checked(files);
    if (choice !== this.choice) return;
    this.show({
      photos: added(this.chosen.photos, photos),
      sidecars: added(this.chosen.sidecars, sidecars),
      refused,
    });
  }

  /** A film has a page of its own. @param {File} file */
  async goToFilm(file) {
    this.say("");
    await openFilm(attribute(this.form, "data-film"), file, optionsOf(new FormData(this.form)));
  }

  /** @param {Checked} chosen */
  show(chosen) {
    const { photos, over } = within(chosen.photos, this.limits.photos);
    this.chosen = { ...chosen, photos };
    const files = [...photos, ...chosen.sidecars];
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const isTooMuch = bytes > this.limits.bytes;
    this.start.disabled = !photos.length || isTooMuch;
    this.start.textContent = photos.length ? `Add colour to ${inWords(photos)}` : this.startWords;
    this.reset.hidden = !photos.length && !chosen.refused.length;
    this.say(photos.length || over ? this.told(photos, chosen.sidecars, bytes, over) : "");
    this.listRefused(chosen.refused);
  }

  /**
   * @param {File[]} photos
   * @param {File[]} sidecars
   * @param {number} bytes
   * @param {number} over
   */
  told(photos, sidecars, bytes, over) {
    const beside = sidecars.length ? ` with ${counted(sidecars.length, "sidecar file")}` : "";
    const sentences = [`Chosen: ${inWords(photos)}${beside}, ${megabytes(bytes)} MB.`];
    if (bytes > this.limits.bytes) {
      sentences.push(`A batch takes up to ${this.limits.size}. Choose fewer photos.`);
    }
    if (over) {
      sentences.push(
        `A batch takes up to ${counted(this.limits.photos, "photo")}. ` +
          `${over.toLocaleString("en")} more ${over === 1 ? "is" : "are"} left out: ` +
          "put the rest into another batch.",
      );
    }
    sentences.push(leftOut(photos, sidecars));
    return sentences.join(" ").trim();
  }

  /** @param {Checked["refused"]} refused */
  listRefused(refused) {
    this.refused.hidden = !refused.length;
    const list = need(this.refused, "ul", HTMLElement);
    list.replaceChildren(
      ...refused.map(({ name, message }) => {
        const item = document.createElement("li");
        item.textContent = `${name}: ${message}`;
        return item;
      }),
    );
    need(this.refused, "summary", HTMLElement).textContent =
      refused.length === 1
        ? "1 file is left out, because it can’t be coloured"
        : `${refused.length} files are left out, because they can’t be coloured`;
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    const { photos, sidecars } = this.chosen;
    if (this.isBusy || !photos.length) return;
    this.problem.hide();
    this.rest(true);
    try {
      const { url } = await this.create();
      const token = need(this.form, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
      new Uploads(url, token).begin([...photos, ...sidecars]);
      this.show({ photos: [], sidecars: [], refused: [] });
      await show(url, () => {
        this.say("Your photos are being sent. The page of the batch opens as soon as it can.");
      });
    } catch (thrown) {
      this.problem.show(asProblem(thrown), true);
    } finally {
      this.rest(false);
    }
  }

  /** Opens the batch. */
  create() {
    const fields = new FormData(this.form);
    for (const { name } of this.inputs) fields.delete(name);
    return begin(this.form, fields);
  }

  /** @param {boolean} resting */
  rest(resting) {
    this.isBusy = resting;
    this.form.setAttribute("aria-busy", String(resting));
    this.start.disabled = resting || !this.chosen.photos.length;
    if (resting) this.say("Opening the batch …");
  }

  /** @param {string} text */
  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

/** Those before, and those of the new ones that are not among them. @param {File[]} before @param {File[]} files */
function added(before, files) {
  const isThere = (/** @type {File} */ { name, size, lastModified }) =>
    before.some(
      (file) => file.name === name && file.size === size && file.lastModified === lastModified,
    );
  return [...before, ...files.filter((file) => !isThere(file))];
}

/** @param {File[]} photos @param {number} most */
const within = (photos, most) => ({
  photos: photos.slice(0, most),
  over: Math.max(0, photos.length - most),
});
