"use strict";
// Lights up what belongs to the thing pointed at, and scrolls each other column to it. Things know
// their policy lines (data-own); a statement that names a function is near to what the function
// consists of (data-names, data-within).
(() => {
  const root = document.documentElement;
  const columns = [...document.querySelectorAll(".column")];
  const status = document.getElementById("status");
  const SLOWLY = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const words = (thing, name) => (thing.dataset[name] || "").split(" ").filter(Boolean);
  const table = (name) => {
    const found = new Map();
    for (const thing of document.querySelectorAll(`[data-${name}]`))
      for (const word of words(thing, name)) {
        if (!found.has(word)) found.set(word, []);
        found.get(word).push(thing);
      }
    return found;
  };
  const tables = { own: table("own"), names: table("names"), within: table("within") };
  const all = (name, keys) => keys.flatMap((key) => tables[name].get(key) || []);

  let lit = new Map();
  let pinned = null;
  let soon = 0;

  const linked = (thing) => {
    const found = new Map();
    for (const one of all("within", words(thing, "names"))) found.set(one, "near");
    for (const one of all("names", words(thing, "within"))) found.set(one, "near");
    for (const one of all("own", words(thing, "own"))) found.set(one, "on");
    return found.set(thing, "on");
  };

  const light = (found) => {
    for (const [thing, kind] of lit) if (found.get(thing) !== kind) thing.classList.remove(kind);
    for (const [thing, kind] of found) thing.classList.add(kind);
    lit = found;
  };

  // Scrolls a column, never the page, unless one of the things is in sight. What was never seen has
  // an estimated height, so the place is looked at again once it is reached.
  const arrived = new Map();
  const reveal = (column, things, behavior, tries = 4) => {
    clearTimeout(arrived.get(column));
    if (!things.length || column.scrollHeight <= column.clientHeight) return;
    const view = column.getBoundingClientRect();
    const top = view.top + column.querySelector(".head").offsetHeight;
    const seen = (box) => box.top >= top - 1 && Math.min(box.bottom, box.top + 60) <= view.bottom;
    const boxes = things.slice(0, 40).map((thing) => thing.getBoundingClientRect());
    if (boxes.some(seen)) return;
    const room = Math.max(0, Math.min((view.bottom - top) / 3, view.bottom - top - boxes[0].height));
    column.scrollTo({ top: column.scrollTop + boxes[0].top - top - room, behavior });
    if (!tries) return;
    const again = () => reveal(column, things, behavior, tries - 1);
    arrived.set(column, setTimeout(again, behavior === "smooth" ? 700 : 50));
  };

  const show = (thing, behavior = SLOWLY) => {
    clearTimeout(soon);
    light(thing ? linked(thing) : new Map());
    const counts = [];
    for (const column of columns) {
      const here = (kind) => [...lit].filter(([one, k]) => k === kind && column.contains(one)).map(([one]) => one);
      const on = here("on");
      counts.push(on.length);
      if (thing && !column.contains(thing)) reveal(column, on.length ? on : here("near"), behavior);
    }
    status.textContent = thing ? told(thing, counts) : "";
  };

  const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const spans = (lines) => {
    const found = [];
    for (const line of lines.map(Number).sort((a, b) => a - b)) {
      const last = found[found.length - 1];
      if (last && line === last[1] + 1) last[1] = line;
      else found.push([line, line]);
    }
    const texts = found.slice(0, 4).map(([from, to]) => (from === to ? `${from}` : `${from}\u2013${to}`));
    return texts.join(", ") + (found.length > 4 ? ", \u2026" : "");
  };
  const told = (thing, [, cxx, decisions]) => {
    const lines = words(thing, "own");
    if (!lines.length) return "no statement on this line";
    const pictures = [...lit].filter(([one, kind]) => kind === "on" && one.matches("figure")).length;
    const parts = [many(cxx, "line") + " of C++"];
    if (decisions > pictures || !pictures) parts.push(many(decisions - pictures, "decision"));
    if (pictures) parts.push(many(pictures, "placement"));
    return `${pinned ? "Pinned: " : ""}${lines.length === 1 ? "line" : "lines"} ${spans(lines)} \u2192 ${parts.join(", ")}`;
  };

  const pin = (thing, behavior) => {
    if (pinned) pinned.classList.remove("pinned");
    pinned = thing;
    root.classList.toggle("has-pin", Boolean(thing));
    if (thing) thing.classList.add("pinned");
    show(thing, behavior);
  };

  const thingAt = (target) => (target instanceof Element ? target.closest("[data-own], .line[id^='L']") : null);

  const main = document.querySelector("main");
  main.addEventListener("pointerover", (event) => {
    const cell = event.target.closest(".plan .cell, .plan .cells");
    if (cell) cell.closest("figure").querySelector(".readout").textContent = cell.querySelector("title").textContent;
    if (pinned) return;
    clearTimeout(soon);
    soon = setTimeout(() => show(thingAt(event.target)), 50);
  });
  main.addEventListener("pointerleave", () => {
    clearTimeout(soon);
    if (!pinned) soon = setTimeout(() => show(null), 150);
  });
  main.addEventListener("focusin", (event) => {
    const thing = thingAt(event.target);
    if (thing && !pinned && event.target.matches(":focus-visible")) show(thing);
  });
  main.addEventListener("click", (event) => {
    if (event.target.closest("nav")) return;
    if (event.target.closest("a")) event.preventDefault();
    if (!getSelection().isCollapsed) return;
    const thing = thingAt(event.target);
    pin(thing === pinned ? null : thing);
    history.replaceState(null, "", pinned ? `#${pinned.id}` : location.pathname + location.search);
  });

  // Tab goes from column to column, the arrow keys through what is in one.
  const stops = new Map(columns.map((column) => [column, [...column.querySelectorAll(".go")]]));
  const stopAt = (column, stop) => {
    for (const one of column.querySelectorAll(".go[tabindex='0']")) one.tabIndex = -1;
    stop.tabIndex = 0;
    return stop;
  };
  for (const [column, found] of stops) if (found.length) stopAt(column, found[0]);
  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      pin(null);
      history.replaceState(null, "", location.pathname + location.search);
      return;
    }
    const column = event.target.closest(".column");
    if (!column || !event.target.matches(".go")) return;
    let next = null;
    if (event.key in STEPS) {
      const found = stops.get(column);
      const place = found.indexOf(event.target) + STEPS[event.key];
      next = found[Math.max(0, Math.min(found.length - 1, place))];
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const other = columns[columns.indexOf(column) + (event.key === "ArrowLeft" ? -1 : 1)];
      if (other)
        next = stops.get(other).find((stop) => lit.has(thingAt(stop))) || other.querySelector(".go[tabindex='0']");
    }
    if (!next) return;
    event.preventDefault();
    const home = next.closest(".column");
    stopAt(home, next).focus({ preventScroll: true });
    reveal(home, [next], "auto");
  });

  const open = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { /* not one of ours */ }
    const thing = id ? document.getElementById(id) : null;
    if (!thing || thingAt(thing) !== thing) return;
    pin(thing, "auto");
    reveal(thing.closest(".column"), [thing], "auto");
  };
  root.classList.add("js");
  addEventListener("hashchange", open);
  open();
})();
