// Copies metadata from one JPEG to another: a canvas writes none, and so no mark of the network.

const APP0 = 0xe0;
const APP15 = 0xef;
const START_OF_SCAN = 0xda;

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{ kind: number, bytes: Bytes }} Segment */

/**
 * @param {Bytes} jpeg
 * @returns {{ found: Segment[], end: number }} the segments before the picture data, and their end
 */
function segments(jpeg) {
  /** @type {Segment[]} */
  const found = [];
  let at = 2;
  while (jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN) {
    const length = 2 + (jpeg[at + 2] << 8) + jpeg[at + 3];
    found.push({ kind: jpeg[at + 1], bytes: jpeg.subarray(at, at + length) });
    at += length;
  }
  return { found, end: at };
}

/** @param {Segment} segment */
const isMetadata = ({ kind }) => kind > APP0 && kind <= APP15;

/**
 * `picture` with the metadata (EXIF, XMP, profile) of `original` instead of its own.
 * @param {Bytes} picture
 * @param {Bytes} original
 * @returns {Blob}
 */
export function withMetadata(picture, original) {
  const { found, end } = segments(picture);
  const [first, ...others] = found.filter((segment) => !isMetadata(segment));
  const metadata = segments(original).found.filter(isMetadata);
  const parts = [first, ...metadata, ...others].map(({ bytes }) => bytes);
  return new Blob([picture.subarray(0, 2), ...parts, picture.subarray(end)], {
    type: "image/jpeg",
  });
}
