// Elements of SVG and HTML, and names for those that others refer to.
const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

export function fill(made, attributes = {}, children = []) {
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  if (children.length) made.append(...children);
  return made;
}
export const node = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);
export const element = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** An id that no other demo of the page has. */
export const fresh = () => `dlnotes-${(serial += 1)}`;
