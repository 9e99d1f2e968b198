// What goes on from a result when the same photo is coloured again with other options.
import { fieldsOf } from "./chosen.js";
import { find } from "./dom.js";
import { carried, shapeOf } from "./hint-places.js";
import { hintsOf, textOf } from "./hints.js";
import { choiceOf } from "./result.js";

/** @typedef {import("./checks.js").Size} Size */
/** @typedef {{ view: HTMLElement, fields: FormData }} Shown a result, and what it was sent with */

/**
 * @param {HTMLFormElement} form
 * @param {Shown | null} shown
 * @param {Size} size of the photo
 * @returns {Record<string, string>} values of the form's fields
 */
export function goingOn(form, shown, size) {
  if (!shown) return {};
  const { vividness, hints } = choiceOf(shown.view);
  const [before, after] = [shapeOf(shown.fields), shapeOf(fieldsOf(form))];
  const placed = takesHints(form) ? carried(hintsOf(hints), before, after, size) : [];
  return { vividness: String(vividness), hints: textOf(placed) };
}

/** Whether dots would be lost, because the network that is chosen now takes none. @param {HTMLFormElement} form @param {Shown | null} shown */
export const losesHints = (form, shown) =>
  Boolean(shown && choiceOf(shown.view).hints && !takesHints(form));

/** Whether the chosen network does, where there is a choice. @param {HTMLFormElement} form */
function takesHints(form) {
  const network = find(form, "select[name=network]", HTMLSelectElement);
  return !network || "takesHints" in network.selectedOptions[0].dataset;
}
