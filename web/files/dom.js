// What pages are made of: tables, facts, sections, notices.

import { h } from "./kit/dom.js";
import { calm, show } from "./kit/keyed.js";

export { h, s } from "./kit/dom.js";
export { show } from "./kit/keyed.js";

// row is a row of a table. Its key tells it from the others, however they move.
export const row = (key, ...cells) => ({ key, cells });

// table makes a table: heads are its columns' names, rows what row makes.
export function table(label, heads, rows, none) {
  if (rows.length === 0) return h("p", { class: "muted empty" }, none);
  return h("div", { class: "scroll", key: label, role: "region", tabindex: "0", "aria-label": `${label}, table` },
    h("table", { "aria-label": label },
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map(({ key, cells }) => h("tr", { key }, cells.map((cell, i) => h("td", { "data-head": heads[i] }, cell)))))));
}

const pairsOf = (pairs) => pairs.filter(([, value]) => value != null)
  .map(([name, value]) => h("div", { key: name }, h("dt", {}, name), h("dd", {}, value)));

// facts makes a list of names and values, one below the other; a value of null leaves the pair out.
export const facts = (pairs) => h("dl", { class: "facts" }, pairsOf(pairs));

// tiles makes the same as cards beside each other.
export const tiles = (pairs) => h("dl", { class: "facts tiles" }, pairsOf(pairs));

// section makes a titled part of a page.
export const section = (title, ...children) => h("section", {}, h("h2", {}, title), ...children);

// steady is a place whose content is drawn anew by refresh, but not while the reader points at it: then it says how
// much there would be to see. content returns the nodes.
export function steady(content) {
  const note = h("p", { class: "held", hidden: true }, "paused while you point here");
  const inner = h("div");
  const refresh = calm(inner, () => show(inner, content()), (missed) => { note.hidden = missed === 0; });
  return { element: h("div", { class: "steady" }, inner, note), refresh };
}

const mostNotices = 4;

// notice tells something for a while, once.
export function notice(text, kind = "info") {
  const place = document.getElementById("notices");
  for (const old of [...place.children]) if (old.firstChild.data === text) old.remove();
  const box = h("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : null }, text,
    h("button", { type: "button", class: "close", "aria-label": "Dismiss", onclick: () => box.remove() }, "×"));
  place.append(box);
  while (place.children.length > mostNotices) place.firstChild.remove();
  setTimeout(() => box.remove(), kind === "error" ? 15000 : 6000);
}

const betweenWords = 5000; // milliseconds between two announcements
let [announced, next, timer] = [0, "", null];

// announce tells readers who only hear the page: the last of several things, and not more than one in five seconds.
export function announce(text) {
  next = text;
  if (timer) return;
  timer = setTimeout(() => {
    timer = null;
    announced = performance.now();
    document.getElementById("news").textContent = next;
  }, Math.max(0, announced === 0 ? 0 : announced + betweenWords - performance.now()));
}

// copier is a button that copies a text. Where the browser does not copy, the text before it is selected.
export const copier = (text, what) => h("button", {
  type: "button", class: "copy", "aria-label": `Copy ${what}`,
  onclick: async ({ currentTarget: button }) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = "selected";
    }
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  },
}, "copy");
