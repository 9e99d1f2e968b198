// The gallery: what is ticked, the next pictures while one scrolls, and links to copy.

// What one form can carry; see DATA_UPLOAD_MAX_NUMBER_FIELDS.
const AT_ONCE = 2000;

/** @param {ParentNode} root */
export function startGallery(root) {
  const selection = root.querySelector("[data-selection]");
  if (selection) new Selection(selection);
  if (root.querySelector("[data-more]")) new Scroll(root);
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
  for (const form of root.querySelectorAll("[data-once]")) sendOnce(form);
}

/** Says how many are ticked; what needs some rests until there are some. */
class Selection {
  constructor(form) {
    this.form = form;
    this.all = form.querySelector("[data-all]");
    this.text = form.querySelector("[data-selected]");
    this.prompt = this.text.textContent;
    this.text.setAttribute("role", "status");
    document.addEventListener("change", ({ target }) => target.name === "pictures" && this.count());
    this.all.addEventListener("click", () => this.toggle());
    addEventListener("pageshow", () => this.count()); // back from elsewhere, boxes still ticked
    this.count();
  }

  boxes() {
    return [...document.querySelectorAll('input[name="pictures"]')];
  }

  toggle() {
    const boxes = this.boxes();
    const tick = boxes.some((box) => !box.checked);
    for (const [number, box] of boxes.entries()) box.checked = tick && number < AT_ONCE;
    this.count();
  }

  count() {
    const boxes = this.boxes();
    const ticked = boxes.filter((box) => box.checked).length;
    const many = ticked > AT_ONCE ? `, of ${AT_ONCE} at most` : "";
    this.text.textContent = ticked ? `Selected: ${ticked}${many}` : this.prompt;
    this.all.textContent = ticked === boxes.length && ticked ? "Select none" : "Select all shown";
    for (const button of this.form.querySelectorAll('button[name="do"]')) {
      button.disabled = (!ticked || many !== "") && button.value !== "empty";
    }
  }
}

/** Follows the link to the next pictures as soon as it comes near. */
class Scroll {
  constructor(root) {
    this.list = root.querySelector("[data-pictures]");
    this.status = root.querySelector("[data-grid-status]");
    this.watch = new IntersectionObserver((entries) => this.near(entries), { rootMargin: "600px" });
    this.follow(root.querySelector("[data-more]"));
  }

  follow(link) {
    this.link = link;
    if (!link) return;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.load(true);
    });
    this.watch.observe(link);
  }

  near(entries) {
    if (entries.some((entry) => entry.isIntersecting)) this.load(false);
  }

  /** @param {boolean} asked by a click: then the focus goes on to the new pictures */
  async load(asked) {
    if (this.loading) return;
    this.loading = true;
    this.watch.disconnect();
    try {
      this.add(await fetchPage(this.link.href), asked);
    } catch {
      this.status.textContent = "The next pictures could not be loaded. Press the button to try again.";
    } finally {
      this.loading = false;
    }
  }

  add(page, asked) {
    const cards = [...page.querySelector("[data-pictures]").children];
    this.list.append(...cards.map((card) => document.adoptNode(card)));
    this.status.textContent = `${cards.length} more pictures`;
    const next = page.querySelector("[data-more]");
    const paragraph = this.link.parentElement;
    if (next) this.link.replaceWith(document.adoptNode(next));
    else paragraph.remove();
    this.follow(next);
    if (asked) cards[0]?.querySelector("a").focus();
  }
}

async function fetchPage(address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(response.statusText);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Press Ctrl+C"; // the text is selected
  }
}

/** Pressing twice sends once; coming back by the back button it works again. */
function sendOnce(form) {
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
  });
  addEventListener("pageshow", () => {
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  });
}
