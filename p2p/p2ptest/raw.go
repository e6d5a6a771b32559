package p2ptest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// raw is a peer without the layer that is graded: it speaks the bytes of PROTOCOL.md as the
// scenario says, politely or not.
type raw struct {
	w    scenario.World
	addr network.Addr
	host network.Host
	net  network.Network

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
	r        *raw
	id       network.ConnID
	incoming bool
	messages []messaging.Message // received so far
	lastID   uint32
	replies  map[uint32]func(payload []byte)
	visitor  network.Addr // who said hello
}

// raw adds the n-th node of the world, which is a raw peer.
func (s suite) raw(w scenario.World, number int) *raw {
	r := &raw{w: w, addr: w.Addr(number)}
	w.Node(r.addr, func(h network.Host) {
		r.host, r.open = h, nil
		r.net = s.stack.NewNetwork(h, must(network.Config{Listen: r.addr}.Complete()))
		must(0, r.net.Start(r))
	})
	return r
}

// Connected notes the connection.
func (r *raw) Connected(id network.ConnID, incoming bool) {
	r.met++
	r.open = append(r.open, &link{r: r, id: id, incoming: incoming, replies: make(map[uint32]func([]byte))})
}

// Disconnected forgets it.
func (r *raw) Disconnected(id network.ConnID, _ bool, _ error) {
	c := r.link(id)
	r.open = slices.DeleteFunc(r.open, func(other *link) bool { return other == c })
	r.past = append(r.past, c)
	r.ended = append(r.ended, r.w.Now())
	if r.onClosed != nil {
		r.onClosed(c)
	}
}

// Received sorts a message: a response to whom asked, a hello to answer, the rest to onMessage.
func (r *raw) Received(id network.ConnID, payload []byte) {
	c := r.link(id)
	m, err := messaging.Decode(payload)
	if err != nil {
		r.w.Fail("MSG-1", "expected a message at %s, got %x", r.addr, payload)
		return
	}
	if c.incoming && len(c.messages) == 0 && !isHello(m) {
		r.w.Fail("P2P-1", "expected a p2p:hello request first, got type %d, kind %q", m.Type, m.Kind)
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

func (r *raw) link(id network.ConnID) *link {
	at := slices.IndexFunc(r.open, func(c *link) bool { return c.id == id })
	return r.open[at]
}

// dial opens a connection; a refused one ends the run, since the nodes of a scenario are up.
func (r *raw) dial(to network.Addr, then func(c *link)) {
	r.net.Dial(to, func(id network.ConnID, err error) {
		if err == nil {
			then(r.link(id))
		}
	})
}

// visit dials and says hello; then gets the answer.
func (r *raw) visit(to network.Addr, then func(c *link, answer []byte)) {
	r.dial(to, func(c *link) {
		c.request(p2p.KindHello, []byte(r.addr), func(answer []byte) {
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

// send ignores errors: the other side may have closed the connection.
func (c *link) send(b []byte) { _ = c.r.net.Send(c.id, b) }

func (c *link) close() { c.r.net.Close(c.id) }

func (c *link) isOpen() bool { return slices.Contains(c.r.open, c) }

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

func commas(list []network.Addr) string {
	text := make([]string, len(list))
	for i, a := range list {
		text[i] = string(a)
	}
	return strings.Join(text, ",")
}

// sameList returns nil if the peer list has exactly these addresses, in any order.
func sameList(what string, got []byte, want ...network.Addr) error {
	var have []string
	if len(got) > 0 {
		have = strings.Split(string(got), ",")
	}
	var wish []string
	for _, a := range want {
		wish = append(wish, string(a))
	}
	slices.Sort(have)
	if slices.Sort(wish); !slices.Equal(have, wish) {
		return fmt.Errorf("expected %s to be the peer list %q, got %q", what, strings.Join(wish, ","), got)
	}
	return nil
}
