// Files that are dropped, those in folders among them.

// A whole disk, dropped by mistake, is not read to its end.
const MOST = 5000;
// What operating systems put into folders.
const OWN = /^(\.|thumbs\.db$|desktop\.ini$|__macosx$)/i;

/**
 * @param {DataTransfer} transfer read at once: browsers empty it when the event is over
 * @returns {Promise<File[]>}
 */
export async function droppedFiles(transfer) {
  const files = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return files;
  /** @type {File[]} */
  const found = [];
  for (const entry of entries) if (entry) await walk(entry, found);
  return found;
}

/** Without those that operating systems put into folders. @param {Iterable<File>} files */
export const wanted = (files) => [...files].filter(({ name }) => !OWN.test(name));

/** With 2 before 10. @param {string} one @param {string} other */
export const byName = (one, other) => one.localeCompare(other, undefined, { numeric: true });

/** @param {FileSystemEntry} entry @param {File[]} found */
async function walk(entry, found) {
  if (OWN.test(entry.name) || found.length >= MOST) return;
  if (isFile(entry)) found.push(await new Promise((yes, no) => entry.file(yes, no)));
  else if (isFolder(entry)) for (const inside of await list(entry)) await walk(inside, found);
}

/** @param {FileSystemEntry} entry @returns {entry is FileSystemFileEntry} */
const isFile = (entry) => entry.isFile;

/** @param {FileSystemEntry} entry @returns {entry is FileSystemDirectoryEntry} */
const isFolder = (entry) => entry.isDirectory;

/** All that is in a folder, by name; browsers tell of about a hundred at a time. @param {FileSystemDirectoryEntry} folder */
async function list(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const found = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((yes, no) => reader.readEntries(yes, no));
    if (!some.length || found.length >= MOST) break;
    found.push(...some);
  }
  return found.sort((a, b) => byName(a.name, b.name));
}
