// Takes files that are dropped anywhere on the page, or pasted.

/**
 * @param {HTMLElement} zone shows that files may be dropped
 * @param {() => boolean} isOpen whether they may be dropped now
 * @param {(files: File[]) => void} choose
 */
export function listenForFiles(zone, isOpen, choose) {
  /** @param {Event} event @param {DataTransfer | null} transfer */
  const take = (event, transfer) => {
    const files = [...(transfer?.files ?? [])];
    if (!files.length || !isOpen()) return;
    event.preventDefault();
    choose(files);
  };
  for (const kind of /** @type {const} */ (["dragover", "dragleave", "drop"])) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover" && isOpen());
    });
  }
  document.addEventListener("drop", (event) => take(event, event.dataTransfer));
  document.addEventListener("paste", (event) => take(event, event.clipboardData));
}
