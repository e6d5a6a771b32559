package p2ptest

import (
	"slices"
	"strings"
	"time"

	"strata/messaging"
	"strata/messaging/messagingtest"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// raw is a peer without the layer that is graded: it speaks the bytes of docs/protocol.md as the
// scenario says, politely or not.
type raw struct {
	*scenario.Raw
	open  []*link         // connections that are open, the oldest first
	past  []*link         // the others
	ended []time.Duration // when those were closed, by whomever
	met   int             // connections there ever were

	// answer is what a hello that comes in is answered with; nil: nothing.
	answer func(c *link, hello messaging.Message) []byte
	// onMessage gets every other message.
	onMessage func(c *link, m messaging.Message)
	onClosed  func(c *link)
}

// link is one connection of a raw peer. It counts the ids of its own requests and knows what waits for an
// answer; a peer that lies about ids or kinds sends bytes instead.
type link struct {
	*scenario.Line
	r        *raw
	messages []messaging.Message // received so far
	lastID   uint32
	replies  map[uint32]func(payload []byte)
	visitor  network.Addr // who said hello
}

// raw adds the n-th node of the world, which is a raw peer.
func (s suite) raw(w scenario.World, number int) *raw {
	peer := &raw{Raw: scenario.NewRaw(w, number, true)}
	peer.OnOpen = func(line *scenario.Line) {
		peer.met++
		peer.open = append(peer.open, &link{Line: line, r: peer, replies: make(map[uint32]func([]byte))})
	}
	peer.OnFrame = func(line *scenario.Line, payload string) { peer.received(peer.link(line), []byte(payload)) }
	peer.OnEnded = func(line *scenario.Line) { peer.over(peer.link(line)) }
	return peer
}

// visitors adds raw peers, as nodes 1 and following of the world, that say hello to the node at once.
func (s suite) visitors(w scenario.World, node *node, count int) (raws []*raw) {
	for i := range count {
		peer := s.raw(w, i+1)
		raws = append(raws, peer)
		w.At(0, peer.Addr, "says hello", func() { peer.visit(node.addr, nil) })
	}
	return raws
}

// over notes that a connection has ended, by whomever.
func (r *raw) over(conn *link) {
	r.open = slices.DeleteFunc(r.open, func(other *link) bool { return other == conn })
	r.past = append(r.past, conn)
	r.ended = append(r.ended, r.World.Now())
	if r.onClosed != nil {
		r.onClosed(conn)
	}
}

// received sorts a message: a response to whom asked, a hello to answer, the rest to onMessage. It
// holds the node to P2P-1 whatever the scenario is about: what it says first on a connection that it
// dialled is a hello.
func (r *raw) received(conn *link, payload []byte) {
	m, err := messaging.Decode(payload)
	if err != nil {
		r.World.Fail(messagingtest.MSG1Layout, "expected a message at %s, got %x", r.Addr, payload)
		return
	}
	if !conn.Dialed && len(conn.messages) == 0 && !isHello(m) {
		r.World.Fail(p2p1First, "expected a p2p:hello request first, got type %d, kind %q", m.Type, m.Kind)
	}
	conn.messages = append(conn.messages, m)
	switch {
	case m.Type == messaging.TypeResponse:
		if done := conn.replies[m.ID]; done != nil {
			delete(conn.replies, m.ID)
			done(m.Payload)
		}
	case isHello(m):
		conn.visitor = network.Addr(m.Payload)
		if r.answer != nil {
			if payload := r.answer(conn, m); payload != nil {
				conn.respond(m, payload)
			}
		}
	case r.onMessage != nil:
		r.onMessage(conn, m)
	}
}

// isHello says whether a message is the request that introduces a node.
func isHello(m messaging.Message) bool {
	return m.Type == messaging.TypeRequest && messaging.Kind(m.Kind) == p2p.KindHello
}

// link is the connection of a line that is open.
func (r *raw) link(line *scenario.Line) *link {
	at := slices.IndexFunc(r.open, func(c *link) bool { return c.Line == line })
	return r.open[at]
}

// dial opens a connection. It may be refused: then nothing happens.
func (r *raw) dial(to network.Addr, then func(c *link)) {
	r.TryDial(to, func(line *scenario.Line) { then(r.link(line)) })
}

// visit dials and says hello; then gets the answer.
func (r *raw) visit(to network.Addr, then func(c *link, answer []byte)) {
	r.dial(to, func(conn *link) {
		conn.request(p2p.KindHello, []byte(r.Addr), func(answer []byte) {
			if then != nil {
				then(conn, answer)
			}
		})
	})
}

// claim dials and says hello under an address that need not be the peer's own; then gets the verdict.
func (r *raw) claim(to network.Addr, self string, then func(accepted bool)) {
	r.dial(to, func(c *link) {
		c.request(p2p.KindHello, []byte(self), func(answer []byte) { then(len(answer) > 0 && answer[0] == 1) })
	})
}

// say sends a regular message.
func (c *link) say(kind messaging.Kind, payload []byte) {
	c.send(messaging.Encode(messaging.TypeRegular, 0, kind, payload))
}

// request sends a request; done gets the answer, if one comes.
func (c *link) request(kind messaging.Kind, payload []byte, done func(payload []byte)) {
	c.lastID++
	c.replies[c.lastID] = done
	c.send(messaging.Encode(messaging.TypeRequest, c.lastID, kind, payload))
}

// respond answers a request.
func (c *link) respond(to messaging.Message, payload []byte) {
	c.send(messaging.Encode(messaging.TypeResponse, to.ID, "", payload))
}

// send does nothing on a connection that is over: the other side may have closed it.
func (c *link) send(message []byte) {
	if c.Open() {
		c.Send(string(message))
	}
}

// close ends the connection from the peer's side; a second time does nothing.
func (c *link) close() {
	if c.Open() {
		c.Close()
		c.r.over(c)
	}
}

// closeAll closes every connection.
func (r *raw) closeAll() {
	for len(r.open) > 0 {
		r.open[0].close()
	}
}

// accepts and rejects are answers to every hello, with a peer list.
func accepts(list ...network.Addr) func(*link, messaging.Message) []byte {
	return func(*link, messaging.Message) []byte { return reply(1, list...) }
}

// rejects refuses every hello, and names addresses all the same (P2P-4).
func rejects(list ...network.Addr) func(*link, messaging.Message) []byte {
	return func(*link, messaging.Message) []byte { return reply(0, list...) }
}

// reply is the answer to a hello, written down from P2P-2: the verdict, and the list with commas.
func reply(verdict byte, list ...network.Addr) []byte {
	return append([]byte{verdict}, commas(list)...)
}

// commas is a peer list as it is on the wire.
func commas(list []network.Addr) string { return strings.Join(texts(list), ",") }

// texts is a list of addresses as one of texts.
func texts(list []network.Addr) []string {
	text := make([]string, len(list))
	for i, a := range list {
		text[i] = string(a)
	}
	return text
}

// sameList returns nil if the peer list has exactly these addresses, in any order.
func sameList(what string, got []byte, want ...network.Addr) error {
	var have []string
	if len(got) > 0 {
		have = strings.Split(string(got), ",")
	}
	return scenario.Same(what+" to be the peer list", have, texts(want))
}
