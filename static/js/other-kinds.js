// Downloads the result as another kind of file, which the server makes again.
import { asProblem } from "./checks.js";
import { need } from "./dom.js";
import { saveFile } from "./result.js";

/**
 * @param {HTMLElement} view the result's
 * @param {string} filename of its JPEG
 * @param {(kind: string) => Promise<Blob>} fetchAs
 */
export function offerOtherKinds(view, filename, fetchAs) {
  const select = need(view, "select[name=format]", HTMLSelectElement);
  const button = need(view, "[data-download-kind]", HTMLButtonElement);
  const status = need(view, "[data-kind-status]", HTMLElement);
  button.addEventListener("click", async () => {
    const [option] = select.selectedOptions;
    button.disabled = true;
    status.textContent = "The server is making the file …";
    try {
      saveFile(await fetchAs(option.value), named(filename, option));
      status.textContent = "Downloaded.";
    } catch (error) {
      status.textContent = asProblem(error).message;
    } finally {
      button.disabled = false;
    }
  });
}

/** @param {string} filename @param {HTMLOptionElement} option */
function named(filename, option) {
  return filename.replace(/-colorized\.jpg$/, "") + option.dataset.suffix;
}
