/* Building the page's elements. Every text goes in as text, never as markup. */

/** Return a new element. `props` are attributes; `on` holds listeners, `class` a string, `data` the dataset. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, heard] of Object.entries(value)) node.addEventListener(event, heard);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Return the element with this id; the page's own, so that it is always there. */
export const byId = (id) => document.getElementById(id);

/** Return a button with a visible label; `more` are further attributes. */
export function button(label, pressed, more = {}) {
  return el("button", { type: "button", text: label, on: { click: pressed }, ...more });
}

/** Set an attribute only where it changes, so that screen readers are not told the same twice. */
export function setAttribute(node, name, value) {
  if (value === null || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/** Set a text only where it changes. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
