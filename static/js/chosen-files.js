// What was chosen for a batch, sorted: photos and ZIP files, sidecars, and what is neither.
import { asProblem, checkFile, isFilm } from "./checks.js";
import { byName, wanted } from "./folders.js";
import { split } from "./sidecars.js";

/**
 * `photos`: ZIP files among them. A folder that was chosen is in the order of its names, as one that was dropped.
 * @typedef {{ photos: File[], sidecars: File[], refused: { name: string, message: string }[] }} Checked
 */

const FILM = "Films are coloured one at a time: choose it by itself.";
const ZIP = "PK\x03\x04";

/** Whether a file is a ZIP archive, by its first bytes. @param {File} file */
export async function isArchive(file) {
  return (await file.slice(0, ZIP.length).text()) === ZIP && isNamedZip(file);
}

/** @param {File} file */
const isNamedZip = ({ name }) => /\.zip$/i.test(name);

/** Such as “3 photos and 1 ZIP file”. @param {File[]} files photos, with ZIP files among them */
export function inWords(files) {
  const archives = files.filter(isNamedZip).length;
  const photos = files.length - archives;
  const parts = [photos && counted(photos, "photo"), archives && counted(archives, "ZIP file")];
  return parts.filter(Boolean).join(" and ");
}

/** @param {number} number @param {string} thing */
export const counted = (number, thing) =>
  `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;

/** @param {File[]} files @returns {Promise<Checked>} */
export async function checked(files) {
  const { photos, sidecars } = split(wanted(inOrder(files)));
  /** @type {Checked} */
  const sorted = { photos: [], sidecars, refused: [] };
  for (const file of photos) {
    if (await isFilm(file)) {
      sorted.refused.push({ name: file.name, message: FILM });
      continue;
    }
    try {
      if (!(await isArchive(file))) await checkFile(file);
      sorted.photos.push(file);
    } catch (thrown) {
      sorted.refused.push({ name: file.name, message: asProblem(thrown).message });
    }
  }
  return sorted;
}

/** Those of a folder by their paths, others as they came. @param {File[]} files */
const inOrder = (files) =>
  [...files].sort((a, b) => byName(a.webkitRelativePath, b.webkitRelativePath));
