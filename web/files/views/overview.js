// The node at a glance.

import { get, hasToken, post } from "../api.js";
import { chart } from "../chart.js";
import { facts, h, notice, section } from "../dom.js";
import { blockLink, measure, whole } from "../format.js";
import * as samples from "../samples.js";
import { blockTable } from "./blocks.js";

const newest = 8;

export default async function overview({ signal }) {
  let [status, page] = await Promise.all([get("/v1/status", signal), get(`/v1/blocks?limit=${newest}`, signal)]);
  const numbers = h("div");
  const rate = chart("hashes per second over the last minutes", (value) => (value > 0 && value < 1 ? "" : measure(value, "H/s")), signal);
  const pooled = chart("pooled transactions over the last minutes", (value) => (Number.isInteger(value) ? value : ""), signal);
  const list = h("div");
  const draw = () => {
    numbers.replaceChildren(facts(numbersOf(status)), mining(status));
    rate.draw(samples.columns("rate"));
    pooled.draw(samples.columns("pooled"));
  };
  const drawList = () => list.replaceChildren(blockTable(page.blocks));
  draw();
  drawList();
  return {
    title: "Overview",
    body: [
      numbers,
      h("div", { class: "pair" }, section("Mining rate", rate.element), section("Waiting transactions", pooled.element)),
      section("Newest blocks", list),
    ],
    async update({ kind, data }) {
      if (kind === "status") {
        status = data;
        draw();
      }
      if (kind === "block") {
        page = await get(`/v1/blocks?limit=${newest}`, signal);
        drawList();
      }
    },
  };
}

const numbersOf = (status) => [
  ["height", whole(status.height)],
  ["tip", blockLink(status.tip)],
  ["peers", h("a", { href: "#/network" }, String(status.peers))],
  ["waiting transactions", h("a", { href: "#/mempool" }, String(status.pooled))],
  ["blocks without a parent", status.orphans || null],
  ["difficulty", `${status.difficulty} zero digits`],
  ["mining", status.mining ? measure(status.hash_rate, "H/s") : "off"],
  ["of another chain", status.disagreements.length ? status.disagreements.map(({ peer, what }) => `${peer}: ${what}`).join("; ") : null],
  ["catching up", status.sync && syncing(status.height, status.sync)],
];

// syncing says how far the node has come.
function syncing(height, { target, rate, remaining_seconds: rest }) {
  return [
    h("progress", { max: target, value: height, "aria-label": "blocks fetched" }),
    ` ${whole(height)} of ${whole(target)}, ${Math.round(rate)} blocks/s${rest == null ? "" : `, ${Math.ceil(rest)} s to go`}`,
  ];
}

// mining is the switch, for who has the token.
function mining(status) {
  if (!hasToken()) return "";
  const turn = async () => {
    try {
      await post("/v1/mining", { on: !status.mining });
      notice(status.mining ? "The node stops mining." : "The node mines.");
    } catch (problem) {
      notice(problem.message, "error");
    }
  };
  return h("button", { type: "button", id: "mining", onclick: turn }, status.mining ? "Stop mining" : "Start mining");
}
