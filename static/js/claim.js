// What was coloured before logging in can be saved afterwards, within the same visit. The photo
// waits in the browser, never on the server.
import { send } from "./send.js";

const STORE = "claim";
const KEY = "last";

/** @param {File} file @param {FormData} fields what was sent with it
 * @param {object} answer the endpoint's */
export async function remember(file, fields, { vividness, network }) {
  const keep = fields.get("keep_metadata") ?? "";
  const claim = { file, vividness, network, keep, visit: visit() };
  await use("readwrite", (store) => store.put(claim, KEY)).catch(() => {});
}

/** Shows the offer where there is something to save. */
export async function offerClaim(root, form) {
  const offer = root.querySelector("[data-claim]");
  const claim = await use("readonly", (store) => store.get(KEY)).catch(() => null);
  if (!offer || !claim) return;
  if (claim.visit !== visit()) {
    forget();
    return;
  }
  offer.querySelector("[data-claim-name]").textContent = claim.file.name;
  offer.hidden = false;
  offer.querySelector("[data-claim-forget]").addEventListener("click", () => {
    forget();
    offer.hidden = true;
  });
  const save = offer.querySelector("[data-claim-save]");
  save.addEventListener("click", () => saveClaim(claim, form, offer, save));
}

async function saveClaim(claim, form, offer, button) {
  button.disabled = true;
  const fields = new FormData();
  fields.set("image", claim.file, claim.file.name);
  fields.set("vividness", claim.vividness);
  fields.set("network", claim.network);
  fields.set("keep_metadata", claim.keep);
  fields.set("save", "once");
  fields.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const { saved, not_saved: problem } = await send(form.dataset.endpoint, fields);
    if (!saved) throw problem ?? new Error("It could not be saved.");
    await forget();
    location.assign(saved);
  } catch (problem) {
    offer.querySelector("p").textContent = problem.message;
    button.disabled = false;
  }
}

const forget = () => use("readwrite", (store) => store.delete(KEY)).catch(() => {});

/** One visit is one tab, for as long as it is open. */
function visit() {
  const id = sessionStorage.getItem("visit") ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
  sessionStorage.setItem("visit", id);
  return id;
}

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
