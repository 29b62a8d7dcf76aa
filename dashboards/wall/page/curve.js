// SPDX-License-Identifier: Apache-2.0

// Draws the day curve: bars, the usual day's outline, the rate with its target, and flags. Its table says the same to those
// who do not see it.

import { element } from "./shapes.js";

// percent is the sign in the manner of the page's language.
const percent = () => (document.documentElement.lang === "fr" ? "\u202f%" : "%");

function html(tag, className, ...children) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...children);
  return e;
}

// newCurve returns a section that draws itself again when its size changes.
export function newCurve() {
  const section = html("section", "curve");
  const plot = html("div", "plot");
  let shown = null;
  const draw = () => { if (shown) drawPlot(plot, shown); };
  new ResizeObserver(draw).observe(plot);
  return {
    section,
    show(curve) {
      const next = JSON.stringify(curve);
      if (shown && shown.key === next) return;
      shown = { key: next, ...curve };
      const title = html("h2", "", curve.title);
      title.id = "curve-title";
      section.setAttribute("aria-labelledby", title.id);
      const note = curve.note ? [html("p", "curve-note", curve.note)] : [];
      section.replaceChildren(html("div", "curve-head", title, keys(curve)), plot, ...note, table(curve));
      draw();
    },
  };
}

function keys(curve) {
  if (!curve.quarters.length) return html("ul", "keys");
  const key = (mark, text) => {
    const svg = element("svg", { viewBox: "0 0 32 18", "aria-hidden": "true" });
    svg.append(mark);
    return html("li", "", svg, text);
  };
  const list = html("ul", "keys", key(element("rect", { class: "b", x: 8, y: 2, width: 16, height: 14 }), curve.bars));
  if (curve.inner) list.append(key(element("rect", { class: "inner", x: 8, y: 2, width: 16, height: 14 }), curve.inner));
  if (curve.expected) list.append(key(element("path", { class: "expected", d: "M2 16V4H30V16" }), curve.expected));
  if (curve.line) list.append(key(element("path", { class: "l", d: "M2 13 12 5 20 10 30 4" }), curve.line));
  if (curve.target_text) list.append(key(element("path", { class: "target", d: "M2 9H30" }), curve.target_text));
  if (curve.band_text) list.append(key(element("rect", { class: "band", x: 4, y: 2, width: 24, height: 14 }), curve.band_text));
  return list;
}

function drawPlot(plot, curve) {
  const { width, height } = plot.getBoundingClientRect();
  const count = curve.quarters.length;
  if (width < 40 || height < 40 || !count) {
    plot.replaceChildren();
    return;
  }
  const size = Math.max(11, Math.min(22, parseFloat(getComputedStyle(plot.parentElement.querySelector(".keys")).fontSize)));
  const box = { left: size * 2.6, right: width - size * 3.2, top: size * 1.5, bottom: height - size * 1.5 };
  const x = (at) => box.left + (at / count) * (box.right - box.left);
  const y = (share) => box.bottom - share * (box.bottom - box.top);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", "font-size": size });
  drawBands(svg, curve, x, box);
  drawFlags(svg, curve, x, box, size);
  drawAxes(svg, curve, x, y, box, size);
  drawBars(svg, curve, x, y);
  drawLine(svg, curve, x, y);
  plot.replaceChildren(svg);
}

function drawAxes(svg, curve, x, y, box, size) {
  for (const share of [0, 0.5, 1]) {
    svg.append(element("line", { class: "axis", x1: box.left, x2: box.right, y1: y(share), y2: y(share) }));
    svg.append(element("text", { x: box.left - size * 0.5, y: y(share) + size * 0.35, "text-anchor": "end" }, String(curve.top * share)));
    if (curve.line) svg.append(element("text", { x: box.right + size * 0.5, y: y(share) + size * 0.35 }, `${100 * share}${percent()}`));
  }
  const every = Math.ceil((size * 4 * curve.ticks.length) / (box.right - box.left));
  curve.ticks.forEach((t, i) => {
    if (i % every) return;
    svg.append(element("text", { x: x(t.at), y: box.bottom + size * 1.3, "text-anchor": "middle" }, t.text));
  });
}

function drawBands(svg, curve, x, box) {
  for (const b of curve.bands) {
    svg.append(element("rect", { class: "band", x: x(b.from), y: box.top, width: x(b.to) - x(b.from), height: box.bottom - box.top }));
  }
}

function drawBars(svg, curve, x, y) {
  const step = x(1) - x(0);
  let outline = "";
  curve.quarters.forEach((q, i) => {
    if (q.bar !== null) {
      const top = y(q.bar / curve.top);
      svg.append(element("rect", { class: q.open || q.part ? "b open" : "b", x: x(i) + step * 0.12, y: top, width: step * 0.76, height: y(0) - top }));
    }
    if (q.inner !== null) {
      const top = y(q.inner / curve.top);
      svg.append(element("rect", { class: "inner", x: x(i) + step * 0.12, y: top, width: step * 0.76, height: y(0) - top }));
    }
    if (q.expected !== null) {
      const level = y(Math.min(2, q.expected / curve.top)).toFixed(1);
      outline += `${outline ? "L" : "M"}${x(i).toFixed(1)} ${level}H${x(i + 1).toFixed(1)}`;
    }
  });
  if (!outline) return;
  // What is above the scale leaves the picture instead of running along its edge.
  const clip = element("clipPath", { id: "plot-area" });
  clip.append(element("rect", { x: x(0), y: y(1) - 1, width: x(curve.quarters.length) - x(0), height: y(0) - y(1) + 2 }));
  svg.append(clip, element("path", { class: "expected", d: outline, "clip-path": "url(#plot-area)" }));
}

function drawLine(svg, curve, x, y) {
  if (curve.target !== null) {
    const level = y(curve.target / 100);
    svg.append(element("line", { class: "target", x1: x(0), x2: x(curve.quarters.length), y1: level, y2: level }));
  }
  let path = "";
  let drawing = false;
  curve.quarters.forEach((q, i) => {
    if (q.line === null) {
      drawing = false;
      return;
    }
    const at = [x(i + 0.5).toFixed(1), y(q.line / 100).toFixed(1)];
    const lonely = !drawing && (i + 1 >= curve.quarters.length || curve.quarters[i + 1].line === null);
    if (lonely) svg.append(element("circle", { class: "p", cx: at[0], cy: at[1], r: 4 }));
    path += `${drawing ? "L" : "M"}${at.join(" ")}`;
    drawing = true;
  });
  if (path) svg.append(element("path", { class: "l", d: path }));
}

// drawFlags draws what happened. A text that would run into the one before is left to the strip, or to the table.
function drawFlags(svg, curve, x, box, size) {
  let taken = 0;
  curve.flags.forEach((f) => {
    const left = x(f.from);
    const width = Math.max(2, x(f.to) - left);
    if (f.kind !== "batch") svg.append(element("rect", { class: f.kind, x: left, y: box.top, width, height: box.bottom - box.top }));
    svg.append(element("line", { class: `pole ${f.kind}-pole`, x1: left, x2: left, y1: size * 0.3, y2: box.bottom }));
    const wide = f.text.length * size * 0.56;
    const fitsRight = left + wide < box.right;
    const begin = fitsRight ? left : left - wide;
    if (begin < taken) return;
    taken = fitsRight ? left + wide : left;
    svg.append(element("text", { class: "flag-text", x: left + (fitsRight ? 0.4 : -0.4) * size, y: size, "text-anchor": fitsRight ? "start" : "end" }, f.text));
  });
}

// table says what the plot draws; the flags follow as a list.
function table(curve) {
  const rows = [["bars", (q) => String(q.bar)]];
  if (curve.inner) rows.push(["inner", (q) => (q.inner === null ? "" : String(q.inner))]);
  if (curve.line) rows.push(["line", (q) => q.line_text]);
  const body = html("tbody", "");
  for (const q of curve.quarters) {
    if (q.bar === null) continue;
    const head = html("th", "", q.time);
    head.scope = "row";
    body.append(html("tr", "", head, ...rows.map(([, text]) => html("td", "", text(q)))));
  }
  const heads = [curve.per_bar, ...rows.map(([name]) => curve[name])].map((text) => {
    const e = html("th", "", text);
    e.scope = "col";
    return e;
  });
  const flags = html("ul", "", ...curve.flags.map((f) => html("li", "", f.text)));
  return html("div", "unseen", html("table", "", html("caption", "", curve.table), html("thead", "", html("tr", "", ...heads)), body), ...(curve.flags.length ? [flags] : []));
}
