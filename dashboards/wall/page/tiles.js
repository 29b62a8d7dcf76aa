// SPDX-License-Identifier: Apache-2.0

// Draws the tiles of a board. All texts come from the server; nothing is computed here.

import { shape } from "./shapes.js";

function make(tag, className, ...children) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return e;
}

// drawBoard replaces the rows. The curve, when there is one, is put beside the tiles of the last row.
export function drawBoard(main, board, curve, stale) {
  const rows = board.rows.map((row) => {
    const e = make("div", "row " + row.size);
    if (row.size === "normal" && curve) e.append(curve);
    e.append(...row.tiles.map((t) => drawTile(t, stale)));
    return e;
  });
  main.replaceChildren(...rows);
  for (const title of main.querySelectorAll(".tile h2")) {
    if (title.scrollWidth > title.clientWidth) title.classList.add("long");
  }
  for (const notes of main.querySelectorAll(".notes span")) fitNotes(notes);
  main.setAttribute("aria-busy", "false");
}

// fitNotes makes notes that have no room smaller, then leaves out the last ones, which matter least.
function fitNotes(notes) {
  const tooWide = () => notes.scrollWidth > notes.clientWidth;
  if (!tooWide()) return;
  notes.parentElement.classList.add("long");
  for (let end; tooWide() && (end = notes.textContent.lastIndexOf(" · ")) > 0; ) notes.textContent = notes.textContent.slice(0, end);
}

// drawTile draws one tile. stale is the word to show when the page itself finds its data old, else empty.
function drawTile(tile, stale) {
  const state = stale ? "stale" : tile.state;
  const e = make("article", "tile" + (tile.bar ? " with-bar" : ""));
  e.dataset.state = state;
  e.dataset.tile = tile.id;
  const id = "tile-" + tile.id;
  e.setAttribute("aria-labelledby", id);
  const title = make("h2", "", tile.title);
  title.id = id;
  e.append(make("div", "tile-head", title, tile.bar ? figure(tile) : make("span", "window", tile.window)));
  if (!tile.bar) e.append(figure(tile));
  if (tile.bar) e.append(...bar(tile));
  const word = stale || tile.word;
  if (tile.progress) e.append(progress(tile.progress));
  const verdict = make("p", "verdict");
  if (word) verdict.append(...[shape(state), make("span", "word", word)].filter(Boolean));
  if (tile.gap) verdict.append(make("b", "gap", tile.gap));
  if (verdict.childNodes.length) e.append(verdict);
  if (tile.notes.length || tile.cases) {
    e.append(make("p", "notes", make("span", "", tile.notes.join(" · ")), tile.cases ? make("b", "cases", tile.cases) : null));
  }
  return e;
}

function figure(tile) {
  const e = make("p", "figure", make("span", "number", tile.value));
  if (tile.value.length > 4) e.classList.add("long"); // 100,0 % and its arrow
  if (tile.unit) e.append(make("span", "unit", tile.unit));
  if (tile.trend.arrow) {
    e.append(shape(tile.trend.arrow, "trend"), make("span", "unseen", " " + tile.trend.word));
  }
  return e;
}

// progress is a bar from nothing to all, with a mark where it should be by now.
function progress(p) {
  const e = make("div", "progress");
  e.setAttribute("role", "img");
  e.setAttribute("aria-label", p.text);
  const done = make("span", "done");
  done.style.width = 100 * p.share + "%";
  const expected = make("span", "expected-now");
  expected.style.left = 100 * p.expected + "%";
  e.append(done, expected);
  return e;
}

function bar(tile) {
  const parts = tile.bar.filter((p) => p.count > 0);
  const strip = make("div", "bar");
  strip.setAttribute("aria-hidden", "true");
  for (const p of parts) {
    const piece = make("span", "", String(p.count));
    piece.dataset.part = p.id;
    piece.style.flex = p.count + " 1 0";
    strip.append(piece);
  }
  const legend = make("ul", "legend");
  for (const p of parts) {
    const chip = make("i");
    chip.dataset.part = p.id;
    legend.append(make("li", "", chip, p.label, make("b", "", String(p.count))));
  }
  return parts.length ? [strip, legend] : [];
}

// drawStrip shows what happened, or that nothing did.
export function drawStrip(list, board) {
  if (!board.strip.length) {
    list.replaceChildren(make("li", "quiet", board.hint));
    return;
  }
  list.replaceChildren(...board.strip.map((f) => {
    const mark = f.kind !== "alert" ? f.kind : f.severity === "critical" ? "act" : "watch";
    const seen = f.seen ? make("span", "seen", shape("seen"), f.seen) : null;
    const where = make("p", "where", make("strong", "", f.place), make("span", "when", f.when), seen);
    const e = make("li", f.until_ms ? "over" : "", shape(mark), make("div", "said", where, make("p", "what", f.text)));
    e.dataset.kind = f.kind;
    e.dataset.severity = f.severity;
    return e;
  }));
  for (const what of list.querySelectorAll(".what")) {
    if (what.offsetHeight > 1.6 * parseFloat(getComputedStyle(what).lineHeight)) what.classList.add("long");
  }
}
