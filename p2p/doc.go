// Package p2p is layer 3: it finds peers, keeps enough and not too many of them, and talks to them by
// the address at which they can be reached.
//
//	layer 4  gossip      ^ PeerArrived, PeerLost,    | Send, Request, Broadcast
//	                     | handlers by address       v
//	layer 3  p2p         [ 10.0.0.7:4000 -> connection 12, 10.0.0.9:4000 -> connection 31 ... ]
//	                     ^ Connected, Disconnected,  | Send, Request          | Dial, Close
//	                     | handlers by connection    v                        v
//	layer 2  messaging   kinds, requests                            layer 1   network
//
// How two nodes become peers:
//
//	A                                        B
//	  --- dial ------------------------------->   a connection: 10 s for a hello
//	  --- request p2p:hello "A's address" ---->   fewer than 2M peers, and not ourselves: accepted
//	  <-- 0x01 "B's other peers" --------------   lists A as soon as this is written
//	lists B
//
// # Wire format
//
// A peer is known by its listening address host:port, as text. A peer list is addresses joined by
// commas; the empty list is no bytes at all.
//
//	kind            payload of the request     payload of the response
//	p2p:hello       the dialler's address      0x01 accepted or 0x00 rejected, then a peer list
//	p2p:get_peers   nothing                    a peer list
//
// A peer list never names the one who asks nor the one who answers. We write at most MaxList bytes
// of one and look at the first MaxListed addresses of another's.
//
// # Guarantees
//
//   - Whoever dials introduces itself first, and nobody is listed before the acceptance is on its way
//     (P2P-1, P2P-3). So what the layer above sends as soon as it hears of a peer arrives.
//   - The rejected dialler has other addresses to try (P2P-2, P2P-4).
//   - A peer is listed once, and never oneself (P2P-5). Two connections between a pair become one
//     without a message lost or an event above (P2P-6): the loser stays open for a second, so that
//     what is under way on it arrives.
//   - At most 2M peers, no dial at M or more, and between M/2 and M in the long run (P2P-7, P2P-8).
//   - Whoever asks for peers gets them (P2P-9).
//   - The watcher hears of each arrival and each loss once (P2P-10), handlers hear listed peers only
//     (P2P-11), and a broadcast reaches everyone whom it can (P2P-12).
//   - Strangers can make a node neither dial without end nor remember without end (P2P-13), nor hold
//     connections without a hello (P2P-14).
//   - After Stop nothing is left and nothing happens (P2P-15).
//
// # Simplifications
//
//   - Anyone can say any address. Bitcoin does not trust the announced one either; Ethereum's peers
//     prove that they have the key which is their name (RLPx).
//   - Peers are drawn from what the neighbours say: who has many addresses can surround a node (an
//     eclipse attack). Bitcoin keeps buckets by network range and remembers good peers on disk.
//   - A node asks peers only, and the bootstrap nodes only when it has none. Two halves that were apart
//     for long, and each have enough peers within, stay apart.
//   - A dead peer behind a link that does not fail is not noticed: there is no ping.
//   - Every address counts as reachable: nobody is behind a NAT.
//
// # Source
//
// The addr and getaddr messages of the Bitcoin protocol (bitcoin.org/en/developer-reference), its
// bounds on outgoing and incoming connections, and BGP-4's rule for colliding connections (RFC 4271,
// section 6.8), which also goes by the identifiers that both sides know.
//
// # What to read next
//
// p2p.go, which you implement; config.go, what can be set; wire.go, the bytes. Then the chapter
// docs/3-p2p.md and exercises/p2p. Above this layer is package gossip.
package p2p
