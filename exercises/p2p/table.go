// This file is yours to edit. docs/3-p2p.md is the chapter; `make reset LAYER=p2p` gives a fresh copy.

package p2p

import (
	"cmp"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// linger is how long a connection stays open after another one has replaced it: time enough for
// what the peer sent on it before it knew.
const linger = time.Second

// conn is one open connection.
type conn struct {
	id       network.ConnID
	addr     network.Addr    // the far end: whom we dialled, or who said hello; empty before that
	outgoing bool            // we dialled
	peer     *peer           // nil until the hello is accepted
	deadline network.TimerID // closes the connection; zero while there is none
}

// peer is one listed peer. Several connections may be its own for a while; conn is the one that
// is sent on.
type peer struct {
	addr network.Addr
	conn *conn // nil once the peer is lost
}

// open notes a new connection, which is closed unless its hello is over within HelloWithin
// (P2P-14).
func (l *layer) open(id network.ConnID, addr network.Addr, outgoing bool) *conn {
	c := &conn{id: id, addr: addr, outgoing: outgoing}
	l.conns[id] = c
	l.closeAfter(c, l.cfg.HelloWithin)
	return c
}

func (l *layer) closeAfter(c *conn, d time.Duration) {
	c.deadline = l.host.After(d, func() { l.net.Close(c.id) })
}

// Connected is called by messaging. A connection that we dialled is noted by dial.
func (l *layer) Connected(id network.ConnID, dialled network.Side) {
	if dialled == network.Theirs {
		l.open(id, "", false)
	}
}

// add makes the connection its peer's. If that peer is not listed it is now. If it is, two connections
// become one, and the watcher hears nothing: both ends keep the same one, by the rule P2P-6. What still
// comes on the other one is the peer's, too, until it is closed: see retire.
func (l *layer) add(c *conn) {
	if l.peers[c.addr] == nil {
		l.insert(c)
		return
	}
	panic(network.NotWritten("p2p.2")) // 9 lines in our solution
}

// insert lists the far end of a connection as a peer and tells the watcher.
func (l *layer) insert(c *conn) {
	p := &peer{addr: c.addr, conn: c}
	c.peer = p
	l.peers[p.addr] = p
	at, _ := slices.BinarySearchFunc(l.sorted, p, byAddr)
	l.sorted = slices.Insert(slices.Clip(l.sorted), at, p) // clipped, so that it moves to a new array
	delete(l.failures, p.addr)
	if l.watcher != nil {
		l.watcher.PeerArrived(p.addr)
	}
}

func byAddr(a, b *peer) int { return cmp.Compare(a.addr, b.addr) }

// retire closes a connection that was replaced, but not at once: what its peer sent before it knew
// of the other one still arrives here, and is handled.
func (l *layer) retire(c *conn) { l.closeAfter(c, linger) }

// Disconnected is called by messaging. The loss of the connection that its peer is reached by loses the
// peer: nothing lists it any longer, its conn is nil, and the watcher hears of it once (P2P-10). The
// watcher may call any method, and finds the tables in order. The loss of a connection that was replaced
// goes unnoticed.
func (l *layer) Disconnected(id network.ConnID, _ network.Side, _ error) {
	c := l.conns[id]
	if c == nil {
		return
	}
	delete(l.conns, id)
	l.host.Cancel(c.deadline)
	if c.peer == nil {
		return
	}
	panic(network.NotWritten("p2p.2")) // 10 lines in our solution
}

// Handle registers the handler of a kind with messaging, behind a check: a message on a connection
// that is no listed peer's is dropped, a request then gets no answer (P2P-11). The handler gets the
// peer's address instead of the connection.
func (l *layer) Handle(kind messaging.Kind, h p2p.Handler) error {
	panic(network.NotWritten("p2p.2")) // 7 lines in our solution
}
