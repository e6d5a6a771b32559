// The node at a glance.

import { get, hasToken, post, seldom } from "../api.js";
import { chart } from "../chart.js";
import { h, notice, section, show, steady, tiles } from "../dom.js";
import { age, count, lasting, measure, number, whole } from "../format.js";
import { now } from "../kit/ages.js";
import { strip } from "../kit/strip.js";
import { blockTable } from "./blocks.js";

const newest = 30; // blocks of the strip
const listed = 8; // and of the list
const gap = 250; // milliseconds between two looks, at least
const pastEvery = 10_000;

export default async function overview({ signal }) {
  let [status, page] = await Promise.all([get("/v1/status", signal), get(`/v1/blocks?limit=${newest}`, signal)]);
  const troubles = h("div");
  const numbers = h("div");
  const row = steady(() => [strip({
    blocks: page.blocks, waiting: status.pooled, most: status.max_transactions, href: (block) => `#/block/${block.hash}`, waitingHref: "#/mempool",
  })]);
  const list = steady(() => [blockTable(page.blocks.slice(0, listed))]);
  span ??= spanOf(status.started);
  const charts = past(signal);
  const draw = () => {
    show(numbers, tiles(numbersOf(status, page.blocks)), mining(status));
    show(troubles, troublesOf(status));
    row.refresh();
  };
  const look = seldom(async () => {
    page = await get(`/v1/blocks?limit=${newest}`, signal);
    draw();
    list.refresh();
  }, gap, signal);
  draw();
  list.refresh();
  await charts.look();
  return {
    title: "Overview",
    body: [
      troubles, row.element, numbers, charts.element,
      section("Newest blocks", list.element, h("p", {}, h("a", { href: "#/blocks" }, "All blocks"))),
    ],
    update({ kind, data }) {
      if (kind === "status") {
        status = data;
        draw();
      }
      return kind === "block" ? look() : null;
    },
  };
}

const numbersOf = (status, blocks) => [
  ["height", number(blocks[0]?.number ?? status.height)],
  ["last block", age(blocks[0]?.received ?? status.tip_moved)],
  ["time between blocks", pace(blocks)],
  ["peers", h("a", { href: "#/network" }, number(status.peers))],
  ["waiting payments", h("a", { href: "#/mempool" }, number(status.pooled))],
  ["mining", status.mining ? measure(status.hash_rate, "H/s") : "off"],
];

// pace is how long a block took lately, on average.
export function pace(blocks) {
  const times = blocks.map((block) => Date.parse(block.received)).filter(Number.isFinite);
  if (times.length < 2) return "not known yet";
  const seconds = Math.max(0, times[0] - times.at(-1)) / 1000 / (times.length - 1);
  return seconds < 10 ? `${seconds.toFixed(seconds < 1 ? 2 : 1)} s` : lasting(seconds);
}

// troublesOf tells what is not as it should be.
function troublesOf(status) {
  return [
    status.sync && h("p", { class: "notice", key: "sync" }, "Catching up: ", ...syncing(status.height, status.sync)),
    status.disagreements.length > 0 && h("div", { class: "notice error", key: "other" }, "Peers on a different chain: ",
      status.disagreements.slice(0, 5).map(({ peer, what }, i) => [i > 0 ? "; " : "", h("bdi", {}, peer), ` (${what})`])),
    status.orphans > 0 && h("p", { class: "notice", key: "orphans" }, `${count(status.orphans, "block")} came before ${status.orphans === 1 ? "its parent" : "their parents"}, which the node is asking for.`),
  ].filter(Boolean);
}

// syncing says how far the node has come.
function syncing(height, { target, rate, remaining_seconds: rest }) {
  return [
    h("progress", { max: target, value: height, "aria-label": "blocks fetched" }),
    ` ${whole(height)} of ${whole(target)} blocks, ${Math.round(rate)} a second${rest == null ? "" : `, ${lasting(Math.ceil(rest))} to go`}`,
  ];
}

const spans = [[600, "10 min"], [3600, "1 h"], [86400, "24 h"]];
let span = null; // seconds that the charts show, as long as the page is open; null: nobody has chosen

// spanOf is what the charts show unless somebody has chosen: what the node remembers, about.
const spanOf = (started) => spans.find(([seconds]) => now() - Date.parse(started) < 2000 * seconds)?.[0] ?? 86400;

// past is how it was: charts of what the node has kept.
function past(signal) {
  const plain = (value) => (Number.isInteger(value) || value >= 10 ? whole(Math.round(value)) : value.toFixed(1));
  const rate = chart("Mining rate", (value) => measure(value, "H/s"), signal);
  const pooled = chart("Waiting payments", plain, signal);
  const blocks = chart("Blocks a minute", plain, signal);
  const choice = h("p", { class: "choice", role: "group", "aria-label": "Span of the charts" });
  const look = async () => {
    const { ages, heights, hash_rate: rates, pooled: waiting } = await get(`/v1/history?span=${span}&points=240`, signal);
    rate.draw({ span, ages, values: rates });
    pooled.draw({ span, ages, values: waiting });
    blocks.draw({ span, ages, values: perMinute(ages, heights) });
    show(choice, spans.map(([seconds, label]) => h("button", {
      key: label, type: "button", "aria-pressed": String(seconds === span), onclick: () => {
        span = seconds;
        look().catch((problem) => { if (problem.name !== "AbortError") notice(problem.message, "error"); });
      },
    }, label)));
  };
  const timer = setInterval(() => { if (!document.hidden) look().catch(() => {}); }, pastEvery); // the next one comes soon
  signal.addEventListener("abort", () => clearInterval(timer));
  return {
    look,
    element: h("section", { class: "past" }, h("div", { class: "heading" }, h("h2", {}, "History"), choice), h("div", { class: "charts" },
      [["Waiting payments", pooled], ["Blocks a minute", blocks], ["Mining rate", rate]].map(([name, one]) => h("figure", {}, h("figcaption", {}, name), one.element)))),
  };
}

// perMinute is how many blocks a minute came, up to each point. A chain that was replaced by a shorter one grew by none.
export function perMinute(ages, heights) {
  return heights.map((height, i) => {
    const before = Math.max(0, i - 6); // so that it is no row of needles
    const minutes = (ages[before] - ages[i]) / 60;
    return minutes > 0 ? Math.max(0, height - heights[before]) / minutes : 0;
  });
}

// mining is the switch, for who has the token.
function mining(status) {
  if (!hasToken()) return "";
  const turn = async () => {
    try {
      await post("/v1/mining", { on: !status.mining });
      notice(status.mining ? "The node has stopped mining." : "The node is mining.");
    } catch (problem) {
      notice(problem.message, "error");
    }
  };
  return h("p", { key: "switch" }, h("button", { type: "button", id: "mining", onclick: turn }, status.mining ? "Stop mining" : "Start mining"));
}
