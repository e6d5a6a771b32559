// The page's frame: which view is shown, the line of live news, the search.

import { get, listen, takeToken } from "./api.js";
import { h, notice } from "./dom.js";
import { ago, hashPattern, measure, whole } from "./format.js";
import * as samples from "./samples.js";
import account from "./views/account.js";
import block from "./views/block.js";
import blocks from "./views/blocks.js";
import chain from "./views/chain.js";
import mempool from "./views/mempool.js";
import network from "./views/network.js";
import overview from "./views/overview.js";
import transaction from "./views/transaction.js";
import wallet from "./views/wallet.js";

// A view is called with {args, signal, again}: what follows its name in the address, a signal that
// ends its requests when another view is shown, and a function that shows it anew. It returns, now
// or later, {title, body, update}: update is called with each event and may be missing.
const views = { "": overview, chain, blocks, block, transaction, account, mempool, network, wallet };
const menu = [["", "Overview"], ["chain", "Chain"], ["blocks", "Blocks"], ["mempool", "Mempool"], ["network", "Network"], ["wallet", "Wallet"]];

let shown = { update() {} };
let abort = new AbortController();

async function show() {
  abort.abort();
  abort = new AbortController();
  const { signal } = abort;
  const [name, ...args] = location.hash.replace(/^#\/?/, "").split("/").map(decoded);
  const content = document.getElementById("content");
  drawMenu(name);
  shown = { update() {} };
  try {
    const view = Object.hasOwn(views, name) ? views[name] : nowhere;
    const made = await view({ args, signal, again: show });
    if (signal.aborted) return;
    shown = made;
    document.title = `${made.title} – Strata node`;
    content.replaceChildren(h("h1", {}, made.title), ...[made.body].flat());
  } catch (error) {
    if (error.name === "AbortError") return;
    document.title = "Strata node";
    content.replaceChildren(h("h1", {}, "Not to be had"), h("p", { class: "notice error" }, error.message));
  }
}

// decoded is a part of the address, or what there is if it is none.
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const nowhere = () => ({ title: "No such page", body: h("p", {}, h("a", { href: "#/" }, "To the overview")) });

function drawMenu(name) {
  const current = name === "block" ? "blocks" : name;
  document.getElementById("nav").replaceChildren(...menu.map(([page, label]) =>
    h("a", { href: `#/${page}`, "aria-current": page === current ? "page" : null }, label)));
}

let connected = true;

function tell(event) {
  if (event.kind === "status") drawLive(event.data);
  if (event.kind === "block" && event.data.undone.length > 0) {
    notice(`Reorganisation: ${event.data.undone.length} of the last blocks gave way to a longer branch.`);
  }
  if (event.kind === "reset") show(); // we missed something
  else update(event);
}

// update has the view take in an event. What it asks the node for then may fail, or end with the view.
async function update(event) {
  try {
    await shown.update?.(event);
  } catch (error) {
    if (error.name !== "AbortError") notice(error.message, "error");
  }
}

let lastStatus = null;

function drawLive(status) {
  lastStatus = status;
  samples.add(status);
  const text = connected
    ? `height ${whole(status.height)} · ${status.peers} ${status.peers === 1 ? "peer" : "peers"}${status.mining ? ` · ${measure(status.hash_rate, "H/s")}` : ""}`
    : "no connection to the node; trying again";
  const live = document.getElementById("live");
  live.classList.toggle("lost", !connected);
  if (live.textContent !== text) live.textContent = text;
}

function drawFoot(status) {
  document.getElementById("foot").replaceChildren(
    h("span", {}, `Strata ${status.version}, node ${status.self}, started ${ago(status.started)}`),
    h("a", { href: "/v1/openapi.json" }, "API"), h("a", { href: "/metrics" }, "metrics"));
}

// find shows what the text names: a block's number, or the hash of a block or transaction, or a key.
async function find(text) {
  if (/^[0-9]{1,20}$/.test(text)) return `#/block/${text}`;
  if (!hashPattern.test(text)) throw new Error("Search for a block's number, or for the 64 hex digits of a block, transaction or account.");
  for (const [page, path] of [["block", "/v1/blocks/"], ["transaction", "/v1/transactions/"]]) {
    const there = await get(path + text).then(() => true, (problem) => {
      if (problem.status === 404) return false;
      throw problem;
    });
    if (there) return `#/${page}/${text}`;
  }
  return `#/account/${text}`;
}

document.getElementById("search").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = event.target.elements.q;
  try {
    location.hash = await find(input.value.trim().toLowerCase());
    input.value = "";
  } catch (error) {
    notice(error.message, "error");
  }
});

takeToken();
addEventListener("hashchange", () => {
  takeToken();
  show();
  document.getElementById("content").focus({ preventScroll: true });
  scrollTo(0, 0);
});
listen(tell, (is) => {
  connected = is;
  if (lastStatus) drawLive(lastStatus);
});
get("/v1/status").then((status) => {
  drawLive(status);
  drawFoot(status);
}, (problem) => notice(problem.message, "error"));
show();
