// Takes files that are dropped anywhere on the page, or pasted.
import { droppedFiles } from "./folders.js";

/**
 * @param {HTMLElement} zone shows that files may be dropped
 * @param {() => boolean} isOpen whether they may be dropped now
 * @param {(files: File[]) => void} choose
 */
export function listenForFiles(zone, isOpen, choose) {
  /** @param {Event} event @param {DataTransfer | null} transfer */
  const take = async (event, transfer) => {
    if (!transfer?.files.length || !isOpen()) return;
    event.preventDefault();
    choose(await droppedFiles(transfer));
  };
  for (const kind of /** @type {const} */ (["dragover", "dragleave", "drop"])) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      if (isOpen() || kind !== "dragover") zone.classList.toggle("over", kind === "dragover");
    });
  }
  document.addEventListener("drop", (event) => take(event, event.dataTransfer));
  document.addEventListener("paste", (event) => take(event, event.clipboardData));
}
