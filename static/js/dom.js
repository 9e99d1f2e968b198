// Finds elements and checks their types.

/**
 * @template T
 * @typedef {{ new (): T, prototype: T }} Kind such as HTMLInputElement
 */

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} kind
 * @returns {T | null} the first match
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  return found instanceof kind ? found : null;
}

/**
 * Like `find`, for elements that the page's template always has.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} kind
 * @returns {T}
 */
export function need(root, selector, kind) {
  const found = find(root, selector, kind);
  if (!found) throw new TypeError(`The page has no ${kind.name} at ${selector}`);
  return found;
}

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} kind
 * @returns {T[]} all matches
 */
export function all(root, selector, kind) {
  /** @type {T[]} */
  const fitting = [];
  for (const found of root.querySelectorAll(selector)) {
    if (found instanceof kind) fitting.push(found);
  }
  return fitting;
}

/**
 * @template {Element} T
 * @param {Event} event
 * @param {string} selector
 * @param {Kind<T>} kind
 * @returns {T | null} the event's target or its nearest matching ancestor
 */
export function around(event, selector, kind) {
  const found = event.target instanceof Element ? event.target.closest(selector) : null;
  return found instanceof kind ? found : null;
}

/**
 * An attribute that the page's template always has.
 * @param {Element} element
 * @param {string} name
 */
export function attribute(element, name) {
  const value = element.getAttribute(name);
  if (value === null) throw new TypeError(`The page lacks ${name}`);
  return value;
}

/**
 * The root element of a copy of a <template>.
 * @param {string} id
 */
export const copyOf = (id) => copied(need(document, `#${id}`, HTMLTemplateElement));

/**
 * The same of one that was found.
 * @param {HTMLTemplateElement} template
 */
export function copied({ content }) {
  return need(document.importNode(content, true), "*", HTMLElement);
}

/**
 * What a request or a file threw, as an error with a message for people.
 * @param {unknown} thrown
 */
export const wordsOf = (thrown) => (thrown instanceof Error ? thrown.message : String(thrown));

/**
 * Gives a place so many children of a kind, and keeps those that are there, with their focus.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {HTMLElement} place which has no others
 * @param {number} count
 * @param {Tag} tag
 * @returns {HTMLElementTagNameMap[Tag][]}
 */
export function matched(place, count, tag) {
  while (place.children.length > count) place.lastElementChild?.remove();
  while (place.children.length < count) place.append(document.createElement(tag));
  return /** @type {HTMLElementTagNameMap[Tag][]} */ ([...place.children]);
}
