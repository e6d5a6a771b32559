// An address as a QR code. The code is lean-qr's.

import { s } from "./dom.js";
import { generate } from "./vendor/lean-qr/index.mjs";

const quiet = 4; // fields around it that stay white, as readers need them

// qr draws a text, black on white in any light.
export function qr(text, label) {
  const code = generate(text);
  const size = code.size + 2 * quiet;
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x + quiet} ${y + quiet}h1v1h-1z`;
  }
  return s("svg", { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    s("rect", { width: size, height: size, fill: "#fff" }), s("path", { d: path, fill: "#000" }));
}
