package steps

var p2pSteps = []Step{
	{
		ID: "p2p.1", Layer: "p2p", Points: 5, Lines: 39,
		Title: "hello, both sides",
		Rules: []string{"P2P-1", "P2P-2", "P2P-3", "P2P-4", "P2P-14"},
		Hints: [3]string{
			"When may the answerer list its new peer? Think of what the layer above does as soon as it hears of one: it sends. What if that overtakes the acceptance?",
			"The dialler lists the peer when the acceptance has come. The answerer's handler only returns the acceptance: messaging writes it after the handler. So listing must wait until right after this callback, host.After(0, ...), and until then it counts as one that is taken.",
			`dialler, greet: request p2p:hello with Self; answered:
    error, or a malformed answer: failed, close
    0x00: failed, close, and try the addresses of the list
    0x01: no room for one more: close; else cancel the deadline, add the connection
answerer, on hello(conn, addr):
    a second hello, one on a connection that we dialled, or a bad address: close
    own address, or no room: answer 0x00 and the list
    else cancel the deadline, count it as pending,
        host.After(0: no longer pending; if the connection lives, add it), answer 0x01 and the list
full: peers + pending >= 2*MaxPeers`,
		},
	},
	{
		ID: "p2p.2", Layer: "p2p", Points: 5, Lines: 26,
		Title: "the table of peers: no self, one connection each, lost peers",
		Rules: []string{"P2P-5", "P2P-6", "P2P-10", "P2P-11"},
		Hints: [3]string{
			"Two nodes dial each other at the same moment. Both must throw away the same one of the two connections, without talking about it. What do both know?",
			"Both know both addresses: of opposite directions the connection that the smaller address dialled stays. A peer changes connections without being lost: swap first, retire the other one after, and let the disconnect event of a connection count only if it is the one in the table.",
			`add(conn) of a peer that is listed: conn.peer = that peer; old = its conn
    same direction as old: the newer stays
    else: the one dialled by min(Self, addr) stays
    the peer's conn is the one that stays; retire the other
Disconnected(conn): the peer whose connection in the table is conn: take it out, then PeerLost, once
a message from conn: only if conn is a listed peer's, with that peer's address`,
		},
	},
	{
		ID: "p2p.3", Layer: "p2p", Points: 4, Lines: 24,
		Title: "peer lists and get_peers, send and broadcast",
		Rules: []string{"P2P-2", "P2P-9", "P2P-12"},
		Hints: [3]string{
			"Sending to one peer can lose that peer, at once, while you are in the middle of your loop over all of them. What do you loop over?",
			"Take the sorted list of peers first and look each one up again before you send. One peer's error is that peer's affair; only what would fail for everybody is the caller's.",
			`peer list for asker: the sorted peers without the asker (and Self is never among them), joined by commas
Broadcast(kind, payload, except):
    for each peer of sorted: skip the lost (conn is nil) and the excepted
        err = Send(peer, ...); keep it only if it is ErrBadKind or ErrFrameTooBig
    with no peer at all a bad kind is still a bad kind
Send: not listed: ErrNotPeer; else msg.Send on its connection`,
		},
	},
	{
		ID: "p2p.4", Layer: "p2p", Points: 6, Lines: 38,
		Title: "maintenance: dial, back off, shed, stop",
		Rules: []string{"P2P-7", "P2P-8", "P2P-13", "P2P-15"},
		Hints: [3]string{
			"A dial under way is a peer that you may soon have. Which counts have to include it?",
			"Every round looks at the number of peers and does one thing: nobody there, bootstrap; fewer than half, ask and dial whom they name; too many, shed. An address that fails waits twice as long each time, up to BackoffMax, and a success forgets that.",
			`maintain: set the timer of the next round first
    no peers: try(Bootstrap)
    2*peers < MaxPeers: ask
    peers > MaxPeers: shed(peers - MaxPeers)
ask: request p2p:get_peers from every peer that is not lost meanwhile (conn is nil); when its answer comes, try the addresses of it
shed(n): the first n places of host.Rand().Perm(peers): close their connections
    (choose first, close then: each leaves the table at once, and may take others with it)
may dial after k failures: wait = BackoffMin, doubled k-1 times, BackoffMax at most;
    yes once now - last failure >= wait
Stop: if stopped return; stopped = true; cancel the timer; msg.Stop, which ends every connection
    and so loses every peer once; nothing may be dialled from the callbacks of that`,
		},
	},
}
