package p2ptest

import (
	"slices"
	"strings"
	"time"

	"strata/messaging"
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

// link is one connection of a raw peer.
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
	r := &raw{Raw: scenario.NewRaw(w, number, true)}
	r.OnOpen = func(line *scenario.Line) {
		r.met++
		r.open = append(r.open, &link{Line: line, r: r, replies: make(map[uint32]func([]byte))})
	}
	r.OnFrame = func(line *scenario.Line, payload string) { r.received(r.link(line), []byte(payload)) }
	r.OnEnded = func(line *scenario.Line) { r.over(r.link(line)) }
	return r
}

// over notes that a connection has ended.
func (r *raw) over(c *link) {
	r.open = slices.DeleteFunc(r.open, func(other *link) bool { return other == c })
	r.past = append(r.past, c)
	r.ended = append(r.ended, r.World.Now())
	if r.onClosed != nil {
		r.onClosed(c)
	}
}

// received sorts a message: a response to whom asked, a hello to answer, the rest to onMessage.
func (r *raw) received(c *link, payload []byte) {
	m, err := messaging.Decode(payload)
	if err != nil {
		r.World.Fail("MSG-1", "expected a message at %s, got %x", r.Addr, payload)
		return
	}
	if !c.Dialed && len(c.messages) == 0 && !isHello(m) {
		r.World.Fail("P2P-1", "expected a p2p:hello request first, got type %d, kind %q", m.Type, m.Kind)
	}
	c.messages = append(c.messages, m)
	switch {
	case m.Type == messaging.TypeResponse:
		if done := c.replies[m.ID]; done != nil {
			delete(c.replies, m.ID)
			done(m.Payload)
		}
	case isHello(m):
		c.visitor = network.Addr(m.Payload)
		if r.answer != nil {
			if payload := r.answer(c, m); payload != nil {
				c.respond(m, payload)
			}
		}
	case r.onMessage != nil:
		r.onMessage(c, m)
	}
}

func isHello(m messaging.Message) bool {
	return m.Type == messaging.TypeRequest && messaging.Kind(m.Kind) == p2p.KindHello
}

func (r *raw) link(line *scenario.Line) *link {
	at := slices.IndexFunc(r.open, func(c *link) bool { return c.Line == line })
	return r.open[at]
}

// dial opens a connection. It may be refused: then nothing happens.
func (r *raw) dial(to network.Addr, then func(c *link)) {
	r.Dial("", to, func(line *scenario.Line) { then(r.link(line)) })
}

// visit dials and says hello; then gets the answer.
func (r *raw) visit(to network.Addr, then func(c *link, answer []byte)) {
	r.dial(to, func(c *link) {
		c.request(p2p.KindHello, []byte(r.Addr), func(answer []byte) {
			if then != nil {
				then(c, answer)
			}
		})
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

func (c *link) close() {
	if c.Open() {
		c.Close()
		c.r.over(c)
	}
}

// accepts and rejects are answers to every hello, with a peer list.
func accepts(list ...network.Addr) func(*link, messaging.Message) []byte {
	return func(*link, messaging.Message) []byte { return reply(1, list...) }
}

func rejects(list ...network.Addr) func(*link, messaging.Message) []byte {
	return func(*link, messaging.Message) []byte { return reply(0, list...) }
}

// reply is the answer to a hello, written down from P2P-2.
func reply(verdict byte, list ...network.Addr) []byte {
	return append([]byte{verdict}, commas(list)...)
}

func commas(list []network.Addr) string { return strings.Join(texts(list), ",") }

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
