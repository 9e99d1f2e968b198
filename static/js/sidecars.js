// Sidecars: XMP files that are chosen together with photos, and belong to them by their names.

/** @param {File} file */
export const isSidecar = ({ name }) => /\.xmp$/i.test(name);

/**
 * The photos and the sidecars among chosen files. If there is nothing but sidecars, they count as
 * photos, and are refused as any other file that is none.
 * @param {File[]} files
 */
export function split(files) {
  const photos = files.filter((file) => !isSidecar(file));
  if (!photos.length) return { photos: files, sidecars: [] };
  return { photos, sidecars: files.filter(isSidecar) };
}

/**
 * The sidecar of scan.tif: scan.tif.xmp, or else scan.xmp.
 * @param {File} photo
 * @param {File[]} sidecars
 */
export function sidecarOf({ name }, sidecars) {
  /** @param {string} beside */
  const named = (beside) =>
    sidecars.find((file) => file.name.toLowerCase() === `${beside}.xmp`.toLowerCase());
  return named(name) ?? named(name.replace(/\.[^.]*$/, ""));
}

/**
 * Those that belong to none of the photos, as a sentence; empty if there are none.
 * @param {File[]} photos
 * @param {File[]} sidecars
 */
export function leftOut(photos, sidecars) {
  const used = photos.map((photo) => sidecarOf(photo, sidecars));
  const names = sidecars.filter((file) => !used.includes(file)).map(({ name }) => `“${name}”`);
  return names.length ? `Left out, because no photo has its name: ${names.join(", ")}.` : "";
}

/** The names of a photo and its sidecar. @param {File} photo @param {File | undefined} sidecar */
export const namesOf = (photo, sidecar) =>
  sidecar ? `${photo.name} + ${sidecar.name}` : photo.name;

/**
 * Has a photo sent, with its sidecar if it has one.
 * @param {FormData} fields
 * @param {File} photo
 * @param {File | undefined} sidecar
 */
export function attach(fields, photo, sidecar) {
  fields.set("image", photo, photo.name);
  if (sidecar) fields.set("sidecar", sidecar, sidecar.name);
  else fields.delete("sidecar");
}

/** The sidecar that is sent, if there is one. @param {FormData} fields */
export function sidecarIn(fields) {
  const file = fields.get("sidecar");
  return file instanceof File && file.name ? file : undefined;
}
