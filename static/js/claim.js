// Lets people save a photo that they coloured before logging in, within the same visit. The photo
// waits in the browser, never on the server.
//
// All tabs share a visit, because the link in our email opens a new tab. A visit ends CLAIM_MINUTES
// after its last photo and on logging out, because others may use the same computer later.
import { limits } from "./checks.js";
import { all, around, attribute, find, need, wordsOf } from "./dom.js";
import { textOf } from "./hints.js";
import { optionsOf, withOptions } from "./options.js";
import { choiceOf } from "./result.js";
import { send } from "./send.js";
import { attach, sidecarIn } from "./sidecars.js";

/** @typedef {import("./send.js").Answer} Answer */
/** @typedef {import("./options.js").Options} Options */
/**
 * A photo that waits to be saved.
 * @typedef {object} Claim
 * @property {File} file
 * @property {File} [sidecar]
 * @property {number} vividness
 * @property {string} hints
 * @property {Options} options the others
 * @property {number} made when, which tells one claim from the next
 */

const STORE = "claim";
const KEY = "last";
const ENDS = "claim-ends";
const MINUTE = 60 * 1000;

/** Deletes the photo of a visit that has ended, and ends this one on logging out. */
export function startVisit() {
  if (hasEnded()) forget();
  document.addEventListener("submit", (event) => {
    if (around(event, '[action$="/logout/"]', HTMLFormElement)) endVisit();
  });
}

/** Ends the visit at once; deleting the photo may take longer than the page stays. */
function endVisit() {
  localStorage.removeItem(ENDS);
  forget();
}

const hasEnded = () => !(Number(localStorage.getItem(ENDS)) > Date.now());

/**
 * @param {File} file
 * @param {FormData} fields what was sent with it
 * @param {Answer} answer
 */
async function remember(file, fields, { vividness, hints, network }) {
  const made = Date.now();
  /** @type {Claim} */
  const claim = {
    file,
    sidecar: sidecarIn(fields),
    vividness,
    hints: textOf(hints),
    options: { ...optionsOf(fields), network },
    made,
  };
  localStorage.setItem(ENDS, String(made + limits().claim_minutes * MINUTE));
  await use("readwrite", (store) => store.put(claim, KEY)).catch(() => {});
  return claim;
}

/**
 * Remembers a photo with the colours that are chosen for its result.
 * @param {HTMLElement} view the result's
 * @param {Parameters<typeof remember>} photo
 */
export function rememberWith(view, ...photo) {
  const remembered = remember(...photo);
  // From the first moment on, while the photo may still be on its way into the store.
  view.addEventListener("change", async () => amend(await remembered, choiceOf(view)));
}

/**
 * Changes the colours of a photo if it is still the one that waits.
 * @param {Claim} claim
 * @param {import("./hint-layers.js").Choice} choice
 */
function amend(claim, choice) {
  return use("readwrite", (store) => {
    const found = store.get(KEY);
    found.onsuccess = () => {
      if (found.result?.made === claim.made) store.put({ ...claim, ...choice }, KEY);
    };
    return found;
  }).catch(() => {});
}

/** @returns {Promise<Claim | null>} */
const waiting = () => use("readonly", (store) => store.get(KEY)).catch(() => null);

/**
 * Shows the offer if a photo waits.
 * @param {ParentNode} root
 * @param {HTMLFormElement} form the colorizer's
 */
export async function offerClaim(root, form) {
  const offer = find(root, "[data-claim]", HTMLElement);
  const claim = await waiting();
  if (offer && claim && !hasEnded()) new Offer(offer, claim, form).show();
}

class Offer {
  /**
   * @param {HTMLElement} view
   * @param {Claim} claim
   * @param {HTMLFormElement} form
   */
  constructor(view, claim, form) {
    this.view = view;
    this.claim = claim;
    this.form = form;
    this.endpoint = attribute(form, "data-endpoint");
    this.text = need(view, "[data-claim-text]", HTMLElement);
    this.buttons = all(view, "button", HTMLButtonElement);
  }

  show() {
    need(this.text, "[data-claim-name]", HTMLElement).textContent = this.claim.file.name;
    this.view.hidden = false;
    this.view.addEventListener("click", (event) => {
      if (around(event, "[data-claim-forget]", HTMLElement)) this.forget();
      if (around(event, "[data-claim-save]", HTMLElement)) this.save();
    });
  }

  forget() {
    endVisit();
    this.view.hidden = true;
  }

  async save() {
    this.rest(true);
    try {
      const { saved, not_saved: problem } = await send(this.endpoint, await this.fields());
      if (!saved)
        throw new Error(
          problem?.message ?? "The photo could not be saved. Try again in a few minutes.",
        );
      await forget();
      this.tellSaved(saved);
    } catch (problem) {
      this.text.textContent = wordsOf(problem);
      this.rest(false);
    }
  }

  async fields() {
    const { file, sidecar, options } = this.claim;
    // They may have been changed in another tab.
    const { vividness, hints } = (await waiting()) ?? this.claim;
    const fields = new FormData(this.form);
    attach(fields, file, sidecar);
    fields.set("save", "once");
    return withOptions({ ...options, vividness, hints }, fields);
  }

  /** @param {boolean} resting */
  rest(resting) {
    for (const button of this.buttons) button.disabled = resting;
  }

  /** @param {string} address */
  tellSaved(address) {
    const link = document.createElement("a");
    Object.assign(link, { href: address, textContent: "View it" });
    this.text.replaceChildren("Saved in your gallery. ", link);
    need(this.view, ".actions", HTMLElement).remove();
    link.focus();
  }
}

const forget = () => use("readwrite", (store) => store.delete(KEY)).catch(() => {});

/**
 * One transaction in the browser's store.
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} action
 * @returns {Promise<any>} its result
 */
function use(mode, action) {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open("image-colorizer", 1);
    open.onupgradeneeded = () => open.result.createObjectStore(STORE);
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const transaction = open.result.transaction(STORE, mode);
      const request = action(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        open.result.close();
        resolve(request.result);
      };
      transaction.onerror = () => reject(transaction.error);
    };
  });
}
