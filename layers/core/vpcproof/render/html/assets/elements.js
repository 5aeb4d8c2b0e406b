// Elements are made of text nodes and attributes alone: no text of a stranger is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const element = (name, attributes = {}, ...children) =>
  fill(document.createElement(name), attributes, children);

const drawn = (name, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, name), attributes, children);

const icon = (mark) =>
  drawn("svg", { class: `icon ${mark}`, "aria-hidden": "true" }, drawn("use", { href: `#i-${mark}` }));

const find = (id) => document.getElementById(id);

// Prose in which backticks mark what is code.
const prose = (text) =>
  text.split("`").map((part, position) => (position % 2 ? element("code", {}, part) : part));

const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
