// The nodes that this node knows of, and its peers.

import { get, seldom } from "../api.js";
import { facts, h, row, section, show, table } from "../dom.js";
import { age, count, measure } from "../format.js";
import { networkMap, shortNames } from "../kit/netmap.js";

export default async function network({ signal }) {
  const picture = h("div", { class: "graph" });
  const about = h("p", { class: "muted" });
  const lists = h("div");
  let [topology, peers] = [null, null];
  const ask = async () => { [topology, peers] = await Promise.all([get("/v1/topology", signal), get("/v1/peers", signal)]); };
  const map = networkMap(picture);
  const draw = () => {
    const left = map(topology);
    show(about, sentence(topology, left));
    show(lists, peerTable(peers.peers), bans(peers.bans));
  };
  await ask();
  const look = seldom(async () => {
    await ask();
    draw();
  }, 500, signal); // many come and go at once
  return {
    title: "Network",
    body: [about, picture, section("Peers", lists)],
    placed: draw, // the picture takes the room that it has
    update({ kind }) {
      return kind === "peers" ? look().catch(() => {}) : null; // the next event draws it
    },
  };
}

function sentence({ nodes, links }, left) {
  const { common } = shortNames(nodes);
  return [
    `${count(nodes.length, "node")}, ${count(links.length, "connection")}, as this node and its peers report them. This node is the filled one.`,
    common ? [" All are at ", h("bdi", {}, common), "; the labels are their ports."] : "",
    left > 0 ? ` The ${left} with the fewest connections are left out.` : "",
  ];
}

const peerTable = (peers) => table("Peers", ["peer", "direction", "connected", "received", "sent", "penalty"],
  peers.map((peer) => row(`${peer.address} ${peer.remote}`, h("bdi", { title: peer.remote }, peer.address), ...countsOf(peer))),
  "This node has no peers at the moment.");

// countsOf is what a node counts of a peer if it guards its connections; one without a guard, as in a demo, counts nothing.
const countsOf = (peer) => (peer.since == null ? ["–", "–", "–", "–", "–"] : [
  peer.incoming ? "incoming" : "outgoing", age(peer.since), measure(peer.bytes_in, "B"), measure(peer.bytes_out, "B"), String(Math.round(peer.penalty)),
]);

const bans = (list) => (list.length === 0 ? "" : section("Banned",
  facts(list.map((ban) => [ban.ip, `until ${new Date(ban.until).toLocaleTimeString("en-GB")}: ${ban.reason}`]))));
