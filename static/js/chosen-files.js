// What was chosen for a batch, sorted: photos and ZIP files, sidecars, and what is neither.
import { asProblem, checkFile } from "./checks.js";
import { wanted } from "./folders.js";
import { split } from "./sidecars.js";

/**
 * `photos`: ZIP files among them.
 * @typedef {{ photos: File[], sidecars: File[], refused: { name: string, message: string }[] }} Checked
 */

const ZIP = "PK\x03\x04";

/** Whether a file is a ZIP archive, by its first bytes. @param {File} file */
export async function isArchive(file) {
  return (await file.slice(0, ZIP.length).text()) === ZIP && /\.zip$/i.test(file.name);
}

/** @param {File[]} files @returns {Promise<Checked>} */
export async function checked(files) {
  const { photos, sidecars } = split(wanted(files));
  /** @type {Checked} */
  const sorted = { photos: [], sidecars, refused: [] };
  for (const file of photos) {
    try {
      if (!(await isArchive(file))) await checkFile(file);
      sorted.photos.push(file);
    } catch (thrown) {
      sorted.refused.push({ name: file.name, message: asProblem(thrown).message });
    }
  }
  return sorted;
}
