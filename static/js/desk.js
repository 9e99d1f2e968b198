// Keyboard shortcuts of the review queue. Each key presses a button of the page, so everything works
// without them.
import { all, around, attribute, find } from "./dom.js";

const queue = find(document, "[data-queue]", HTMLElement);
const keys = find(document, "[data-keys]", HTMLDetailsElement);

function cards() {
  return queue ? all(queue, "[data-card]", HTMLElement) : [];
}

function current() {
  return cards().find((card) => card.contains(document.activeElement));
}

/** @param {HTMLElement | undefined} card */
function go(card) {
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "start" });
}

/** @param {number} by */
function step(by) {
  const shown = cards();
  const card = current();
  const at = card ? shown.indexOf(card) : -1;
  go(at < 0 ? shown[0] : shown[Math.min(Math.max(at + by, 0), shown.length - 1)]);
}

/** Presses a button of the current card. @param {string} selector */
function click(selector) {
  const card = current();
  if (card) find(card, selector, HTMLElement)?.click();
}

/** @param {string} name */
const decide = (name) => click(`button[value="${name}"]`);

/** @type {Record<string, () => void>} */
const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => decide("approve"),
  h: () => decide("hide"),
  r: () => current()?.querySelector("textarea")?.focus(),
  x: () => click("[data-select]"),
  "?": () => {
    if (keys) keys.open = !keys.open;
  },
};

/** @param {KeyboardEvent} event */
function inReason(event) {
  const card = current();
  if (event.key === "Escape") {
    go(card);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && card) {
    event.preventDefault();
    decide("reject");
  }
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target instanceof HTMLTextAreaElement) inReason(event);
  else if (!around(event, "input:not([type=checkbox]), select", HTMLElement)) act(event);
}

/** @param {KeyboardEvent} event */
function act(event) {
  const action = ACTIONS[event.key.toLowerCase()];
  if (!action || event.repeat) return;
  event.preventDefault();
  action();
}

/** Makes the queue return to the next card after a decision. @param {SubmitEvent} event */
function noteNext(event) {
  const card = around(event, "[data-card]", HTMLElement);
  if (!card) return;
  const shown = cards();
  const at = shown.indexOf(card);
  const following = shown[at + 1] ?? shown[at - 1];
  const next = find(card, "[name=next]", HTMLInputElement);
  if (next) next.value = following ? attribute(following, "data-card") : "";
}

/** Sends a decision only once. @param {SubmitEvent} event */
function once(event) {
  const form = around(event, "form", HTMLFormElement);
  if (form?.dataset.sent) event.preventDefault();
  if (form) form.dataset.sent = "yes";
}

/** Goes to the card in the page's address. */
function arrive() {
  go(cards().find((card) => `#${card.id}` === location.hash));
}

if (queue && keys) {
  keys.hidden = false;
  document.addEventListener("keydown", press);
  document.addEventListener("submit", noteNext);
  document.addEventListener("submit", once);
  addEventListener("pageshow", () => {
    for (const form of all(document, "[data-sent]", HTMLFormElement)) delete form.dataset.sent;
  });
  arrive();
}
