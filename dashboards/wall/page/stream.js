// SPDX-License-Identifier: Apache-2.0

// Keeps a stream open: it survives a restart of the server, a network that goes away, and a laptop that slept.

const firstWaitMs = 500;
const longestWaitMs = 5000;
const silentMs = 10000; // a stream that says nothing for so long is dead, whatever the network believes

// openStream calls `on` with each event's name and data, and `lost` when it must try again, with the status of the server's
// answer or 0.
export function openStream(url, probe, on, lost) {
  let source = null;
  let waitMs = firstWaitMs;
  let heard = performance.now();
  let timer = 0;

  const connect = () => {
    heard = performance.now();
    source = new EventSource(url);
    for (const name of ["board", "beat"]) {
      source.addEventListener(name, (e) => {
        heard = performance.now();
        waitMs = firstWaitMs;
        on(name, JSON.parse(e.data));
      });
    }
    source.onerror = retry;
  };
  const retry = () => {
    if (timer) return;
    source.close();
    fetch(probe, { cache: "no-store" }).then((r) => lost(r.ok ? 0 : r.status), () => lost(0));
    timer = setTimeout(() => {
      timer = 0;
      connect();
    }, waitMs * (0.8 + 0.4 * Math.random()));
    waitMs = Math.min(2 * waitMs, longestWaitMs);
  };
  setInterval(() => {
    if (performance.now() - heard > silentMs) retry();
  }, 1000);
  // A page that is left lets its connection go at once: a browser has six for a server, and keeps pages to go back to.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (e) => {
    if (e.persisted) connect();
  });
  connect();
}
