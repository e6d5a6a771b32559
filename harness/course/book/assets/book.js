// The book needs no server: index.js holds every section, and what is here looks through it.
"use strict";
{
  const up = document.body.dataset.up;
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const menu = document.getElementById("menu");
  const contents = document.getElementById("contents");
  const most = 12;

  const sections = (window.sections || []).map(s => ({ ...s, low: (s.p + " " + s.h + " " + s.t).toLowerCase(), head: (s.p + " " + s.h).toLowerCase() }));

  // score is how well a section fits: every word has to be there, and counts for more in a heading, and as a
  // whole word.
  function score(s, words) {
    let sum = words.length > 1 && s.low.includes(words.join(" ")) ? 6 : 0;
    for (const w of words) {
      const at = s.low.indexOf(w);
      if (at < 0) return 0;
      const whole = new RegExp("(^|[^a-z0-9])" + w.replace(/[^a-z0-9]/g, "\\$&") + "([^a-z0-9]|$)");
      sum += 1 + (whole.test(s.low) ? 2 : 0) + (s.head.includes(w) ? 4 : 0) + (whole.test(s.head) ? 4 : 0);
    }
    return sum;
  }

  // excerpt is a part of a text around the first word, with every word marked.
  function excerpt(text, words) {
    const low = text.toLowerCase();
    const at = Math.max(0, Math.min(...words.map(w => low.indexOf(w)).filter(i => i >= 0), text.length) - 50);
    const part = (at > 0 ? "… " : "") + text.slice(at, at + 160) + (at + 160 < text.length ? " …" : "");
    const small = document.createElement("small");
    const pattern = new RegExp("(" + words.map(w => w.replace(/[^a-z0-9]/g, "\\$&")).join("|") + ")", "gi");
    part.split(pattern).forEach((piece, i) => {
      if (i % 2 === 0) return small.append(piece);
      const mark = document.createElement("mark");
      mark.append(piece);
      small.append(mark);
    });
    return small;
  }

  function look() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    list.replaceChildren();
    list.hidden = words.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
    if (list.hidden) return;
    const found = sections.map(s => ({ s, n: score(s, words) })).filter(f => f.n > 0).sort((a, b) => b.n - a.n).slice(0, most);
    found.forEach(({ s }, i) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const title = document.createElement("b");
      item.id = "found-" + i;
      item.setAttribute("role", "option");
      title.append(s.h ? s.p + " › " + s.h : s.p);
      link.href = up + s.u;
      link.tabIndex = -1;
      link.append(title, excerpt(s.t, words));
      item.append(link);
      list.append(item);
    });
    if (found.length === 0) {
      const item = document.createElement("li");
      item.className = "none";
      item.append("Nothing found");
      list.append(item);
    }
    choose(0);
  }

  function choose(n) {
    const items = [...list.querySelectorAll('[role="option"]')];
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === n)));
    if (!items[n]) return;
    input.setAttribute("aria-activedescendant", items[n].id);
    items[n].scrollIntoView({ block: "nearest" });
  }

  const chosen = () => [...list.querySelectorAll('[role="option"]')].findIndex(item => item.getAttribute("aria-selected") === "true");

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }

  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("keydown", e => {
    const n = list.querySelectorAll('[role="option"]').length;
    if (e.key === "ArrowDown" && n > 0) choose((chosen() + 1) % n);
    else if (e.key === "ArrowUp" && n > 0) choose((chosen() + n - 1) % n);
    else if (e.key === "Enter") list.querySelector('[aria-selected="true"] a')?.click();
    else if (e.key === "Escape") { close(); input.blur(); }
    else return;
    e.preventDefault();
  });
  list.addEventListener("click", close);
  document.addEventListener("click", e => { if (!e.target.closest(".search")) close(); });
  const slash = e => e.key === "/" && document.activeElement !== input && !e.ctrlKey && !e.metaKey && !e.altKey;
  document.addEventListener("keydown", e => { if (slash(e)) e.preventDefault(); }); // some browsers search the page with it
  document.addEventListener("keyup", e => { if (slash(e)) input.focus(); });

  // On a phone the cells of a wide table stand below each other: each then says of what column it is.
  for (const table of document.querySelectorAll("main table")) {
    const names = [...table.querySelectorAll("th")].map(th => th.textContent);
    if (names.length < 3) continue;
    table.classList.add("wide");
    for (const row of table.querySelectorAll("tbody tr")) [...row.cells].forEach((cell, i) => { cell.dataset.column = names[i]; });
  }

  // A run that the page shows is drawn as the replay page draws it.
  for (const place of document.querySelectorAll("figure.spacetime")) {
    const data = JSON.parse(place.querySelector("script").textContent);
    kit.figure(place, data.drawing, data.show);
  }

  menu.addEventListener("click", () => menu.setAttribute("aria-expanded", String(contents.classList.toggle("open"))));
  contents.addEventListener("click", e => { if (e.target.closest("a")) { contents.classList.remove("open"); menu.setAttribute("aria-expanded", "false"); } });
  contents.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });

  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.theme = root.dataset.theme; } catch { } // a page that was opened from a file may have none
  });

  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(d => { d.open = true; }));
}
