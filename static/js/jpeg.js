// Metadata from one JPEG into another: what a canvas writes says nothing of who made its colours.

const APP0 = 0xe0;
const APP15 = 0xef;
const START_OF_SCAN = 0xda;

/** @returns {{kind: number, bytes: Uint8Array}[]} the segments before the picture itself */
function segments(jpeg) {
  const found = [];
  let at = 2;
  while (jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN) {
    const length = 2 + (jpeg[at + 2] << 8) + jpeg[at + 3];
    found.push({ kind: jpeg[at + 1], bytes: jpeg.subarray(at, at + length) });
    at += length;
  }
  found.end = at;
  return found;
}

const isMetadata = ({ kind }) => kind > APP0 && kind <= APP15;

/**
 * `picture` with the metadata (EXIF, XMP, profile) of `original` in place of its own.
 * @param {Uint8Array} picture
 * @param {Uint8Array} original
 * @returns {Blob}
 */
export function withMetadata(picture, original) {
  const own = segments(picture);
  const [first, ...others] = own.filter((segment) => !isMetadata(segment));
  const metadata = segments(original).filter(isMetadata);
  const parts = [first, ...metadata, ...others].map(({ bytes }) => bytes);
  return new Blob([picture.subarray(0, 2), ...parts, picture.subarray(own.end)], {
    type: "image/jpeg",
  });
}
