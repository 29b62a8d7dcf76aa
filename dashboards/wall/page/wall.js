// SPDX-License-Identifier: Apache-2.0

// The wall page: it shows the newest board, tells how old it is, and knows neither a formula nor a limit.

import { newCurve } from "./curve.js";
import { openStream } from "./stream.js";
import { drawBoard, drawStrip } from "./tiles.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const words = settings.words;
const at = (id) => document.getElementById(id);
const staleMs = 5000;

const state = {
  board: null,
  heard: performance.now(), // of the last event
  now: null, // the server's clock then
  pace: 1,
  trouble: "",
  drawn: "",
};
const curve = newCurve();

function query(more) {
  const q = new URLSearchParams();
  q.set("board", settings.board);
  q.set("lang", settings.lang);
  if (settings.centre) q.set("centre", settings.centre);
  for (const [key, value] of Object.entries(more || {})) q.set(key, value);
  return q.toString();
}

function receive(name, data) {
  if (data.page !== settings.page && reloadOnce(data.page)) return;
  state.heard = performance.now();
  state.now = data.now_ms;
  state.pace = data.pace;
  state.trouble = "";
  if (name === "board") state.board = data.board;
  draw();
}

// reloadOnce fetches a page that changed with the server, but never again and again.
function reloadOnce(page) {
  const key = "vigie-page";
  if (sessionStorage.getItem(key) === page) return false;
  sessionStorage.setItem(key, page);
  location.reload();
  return true;
}

function lost(status) {
  state.trouble = { 401: words.refused, 403: words.refused, 404: words.gone }[status] || words.reconnecting;
  tick();
}

const silence = () => performance.now() - state.heard;

// stale is the word to show on each tile when this page hears nothing; a server that knows its data are old says so itself.
const stale = () => (silence() > staleMs ? words.stale : "");

function draw() {
  const board = state.board;
  if (!board) return;
  const key = stale() + JSON.stringify(board);
  if (key === state.drawn) return;
  state.drawn = key;
  at("title").textContent = board.title;
  at("subtitle").textContent = board.subtitle || board.centre;
  at("as-of").textContent = board.as_of;
  at("date").textContent = board.date;
  if (board.curve) curve.show(board.curve);
  drawBoard(at("board"), board, board.curve ? curve.section : null, stale());
  drawStrip(at("strip"), board);
  tick();
}

// tick moves the clock and tells how fresh the data are.
function tick() {
  const board = state.board;
  const old = silence() > staleMs || (board && board.stale);
  const fresh = !board ? "waiting" : old ? "stale" : "live";
  if (document.documentElement.dataset.fresh !== fresh) {
    document.documentElement.dataset.fresh = fresh;
    at("fresh-said").textContent = { waiting: "", live: words.live, stale: words.stale }[fresh];
    draw();
  }
  let text = { waiting: words.loading, live: words.live, stale: words.stale_for }[fresh];
  if (old && board) {
    const behind = (serverNow() - board.as_of_ms) / state.pace;
    text = text.replace("{s}", Math.round(Math.max(behind, silence()) / 1000));
  }
  if (state.trouble && fresh !== "live") text += ` · ${state.trouble}`;
  if (at("fresh").textContent !== text) at("fresh").textContent = text;
  if (board && state.now !== null) at("clock").textContent = clock(serverNow(), board.utc_offset_minutes);
}

const serverNow = () => state.now + silence() * state.pace;

function clock(ms, offsetMinutes) {
  const t = new Date(ms + offsetMinutes * 60000);
  const two = (n) => String(n).padStart(2, "0");
  return `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
}

// keepQuery lets the links of the head keep what else the address says: the centre, the scale.
function keepQuery() {
  const here = new URLSearchParams(location.search);
  for (const link of document.querySelectorAll(".tools a")) {
    const to = new URL(link.href);
    for (const [key, value] of here) if (!to.searchParams.has(key)) to.searchParams.set(key, value);
    link.href = to;
  }
  const scale = Number(here.get("scale"));
  if (scale >= 0.5 && scale <= 2) document.documentElement.style.setProperty("--scale", scale);
}

keepQuery();
setInterval(tick, 250);
openStream(`/api/v1/stream?${query()}`, `/api/v1/board?${query()}`, receive, lost);
