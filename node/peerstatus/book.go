// Package peerstatus asks each peer who it is, and of which chain.
//
//	node:  Judge  Disagreements        guard:  one node under two names is one peer
//	          |                           ^
//	+---------v---------------------------|----+
//	| book:  peer -> asked, silent, or Status  |
//	+------------------------------------------+
//	          |  request node:status      ^  handler: our own status, signed
//	          v                           |
//	         p2p
//
// On the wire, under p2p's peers, texts with commas between fields, hex in lower case:
//
//	request node:status   nonce: 16 bytes in hex
//	reply                 key,self,difficulty,reward,transactions,genesis,height,tip,signature
//
// The key is that of the node's host, the same over restarts; self is where the node says it is reached.
// The signature is Ed25519 over "strata node:status 1\n", the nonce in hex, a comma, and the reply before
// its last comma.
//
// p2p:hello is as it was, and a node of another kind, which does not know the request, ignores it (MSG-4):
// it counts as one that agrees.
//
// # Disagreement is no offence
//
// Nodes with other constants send each other blocks without work, and answers that are wrong, in good faith. What
// a peer did before its status is known is judged when it is, or when it does not come.
//
// Simplification: a peer can ask another node what it is asked itself, and hand on the answer: it then counts
// as another name of that node. Of several names the one that the node gives itself stays (guard.Identify),
// so that nobody can keep a node from another in this way, but only himself from it.
//
// Read next: node/node.go, which asks the book before it blames a peer.
package peerstatus

import (
	"maps"
	"slices"

	"strata/network"
	"strata/p2p"
)

// Around is what a book needs of its node.
type Around struct {
	Peers p2p.P2P
	Own   func() Status // without the key

	Verify Verify // nil: Ed25519

	// Learned is told of each peer that says who it is. disagrees is empty if it is of our chain.
	Learned func(peer network.Addr, s Status, disagrees string)
}

// Book is what is known of the peers. All methods are called on the node's loop; those of a nil book do
// nothing, and judge at once.
type Book struct {
	Around
	host    network.Host
	entries map[network.Addr]*entry
}

// entry is one peer.
type entry struct {
	pending   []func() // judgements that wait for the answer
	answered  bool     // or silent
	disagrees string
}

// New makes a book. It has no effect on the world before Start.
func New(host network.Host, around Around) *Book {
	if around.Verify == nil {
		around.Verify = Ed25519
	}
	return &Book{Around: around, host: host, entries: map[network.Addr]*entry{}}
}

// Start registers the handler. Errors: messaging.ErrDuplicateKind.
func (b *Book) Start() error {
	if b == nil {
		return nil
	}
	return b.Peers.Handle(Kind, b.answer)
}

// answer says who we are.
func (b *Book) answer(_ network.Addr, request []byte) (reply []byte, ok bool) {
	nonce, ok := parseNonce(request)
	if !ok {
		return nil, false
	}
	id := b.host.Identity()
	own := b.Own()
	own.Key = id.Key()
	return own.Encode(id, nonce), true
}

// PeerArrived asks the peer.
func (b *Book) PeerArrived(peer network.Addr) {
	if b == nil {
		return
	}
	e := &entry{}
	b.entries[peer] = e
	nonce := newNonce(b.host.Rand())
	b.Peers.Request(peer, Kind, nonce.text(), func(reply []byte, err error) {
		if b.entries[peer] != e {
			return // it is lost, and what it did forgotten
		}
		var s Status
		if err == nil {
			s, err = Decode(reply, nonce, b.Verify)
		}
		if err != nil {
			b.host.Log().Debug("no status", "peer", peer, "err", err)
		} else {
			e.disagrees = s.Disagrees(b.Own())
		}
		e.answered = true
		if err == nil {
			b.Learned(peer, s, e.disagrees)
		}
		pending := e.pending
		e.pending = nil
		for _, judge := range pending {
			b.Judge(peer, judge)
		}
	})
}

// PeerLost forgets the peer.
func (b *Book) PeerLost(peer network.Addr) {
	if b == nil {
		return
	}
	e := b.entries[peer]
	delete(b.entries, peer)
	if e != nil && !e.answered { // it may have left for fear of the judgement
		for _, judge := range e.pending {
			judge()
		}
	}
}

// mostPending bounds what waits for one peer's answer: more says the same.
const mostPending = 64

// Judge calls f, which blames the peer for what goes against the rules of our chain: now, later, or, if the peer
// turns out to be of another one, never.
func (b *Book) Judge(peer network.Addr, f func()) {
	if b == nil {
		f()
		return
	}
	switch e := b.entries[peer]; {
	case e == nil || e.answered && e.disagrees == "":
		f()
	case !e.answered && len(e.pending) < mostPending:
		e.pending = append(e.pending, f)
	}
}

// Disagrees says in what the peer is of another chain; empty if it is not, or has not said so.
func (b *Book) Disagrees(peer network.Addr) string {
	if b == nil || b.entries[peer] == nil {
		return ""
	}
	return b.entries[peer].disagrees
}

// Disagreement is a peer of another chain.
type Disagreement struct {
	Peer network.Addr
	What string // such as "difficulty 5 instead of 6"
}

// Disagreements lists the peers that are of another chain, in ascending order.
func (b *Book) Disagreements() []Disagreement {
	if b == nil {
		return nil
	}
	var all []Disagreement
	for _, peer := range slices.Sorted(maps.Keys(b.entries)) {
		if what := b.entries[peer].disagrees; what != "" {
			all = append(all, Disagreement{peer, what})
		}
	}
	return all
}
