// Asks the endpoint again about a photo that has a result: in other colours, or as another kind of file.
import { changed } from "./chosen.js";
import { choiceOf } from "./result.js";
import { fetchFile, PASSING, send } from "./send.js";

/** @typedef {import("./hint-layers.js").Choice} Choice */
/** @typedef {import("./progress.js").Step} Step */

export class Asking {
  /** @param {string} endpoint @param {FormData} fields what the result was sent with */
  constructor(endpoint, fields) {
    this.endpoint = endpoint;
    this.fields = fields;
  }

  /**
   * The answer for other colours.
   * @param {Choice} choice
   * @param {Record<string, string>} [extra]
   * @param {(step: Step) => void} [progress]
   */
  again(choice, extra = {}, progress = undefined) {
    return send(this.endpoint, this.with(choice, extra), { progress });
  }

  /**
   * The answer for other colours with layers: of the stored photo, if it is in the gallery. The photo is
   * sent again only where another request for the stored one would not help either: it was deleted, say.
   * @param {Choice} choice
   * @param {string} layers
   * @param {string | undefined} saved the picture's address
   * @param {(step: Step) => void} [progress]
   */
  async layers(choice, layers, saved, progress) {
    const again = () => this.again(choice, { layers }, progress);
    if (!saved) return again();
    const fields = this.with(choice, { layers });
    for (const file of ["image", "sidecar"]) fields.delete(file);
    return send(`${saved}/preview`, fields, { progress }).catch((problem) => {
      if (PASSING.includes(problem.code)) throw problem;
      return again();
    });
  }

  /**
   * The result as another kind of file, with the colours that are chosen.
   * @param {string} format
   * @param {HTMLElement} view
   */
  as(format, view) {
    return fetchFile(this.endpoint, this.with(choiceOf(view), { format }));
  }

  /** Saves nothing, and asks for no layers, unless `extra` says so. @param {Choice} choice @param {Record<string, string>} extra */
  with({ vividness, hints }, extra) {
    const colours = { vividness: String(vividness), hints };
    return changed(this.fields, { ...colours, layers: "", save: "never", ...extra });
  }
}
