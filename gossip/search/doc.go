// Package search finds who has something, without knowing where: it is provided, to be read after
// layer 4. The question travels as gossip, the answers come back the way it went.
//
//	asker ──gossip search:block──> node ──gossip──> node ──gossip──> node that has it
//	      <─p2p search_response:block─  <────p2p────     <────p2p────
//	                                 remembers asker    remembers node; the question ends here
//
// Wire format. The question is gossip of kind `search:<kind>`, payload `search id (16 random bytes)
// | query`. An answer is a regular message between peers, of kind `search_response:<kind>`, payload
// `search id | answer`.
//
// Promises. A node that has an answer sends it to the peer that the question came from and does not
// pass the question on. Every other node passes it on, remembers for 30 s which peer it came from, and
// passes every answer back to that peer as it is. The asker's own handler is asked first. The asker's
// callback runs per answer until it returns true; if it never does, once more with an error.
//
// Simplifications. Nobody checks that an answer answers the question: the asker does (a block has
// the hash that was asked for, or it has not). If a peer on the way back is lost, so is the answer;
// ask again. A question that nobody can answer reaches every node: a large network would look near
// itself first (expanding ring search), or know where things are kept (a distributed hash table).
//
// Source: the query and query-hit descriptors of the Gnutella protocol, version 0.4. Ours has no
// time-to-live, as gossip ends by itself, and a node that has an answer ends its branch.
//
// Read next: strata/node/fetch, which asks for missing blocks.
package search
