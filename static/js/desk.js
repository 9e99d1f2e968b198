// The review queue by keyboard. Every key presses a button that is on the page; without this the
// buttons do the same.
const queue = document.querySelector("[data-queue]");
const keys = document.querySelector("[data-keys]");

function cards() {
  return [...queue.querySelectorAll("[data-card]")];
}

function current() {
  return document.activeElement?.closest("[data-card]");
}

function go(card) {
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "start" });
}

function step(by) {
  const all = cards();
  const at = all.indexOf(current());
  go(at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function button(card, name) {
  return card?.querySelector(`button[value="${name}"]`);
}

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => button(current(), "approve")?.click(),
  h: () => button(current(), "hide")?.click(),
  r: () => current()?.querySelector("textarea")?.focus(),
  x: () => current()?.querySelector("[data-select]")?.click(),
  "?": () => {
    keys.open = !keys.open;
  },
};

function inReason(event) {
  const card = current();
  if (event.key === "Escape") {
    go(card);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && card) {
    event.preventDefault();
    button(card, "reject")?.click();
  }
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("textarea")) return inReason(event);
  if (event.target.matches("input:not([type=checkbox]), select")) return;
  const action = ACTIONS[event.key.toLowerCase()];
  if (!action || event.repeat) return;
  event.preventDefault();
  action();
}

// After a decision the queue comes back at the card that followed.
function noteNext(event) {
  const card = event.target.closest("[data-card]");
  if (!card) return;
  const all = cards();
  const at = all.indexOf(card);
  const following = all[at + 1] ?? all[at - 1];
  event.target.elements.next.value = following?.dataset.card ?? "";
}

// One press, one decision.
function once(event) {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
}

if (queue) {
  keys.hidden = false;
  document.addEventListener("keydown", press);
  document.addEventListener("submit", noteNext);
  document.addEventListener("submit", once);
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });
  const asked = location.hash.startsWith("#card-") && document.getElementById(location.hash.slice(1));
  if (asked) go(asked);
}
