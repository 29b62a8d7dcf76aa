// SPDX-License-Identifier: Apache-2.0

// Shapes stand beside words and colours, so that a state is known by any of the three.

const SVG = "http://www.w3.org/2000/svg";

// element makes an SVG element with attributes.
export function element(name, attributes = {}, text) {
  const e = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  if (text !== undefined) e.textContent = text;
  return e;
}

// Each path fills a square of 16: a disc with a tick, a triangle, an octagon, and so on.
const paths = {
  ok: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-1.2 10.4L3.6 8.2l1.5-1.5 1.7 1.7 4-4 1.5 1.5z",
  watch: "M8 1 0 15h16zm-1 5h2l-.3 5H7.3zm0 6h2v2H7z",
  act: "M5 1h6l4 4v6l-4 4H5l-4-4V5zm2 3h2l-.3 5H7.3zm0 6h2v2H7z",
  low: "M2 5h3l3 4 3-4h3l-6 8z",
  too_few: "M3 8a1.6 1.6 0 1 1-.01 0zM8 8a1.6 1.6 0 1 1-.01 0zM13 8a1.6 1.6 0 1 1-.01 0z",
  closed: "M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z",
  no_data: "M2 7h12v2H2z",
  stale: "M3 2h4v12H3zM9 2h4v12H9z",
  incident: "M8 1 0 15h16zm-1 5h2l-.3 5H7.3zm0 6h2v2H7z",
  action: "M6 1 15 8 6 15z",
  seen: "M6 13.2 1 8.2l1.9-1.9L6 9.4l7.1-7.1L15 4.2z",
  up: "M2 12 10 4H5V2h9v9h-2V6l-8 8z",
  down: "M2 4l8 8H5v2h9V5h-2v5L4 2z",
  flat: "M1 7h10L8 4l1.5-1.5L15 8l-5.5 5.5L8 12l3-3H1z",
};

// shape draws one of them; a state without one has none.
export function shape(name, className = "shape") {
  if (!paths[name]) return null;
  const svg = element("svg", { viewBox: "0 0 16 16", class: className, "aria-hidden": "true" });
  svg.append(element("path", { d: paths[name], fill: "currentColor", "fill-rule": "evenodd" }));
  return svg;
}
