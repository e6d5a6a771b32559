package messagingtest

import (
	"errors"
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// node is a node with the layer that is tested, and the network below it. It is the layer's
// watcher.
type node struct {
	w    scenario.World
	addr network.Addr
	host network.Host
	net  network.Network
	msg  messaging.Messaging

	// Connections in the order of their events; one that is over stands in both lists.
	connected      []network.ConnID
	disconnected   []network.ConnID
	onConnected    func(id network.ConnID) // these may be nil
	onDisconnected func(id network.ConnID)
}

// node adds a node at the n-th address, which listens there. handle registers its handlers, before the
// layer starts, so that no message can come too early for them; it may be nil.
func (b bench) node(w scenario.World, n int, cfg messaging.Config, handle func(m messaging.Messaging)) *node {
	return b.nodeOn(w, n, network.Config{MaxFrame: maxFrame}, cfg, handle)
}

// nodeOn is node with a config for the network below, which needs no Listen.
func (b bench) nodeOn(w scenario.World, n int, below network.Config, cfg messaging.Config,
	handle func(m messaging.Messaging)) *node {
	p := &node{w: w, addr: w.Addr(n)}
	below.Listen = p.addr
	w.Node(p.addr, func(h network.Host) {
		netCfg, netErr := below.Complete()
		full, err := cfg.Complete()
		if err := errors.Join(netErr, err); err != nil {
			panic(err) // a scenario's slip
		}
		p.host = h
		p.net = b.stack.NewNetwork(h, netCfg)
		p.msg = b.stack.NewMessaging(h, p.net, full)
		if handle != nil {
			handle(p.msg)
		}
		if err := p.msg.Start(p); err != nil {
			w.Fail(scenario.NET10Starts, "expected the node to start, got %v", err)
		}
	})
	return p
}

// maxFrame is the longest message that the scenarios' networks carry. It is small, so that notSent need not
// make a mebibyte.
const maxFrame = 10_000

func (p *node) Connected(id network.ConnID, _ network.Side) {
	p.connected = append(p.connected, id)
	if p.onConnected != nil {
		p.onConnected(id)
	}
}

func (p *node) Disconnected(id network.ConnID, _ network.Side, _ error) {
	p.disconnected = append(p.disconnected, id)
	if p.onDisconnected != nil {
		p.onDisconnected(id)
	}
}

// closeAll closes every connection that there ever was.
func (p *node) closeAll() {
	for _, id := range p.connected {
		p.net.Close(id)
	}
}

// connect lets the node dial soon and calls then with the connection's id.
func (p *node) connect(to network.Addr, what string, then func(id network.ConnID)) {
	p.w.At(soon, p.addr, what, func() {
		p.net.Dial(to, func(id network.ConnID, err error) {
			if err != nil {
				p.w.Fail(scenario.NET10Dials, "expected that %s can be dialled, got %v", to, err)
				return
			}
			then(id)
		})
	})
}

// answer is how a request ended: it did not, as long as calls is 0. It is filled by the request's callback, so
// that a scenario may look at it at any time.
type answer struct {
	asked string // by whom what: "10.0.0.1:4000's request of kind k"
	calls int
	reply string
	err   error
	at    time.Duration
	then  func() // what the callback does besides; nil: nothing
}

// request sends a request, notes how it ends, and fails the world if it ends twice.
func (p *node) request(to network.ConnID, kind messaging.Kind, payload string) *answer {
	asked := &answer{asked: fmt.Sprintf("%s's request of kind %s", p.addr, kind)}
	p.msg.Request(to, kind, []byte(payload), func(reply []byte, err error) {
		asked.calls, asked.reply, asked.err, asked.at = asked.calls+1, string(reply), err, p.w.Now()
		if asked.calls > 1 {
			p.w.Fail(MSG7Once, "expected that %s ends once, got end number %d: %q, error %v",
				asked.asked, asked.calls, reply, err)
		}
		if asked.then != nil {
			asked.then()
		}
	})
	return asked
}

// only is scenario.Only with the errors of this layer: what ends a request must be one of them and no
// other.
func only(err, want error) bool {
	return scenario.Only(err, want, messaging.ErrTimeout, messaging.ErrBadKind, messaging.ErrDuplicateKind)
}

// ended checks how requests ended: all with this error, or all with the reply, if err is nil.
func ended(reply string, err error, answers ...*answer) error {
	for i, asked := range answers {
		if asked.calls != 1 || asked.reply != reply || !only(asked.err, err) {
			return fmt.Errorf("expected that request %d of %d ends once with %q, error %v; got %d ends, %q, error %v",
				i+1, len(answers), reply, err, asked.calls, asked.reply, asked.err)
		}
	}
	return nil
}

// ended fails the promise at once if requests did not end like that.
func (p *node) ended(c scenario.Clause, reply string, err error, answers ...*answer) {
	scenario.Expect(p.w, c, ended(reply, err, answers...))
}
