package debugger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/harness/explain/witness"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Probes see what passes between the layers of each node. They change nothing.
type Probes struct {
	Deaf bool // hears no calls of pools and executors: where there are many, their words cost more than they do

	nodes []*probe
	calls []*called    // of pools and executors, in order
	turn  network.Addr // whose code is running
	now   time.Duration
}

// probe is what is known of the layers on one host.
type probe struct {
	life     *rand.Rand // of the host: a suite may hand each layer another spy on one host, and all pass this on
	p2p      p2p.P2P
	pool     mempool.Mempool
	requests []request // made and not answered, in order
	made     int
	ids      []gossip.MessageID // in the order in which they were seen first
}

// request is one that waits for its response.
type request struct {
	number int
	to     network.ConnID
	kind   messaging.Kind
}

// on is the probe of a host.
func (p *Probes) on(h network.Host) *probe {
	i := slices.IndexFunc(p.nodes, func(n *probe) bool { return n.life == h.Rand() })
	if i < 0 {
		i = len(p.nodes)
		p.nodes = append(p.nodes, &probe{life: h.Rand()})
	}
	return p.nodes[i]
}

// Stack is the stack with probes between its layers.
func (p *Probes) Stack(s chain.Stack) chain.Stack {
	newMessaging, newP2P, newMempool := s.NewMessaging, s.NewP2P, s.NewMempool
	s.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		return &probedMessaging{newMessaging(h, net, cfg), p.on(h)}
	}
	s.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
		n := p.on(h)
		n.p2p = newP2P(h, net, msg, cfg)
		return &probedP2P{n.p2p, n}
	}
	s.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		n := p.on(h)
		n.pool = newMempool(h, g, cfg)
		return n.pool
	}
	if p.Deaf {
		return s
	}
	return witness.Hear(s, p.call)
}

// Forget forgets all nodes: the run begins again.
func (p *Probes) Forget() { *p = Probes{Deaf: p.Deaf} }

// Describe tells what there is to know of the node on the host, a line each.
func (p *Probes) Describe(h network.Host) (lines []string) {
	i := slices.IndexFunc(p.nodes, func(n *probe) bool { return n.life == h.Rand() })
	if i < 0 {
		return nil
	}
	n := p.nodes[i]
	defer func() {
		if value := recover(); value != nil { // of a layer that is broken, or not written
			lines = append(lines, fmt.Sprintf("(cannot be shown: %v)", value))
		}
	}()
	for _, r := range n.requests {
		lines = append(lines, fmt.Sprintf("waits for the response to its request %s on connection %d", r.kind, r.to))
	}
	if len(n.ids) > 0 {
		lines = append(lines, fmt.Sprintf("gossip ids seen: %d%s", len(n.ids), latest(n.ids)))
	}
	if n.p2p != nil {
		lines = append(lines, fmt.Sprintf("peers %v", n.p2p.Peers()))
	}
	if n.pool != nil {
		txs := n.pool.Transactions()
		lines = append(lines, fmt.Sprintf("pool: %d transactions", len(txs)))
		for _, tx := range txs[:min(len(txs), mostListed)] {
			lines = append(lines, "  "+witness.Paying(tx))
		}
	}
	return lines
}

// latest lists the last few ids.
func latest(ids []gossip.MessageID) string {
	const few = 5
	var text strings.Builder
	for _, id := range ids[max(0, len(ids)-few):] {
		fmt.Fprintf(&text, " %.8s..", id)
	}
	if len(ids) > few {
		return ", the last" + text.String()
	}
	return "," + text.String()
}

// saw notes the id of a gossiped message.
func (n *probe) saw(kind messaging.Kind, payload []byte) {
	if !strings.HasPrefix(string(kind), gossip.KindPrefix) {
		return
	}
	if id, _, ok := gossip.Decode(payload); ok && !slices.Contains(n.ids, id) {
		n.ids = append(n.ids, id)
	}
}

// probedMessaging notes requests.
type probedMessaging struct {
	messaging.Messaging
	node *probe
}

func (m *probedMessaging) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	m.node.made++
	number := m.node.made
	m.node.requests = append(m.node.requests, request{number, to, kind})
	m.Messaging.Request(to, kind, payload, func(reply []byte, err error) {
		m.node.requests = slices.DeleteFunc(m.node.requests, func(r request) bool { return r.number == number })
		done(reply, err)
	})
}

// probedP2P notes what is gossiped.
type probedP2P struct {
	p2p.P2P
	node *probe
}

func (p *probedP2P) Handle(kind messaging.Kind, h p2p.Handler) error {
	if h == nil {
		return p.P2P.Handle(kind, h)
	}
	return p.P2P.Handle(kind, func(from network.Addr, payload []byte) ([]byte, bool) {
		p.node.saw(kind, payload)
		return h(from, payload)
	})
}

func (p *probedP2P) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	p.node.saw(kind, payload)
	return p.P2P.Send(to, kind, payload)
}

func (p *probedP2P) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	p.node.saw(kind, payload)
	return p.P2P.Broadcast(kind, payload, except...)
}
