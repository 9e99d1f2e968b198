// What was coloured before logging in can be saved afterwards, within the same visit. The photo
// waits in the browser, never on the server.
//
// A visit is shared by the tabs of a browser, for the mail that confirms an address opens another
// one. Others may sit at the same computer later, so it ends: CLAIM_MINUTES after its last photo, and
// with logging out.
import { limits } from "./checks.js";
import { send } from "./send.js";

const STORE = "claim";
const KEY = "last";
const ENDS = "claim-ends";
const MINUTE = 60 * 1000;

/** Takes away what is left of a visit that has ended, and ends this one with logging out. */
export function startVisit() {
  if (hasEnded()) forget();
  document.addEventListener("submit", ({ target }) => {
    if (target.matches('[action$="/logout/"]')) endVisit();
  });
}

/** At once, unlike the photo itself, which may need longer to go than the page stays. */
function endVisit() {
  localStorage.removeItem(ENDS);
  forget();
}

const hasEnded = () => !(Number(localStorage.getItem(ENDS)) > Date.now());

/** @param {File} file @param {FormData} fields what was sent with it
 * @param {object} answer the endpoint's */
export async function remember(file, fields, { vividness, network }) {
  const made = Date.now();
  const claim = { file, vividness, network, keep: fields.get("keep_metadata") ?? "", made };
  localStorage.setItem(ENDS, made + limits().claim_minutes * MINUTE);
  await use("readwrite", (store) => store.put(claim, KEY)).catch(() => {});
  return claim;
}

/** Another vividness for a photo, where it is still the one that waits. */
export function amend(claim, vividness) {
  return use("readwrite", (store) => {
    const found = store.get(KEY);
    found.onsuccess = () => {
      if (found.result?.made === claim.made) store.put({ ...claim, vividness }, KEY);
    };
    return found;
  }).catch(() => {});
}

const waiting = () => use("readonly", (store) => store.get(KEY)).catch(() => null);

/** Shows the offer where there is something to save. */
export async function offerClaim(root, form) {
  const offer = root.querySelector("[data-claim]");
  const claim = await waiting();
  if (!offer || !claim || hasEnded()) return;
  offer.querySelector("[data-claim-name]").textContent = claim.file.name;
  offer.hidden = false;
  offer.querySelector("[data-claim-forget]").addEventListener("click", () => {
    endVisit();
    offer.hidden = true;
  });
  const save = offer.querySelector("[data-claim-save]");
  save.addEventListener("click", () => saveClaim(claim, form, offer, save));
}

async function saveClaim(claim, form, offer, button) {
  button.disabled = true;
  const { vividness } = (await waiting()) ?? claim; // its slider may have moved in another tab
  const fields = new FormData();
  fields.set("image", claim.file, claim.file.name);
  fields.set("vividness", vividness);
  fields.set("network", claim.network);
  fields.set("keep_metadata", claim.keep);
  fields.set("save", "once");
  fields.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const { saved, not_saved: problem } = await send(form.dataset.endpoint, fields);
    if (!saved) throw problem ?? new Error("It could not be saved.");
    await forget();
    tellSaved(offer, saved);
  } catch (problem) {
    offer.querySelector("[data-claim-text]").textContent = problem.message;
    button.disabled = false;
  }
}

function tellSaved(offer, address) {
  const link = document.createElement("a");
  Object.assign(link, { href: address, textContent: "View it" });
  offer.querySelector("[data-claim-text]").replaceChildren("Saved in your gallery. ", link);
  offer.querySelector(".actions").remove();
  link.focus();
}

const forget = () => use("readwrite", (store) => store.delete(KEY)).catch(() => {});

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
