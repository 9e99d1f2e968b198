// The options of colouring, read from a form and sent with a photo.

/** @typedef {Record<string, string | number>} Options */

// What a form says beside them.
const OTHERS = ["csrfmiddlewaretoken", "image", "layers", "save"];

/**
 * @param {FormData} fields
 * @returns {Options}
 */
export function optionsOf(fields) {
  /** @type {Options} */
  const options = {};
  for (const [name, value] of fields) {
    if (typeof value === "string" && !OTHERS.includes(name)) options[name] = value;
  }
  return options;
}

/** @param {Options} options @param {FormData} fields to which they are added */
export function withOptions(options, fields = new FormData()) {
  for (const [name, value] of Object.entries(options)) fields.set(name, String(value));
  return fields;
}
