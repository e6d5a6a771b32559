// The page's frame: which view is shown, the line of live news, the search.

import { get, listen, takeToken } from "./api.js";
import { announce, h, notice, show } from "./dom.js";
import { age, count, hashPattern, measure, whole } from "./format.js";
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

async function showView() {
  abort.abort();
  abort = new AbortController();
  const { signal } = abort;
  const [name, ...args] = location.hash.replace(/^#\/?/, "").split("/").map(decoded);
  const content = document.getElementById("content");
  drawMenu(name);
  shown = { update() {} };
  try {
    const view = Object.hasOwn(views, name) ? views[name] : nowhere;
    const made = await view({ args, signal, again: showView });
    if (signal.aborted) return;
    shown = made;
    document.title = `${made.title} – Strata node`;
    content.replaceChildren(h("h1", {}, made.title), ...[made.body].flat().filter(Boolean));
    made.placed?.();
  } catch (error) {
    if (error.name === "AbortError" || signal.aborted) return;
    document.title = "Strata node";
    content.replaceChildren(h("h1", {}, error.status === 404 ? "Not found" : "This did not load"), h("p", { class: "notice error" }, error.message));
    shown = { update: ({ kind }) => (kind === "block" && error.status === 404 ? showView() : null) }; // it may come yet
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

const nowhere = () => ({ title: "No such page", body: h("p", {}, h("a", { href: "#/" }, "Go to the overview")) });

const button = document.getElementById("menu");

function openMenu(open) {
  document.getElementById("top").classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
}

button.addEventListener("click", () => openMenu(button.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
  openMenu(false);
  button.focus();
});

function drawMenu(name) {
  const current = { block: "blocks", transaction: "mempool" }[name] ?? name;
  openMenu(false);
  show(document.getElementById("nav"), menu.map(([page, label]) =>
    h("a", { key: page || "overview", href: `#/${page}`, "aria-current": page === current ? "page" : null }, label)));
}

let connected = true;

function tell(event) {
  if (event.kind === "status") drawLive(event.data);
  if (event.kind === "block" && lastStatus) drawLive({ ...lastStatus, height: event.data.number });
  if (event.kind === "block" && event.data.undone.length > 0) {
    const text = `Reorganisation: ${count(event.data.undone.length, "block")} gave way to a longer branch.`;
    notice(text);
    announce(text);
  }
  if (event.kind === "reset") restart(); // we missed something
  else update(event);
}

// restart shows everything anew: the node may have another chain now.
function restart() {
  get("/v1/status").then((status) => {
    drawLive(status);
    drawFoot(status);
  }, () => {}); // the view says so
  showView();
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

// drawLive writes the line in the header. It changes all the time, so readers who hear the page are told only what
// they need to know: that the connection is lost or back, and that the node has caught up or mines.
function drawLive(status) {
  tellChanges(lastStatus, status);
  lastStatus = status;
  const live = document.getElementById("live");
  live.classList.toggle("lost", !connected);
  show(live, h("span", { class: "dot", "aria-hidden": "true" }), connected ? [
    h("span", {}, `height ${whole(status.height)}`),
    h("span", { class: "more" }, ` · ${count(status.peers, "peer")}${status.mining ? ` · ${measure(status.hash_rate, "H/s")}` : ""}`),
  ] : h("span", {}, "disconnected", h("span", { class: "more" }, ", trying again")));
}

function tellChanges(before, after) {
  if (!before || before === after) return;
  if (before.started !== after.started) announce("The node was started again.");
  else if (before.sync && !after.sync) announce("The node has caught up.");
  else if (before.mining !== after.mining) announce(after.mining ? "The node is mining." : "The node has stopped mining.");
}

function drawFoot(status) {
  show(document.getElementById("foot"),
    h("span", {}, `Strata ${status.version}, node ${status.self}, started `, age(status.started)),
    h("a", { href: "/v1/openapi.json" }, "API"), h("a", { href: "/metrics" }, "Metrics"));
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
    location.hash = await find(input.value.trim().toLowerCase().replaceAll(/[\s\u202f,]/g, ""));
    input.value = "";
  } catch (error) {
    notice(error.message, "error");
  }
});

takeToken();
addEventListener("hashchange", () => {
  takeToken();
  showView();
  document.getElementById("content").focus({ preventScroll: true });
  scrollTo(0, 0);
});
listen(tell, (is) => {
  if (connected !== is) announce(is ? "Connected to the node again." : "The connection to the node is lost.");
  connected = is;
  if (lastStatus) drawLive(lastStatus);
});
get("/v1/status").then((status) => {
  drawLive(status);
  drawFoot(status);
}, (problem) => notice(problem.message, "error"));
showView();
