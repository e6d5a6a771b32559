// Package gossip is layer 4: what one node broadcasts reaches every node, and is handled once there.
//
//	layer 5, 6  mempool, chain   ^ handlers: pass it on?    | Broadcast
//	                             |                          v
//	layer 4     gossip           [ seen: 4f1c.., 90aa.., ... of the last 5 minutes ]
//	                             ^ handlers by address      | Broadcast except ...
//	                             |                          v
//	layer 3     p2p              peers
//
// How a message spreads: who sees it for the first time passes it to all others whom it knows. The
// numbers are the steps.
//
//	      B
//	   /  |  \
//	 1/   |   \2         1  A sends to B and C
//	 /    |    \         2  B and C send to each other, and both to D
//	A    2|2    D        3  D had it from B, say, and sends to C
//	 \    |    /
//	 1\   |   /2,3       5 links, 4 nodes: 2*5-(4-1) = 7 sends. Three of them
//	   \  |  /           bring news, and four find it known.
//	      C
//
// # Wire format
//
// A regular message of kind `gossip:<kind>`. Payload:
//
//	bytes   0           16
//	        | id        | payload ...
//
// The id is 16 random bytes, drawn by the author, and stays the same on the whole way.
//
// # Guarantees
//
//   - Every broadcast has a fresh id and goes to every peer. The author's own handler does not run
//     (GSP-1, GSP-2).
//   - A node handles an id once. It is marked before the handler runs: this ends the flood on every
//     cycle, also if the handler refuses the message or broadcasts in its turn (GSP-3).
//   - What the handler lets pass goes on as the very bytes that came, to all peers but the one they
//     came from (GSP-4). So a handler that checks keeps rubbish from spreading beyond its node.
//   - Too short a message is ignored (GSP-5).
//   - In a connected network that does not change, a broadcast costs 2E-(N-1) sends, two for each
//     link but one for each link of the tree that it grew along, and reaches everyone once (GSP-6).
//   - The memory of ids is bounded in time and in number (GSP-7), and nothing is left after Stop (GSP-8).
//
// # Simplifications
//
//   - Nobody repeats what was lost. A node that joins later or lost its links for a while must ask
//     for what it missed: see package search, and how the chain fetches blocks.
//   - Whole messages are flooded. Bitcoin announces hashes and lets peers fetch what they lack;
//     Plumtree learns the tree and sends only hashes along the other links.
//   - Everybody may broadcast as much as they like. GossipSub scores its peers.
//   - A node that does not know a kind neither handles nor passes it on.
//   - An id that was forgotten counts as new: who repeats an old message after 5 minutes makes it
//     travel again. The layers above know better what they had.
//
// # Source
//
// Demers et al., Epidemic algorithms for replicated database maintenance (PODC 1987), section 1.4,
// complex epidemics; ours is flooding, as in Gnutella 0.4, where a message's descriptor id does what our
// id does. Leitao, Pereira, Rodrigues: Epidemic broadcast trees (SRDS 2007) is the next step.
//
// # What to read next
//
// gossip.go, which you implement; wire.go, the bytes. Then the chapter docs/4-gossip.md and
// exercises/gossip. Beside this layer is package search, which asks everybody a question; above it is
// package mempool.
package gossip
