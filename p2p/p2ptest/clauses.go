package p2ptest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/protocol.md, rule by rule. Those with capital
// letters are checked by other suites as well.
var (
	// The hello.
	p2p1First = scenario.Promise("P2P-1",
		"Whoever dials sends the request p2p:hello with its own listening address, before anything else")

	// Its answer.
	p2p2Answer = scenario.Promise("P2P-2", "A hello is answered with 0x01 (accepted) or 0x00 (rejected), followed by "+
		"the answerer's peer list, in which neither the asker nor the answerer stands")
	p2p2Malformed = scenario.Promise("P2P-2", "A hello with a malformed address is not accepted")

	// After acceptance.
	p2p3Both   = scenario.Promise("P2P-3", "After acceptance each side lists the other")
	p2p3Before = scenario.Promise("P2P-3",
		"On either side the layer above hears nothing before the acceptance is on its way")
	P2P3First = scenario.Promise("P2P-3", "a peer's first message never finds a half-made peer")

	// After rejection.
	p2p4Neither = scenario.Promise("P2P-4", "After rejection neither side lists the other")
	p2p4Closes  = scenario.Promise("P2P-4", "the dialler closes the connection, within 5 s")
	p2p4Tries   = scenario.Promise("P2P-4", "tries addresses from the answer")

	// Addresses that are not dialled.
	p2p5Itself = scenario.Promise("P2P-5", "A node never dials itself and is never its own peer, whether its address "+
		"comes from bootstrap, a list or a hello")
	p2p5Once = scenario.Promise("P2P-5", "It lists an address once, and dials none that it lists or is dialling")

	// Two connections with one peer.
	P2P6One = scenario.Promise("P2P-6", "Two connections between the same two nodes become one: if one was dialled "+
		"from each side, the one that the smaller address dialled stays; if both were dialled from the same side, "+
		"the newer")
	P2P6Listed = scenario.Promise("P2P-6",
		"The peer is listed all the while, and the layer above sees neither a loss nor a second arrival")
	p2p6Others = scenario.Promise("P2P-6", "Connections with other peers are left alone")
	p2p6Within = scenario.Promise("P2P-6", "Both are one within 5 s")

	// How many peers.
	p2p7Room  = scenario.Promise("P2P-7", "a hello finds room while there are fewer than 2M peers, and only then")
	p2p7Most  = scenario.Promise("P2P-7", "there are never more than 2M")
	p2p7Dials = scenario.Promise("P2P-7",
		"nothing is dialled while there are M or more, with dials under way counted as peers")

	// Maintenance.
	p2p8Bootstrap = scenario.Promise("P2P-8", "With no peers it dials the bootstrap nodes")
	p2p8Asks      = scenario.Promise("P2P-8", "below M/2 it asks its peers for theirs and dials them")
	p2p8Sheds     = scenario.Promise("P2P-8", "above M it disconnects peers chosen at random until M are left")
	p2p8Settles   = scenario.Promise("P2P-8", "So a network that nothing disturbs settles: every node has M/2 to M "+
		"peers, if it can hear of so many, and two nodes list each other over one connection or not at all")

	// Peer lists.
	p2p9Anybody = scenario.Promise("P2P-9",
		"Its answer is the peer list of P2P-2, and anybody gets it, peer or not")

	// Lost peers.
	P2P10Lost = scenario.Promise("P2P-10",
		"A peer is removed at once when its connection is lost, and only then, and the layer above is told once")

	// Talk with peers.
	P2P11Heard = scenario.Promise("P2P-11", "Handlers of the layer above see messages from listed peers, under the "+
		"address where each listens, and from nobody else")
	P2P11Sends = scenario.Promise("P2P-11", "Send and Request reach listed peers, and fail with ErrNotPeer for "+
		"anybody else; a request ends as MSG-7 says")

	// Broadcasts.
	p2p12All    = scenario.Promise("P2P-12", "A broadcast goes to every peer that is not excepted")
	p2p12Others = scenario.Promise("P2P-12", "One that is closed or slow does not keep it from the others")
	p2p12Errors = scenario.Promise("P2P-12",
		"Its only errors are ErrBadKind and ErrFrameTooBig, for what nobody can be sent")

	// Lists and dials that lead nowhere.
	p2p13Malformed = scenario.Promise("P2P-13", "Malformed addresses in a list are skipped")
	p2p13Looked    = scenario.Promise("P2P-13", "no more than 1,000 addresses of one list are looked at")
	p2p13Dials     = scenario.Promise("P2P-13", "no more than 16 dials are under way")
	p2p13Failed    = scenario.Promise("P2P-13",
		"An address that failed, one that could not be dialled or on which the "+
			"hello was not answered, is tried again after a wait that doubles, from 1 s up to 5 min")
	p2p13Doubles = scenario.Promise("P2P-13", "a wait that doubles, from 1 s up to 5 min")
	p2p13Again   = scenario.Promise("P2P-13", "is 1 s again once the address has been a peer")

	// Silence, and talk out of turn.
	p2p14Hello = scenario.Promise("P2P-14",
		"A connection is closed if its hello does not come within 10 s, or is not answered within 10 s")
	p2p14Second = scenario.Promise("P2P-14", "A second hello on one connection is a protocol error and closes it")

	// The end.
	p2p15Closes = scenario.Promise("P2P-15", "Stop disconnects all peers and closes every connection")
	p2p15After  = scenario.Promise("P2P-15", "Afterwards nothing is dialled, the layer above is told nothing, and "+
		"nothing is left open, no timer either")
)
