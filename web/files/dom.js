// Elements from values. Text is always text: nothing that comes from a peer is ever parsed as HTML.

const svgSpace = "http://www.w3.org/2000/svg";

// h makes an element. props: attributes; a function is a listener (onclick), true an attribute
// without value, false and null none. children: nodes, texts, lists of them; null is left out.
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

// s makes an element of a picture, as h does.
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(svgSpace, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

// table makes a table: heads are its columns' names, rows lists of cells.
export function table(label, heads, rows, none) {
  if (rows.length === 0) return h("p", { class: "muted" }, none);
  return h("div", { class: "scroll" },
    h("table", { "aria-label": label },
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, i) => h("td", { "data-head": heads[i] }, cell)))))));
}

// facts makes a list of names and values; a value of null leaves the pair out.
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => value != null)
    .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

// section makes a titled part of a page.
export function section(title, ...children) {
  return h("section", {}, h("h2", {}, title), ...children);
}

// notice tells something for a while.
export function notice(text, kind = "info") {
  const box = h("p", { class: `notice ${kind}` }, text,
    h("button", { type: "button", class: "close", "aria-label": "Dismiss", onclick: () => box.remove() }, "×"));
  document.getElementById("notices").append(box);
  setTimeout(() => box.remove(), kind === "error" ? 15000 : 6000);
}
