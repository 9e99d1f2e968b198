// What was noticed about a photo, each with a button that colours it again with other options.
import { all, need } from "./dom.js";
import { textOf } from "./hints.js";

/**
 * @typedef {Record<string, string | number | boolean | import("./hints.js").Hint[]>} Changes of options
 * @typedef {{ sentence: string, label: string, changes: Changes }} Offer
 */

/**
 * @param {HTMLElement} view the result's
 * @param {Offer[]} offers
 * @param {(changes: Changes) => void} choose
 */
export function showOffers(view, offers, choose) {
  const place = need(view, "[data-offers]", HTMLElement);
  const template = need(view, "[data-offer]", HTMLTemplateElement);
  for (const { sentence, label, changes } of offers) {
    const copy = document.importNode(template.content, true);
    need(copy, "[data-sentence]", HTMLElement).textContent = sentence;
    const button = need(copy, "button", HTMLButtonElement);
    button.textContent = label;
    button.hidden = !label;
    button.addEventListener("click", () => choose(changes));
    place.append(copy);
  }
  place.hidden = !offers.length;
}

/**
 * Chooses options in a form.
 * @param {HTMLFormElement} form
 * @param {Changes} changes
 */
export function chooseOptions(form, changes) {
  for (const field of all(form, "[name]", HTMLElement)) {
    const isField = field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
    if (!isField || !(field.name in changes)) continue;
    field.value = written(changes[field.name]);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** As forms have it. @param {Changes[string]} value */
const written = (value) => (Array.isArray(value) ? textOf(value) : String(value));
