package run

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/harness/sim"
	"strata/ledgers"
	"strata/ledgers/electives"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// ledgerNode is one node over all its lives. Only its callbacks touch it, and the run when the network stands still.
type ledgerNode struct {
	run      *ledgerRun
	index    int
	addr     network.Addr
	stack    electives.Stack
	twofaced bool // it is one of the two faces of a member

	host   network.Host   // of the life that it lives now
	ledger ledgers.Ledger // nil: it is not founded yet
	boots  int
	own    any // what a contender keeps of it over all lives, such as a store

	finals  []time.Duration // by payment: when it was final here first, by the clock of the run; 0: it never was
	seen    []time.Duration // by payment, of elective 10: when the node had it in its document
	undone  []bool          // by payment: it was final here, and then was not
	stands  []bool          // by payment: it is final now
	told    map[uint64][][32]byte
	blamed  int
	refused int
	turned  int // payments that there was no place for, or that came too late
}

// newNode makes the node of an index, and its stack, in which what comes is counted.
func (r *ledgerRun) newNode(i int) (*ledgerNode, error) {
	stack, err := r.stack(i)
	if err != nil {
		return nil, err
	}
	all, second := len(r.payments), i < len(r.nodes) // the other face of a member that has two
	n := &ledgerNode{run: r, index: i, addr: Addr(i), stack: stack,
		finals: make([]time.Duration, all), undone: make([]bool, all), stands: make([]bool, all), told: map[uint64][][32]byte{}}
	n.stack.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
		g := stack.NewGossip(h, peers, cfg)
		if second {
			return deaf{g, r.unheard()}
		}
		return g
	}
	n.stack.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		return counted{stack.NewMessaging(h, net, cfg), r.tallies, h}
	}
	return n, nil
}

// boot founds the disk in the first life, and starts the ledger.
func (n *ledgerNode) boot(h network.Host) {
	n.boots++
	n.host, n.ledger = h, nil
	chain := n.run.contender.chain()
	if n.boots > 1 {
		n.start()
		return
	}
	ledgers.Found(h.Disk(), chain, h.Identity().Key(), func(err error) {
		scenario.Must(err)
		n.start()
	})
}

// start puts the ledger on its layers, and starts it.
func (n *ledgerNode) start() {
	n.ledger = n.run.contender.node(n)
	if err := n.ledger.Start(n); err != nil {
		panic(fmt.Sprintf("node %d does not start: %v", n.index, err))
	}
}

// layers are those below an elective, on which nobody dials beyond the graph as long as it has its peers. Of some kinds
// a member is sent each message once.
func (n *ledgerNode) layers(members []ledgers.Member, meshed ...messaging.Kind) (gossip.Gossip, p2p.P2P) {
	r, s := n.run, n.stack
	degree := r.around.Degree(int32(n.index))
	peers := dialling(&r.Spec, n.addr, bootstrap(n.index, r.dials, r.around, r.addrs), degree)
	net := s.NewNetwork(n.host, scenario.Complete(network.Config{Listen: n.addr}))
	msg := s.NewMessaging(n.host, net, scenario.Complete(messaging.Config{Timeout: 2 * time.Second}))
	nodes := s.NewP2P(n.host, net, ledgers.Roster{Messaging: msg, Members: members, Self: n.addr}, scenario.Complete(peers))
	if len(meshed) > 0 {
		nodes = ledgers.NewMesh(nodes, members, meshed...)
	}
	return s.NewGossip(n.host, nodes, scenario.Complete(gossip.Config{})), nodes
}

// now is the time since the start.
func (n *ledgerNode) now() time.Duration { return n.host.Now().Sub(sim.Epoch()) }

// Final is ledgers.Watcher's.
func (n *ledgerNode) Final(id ledgers.OpID, at ledgers.Digest) {
	if told := n.told[at.Position]; !slices.Contains(told, at.Hash) {
		n.told[at.Position] = append(told, at.Hash)
	}
	if i, ours := n.run.byID[id]; ours {
		n.stands[i] = true
		if n.finals[i] == 0 {
			n.finals[i] = n.now()
		}
	}
}

// Undone is ledgers.Watcher's.
func (n *ledgerNode) Undone(id ledgers.OpID) {
	if i, ours := n.run.byID[id]; ours {
		n.undone[i], n.stands[i] = true, false
	}
}

// Refused is ledgers.Watcher's.
func (n *ledgerNode) Refused(id ledgers.OpID, _ error) {
	if _, ours := n.run.byID[id]; ours {
		n.refused++
	}
}

// Blamed is ledgers.Watcher's.
func (n *ledgerNode) Blamed(network.Addr, error) { n.blamed++ }

// counted counts what comes, answers too.
type counted struct {
	messaging.Messaging
	tallies []*traffic
	host    network.Host
}

func (c counted) count(bytes int) {
	t := c.tallies[sim.Worker(c.host)]
	t.messages++
	t.bytes += uint64(bytes)
}

// Handle is messaging.Messaging's.
func (c counted) Handle(kind messaging.Kind, h messaging.Handler) error {
	return c.Messaging.Handle(kind, func(from network.ConnID, payload []byte) ([]byte, bool) {
		c.count(len(payload) + len(kind))
		return h(from, payload)
	})
}

// Request is messaging.Messaging's.
func (c counted) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	c.Messaging.Request(to, kind, payload, func(reply []byte, err error) {
		if err == nil {
			c.count(len(reply))
		}
		done(reply, err)
	})
}

// deaf is the gossip of the second face of a member: of some clients it hears no payment. So what the faces say differs.
type deaf struct {
	gossip.Gossip
	to [][]byte // what such payments begin with
}

// Handle is gossip.Gossip's.
func (d deaf) Handle(kind messaging.Kind, h gossip.Handler) error {
	return d.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		if slices.ContainsFunc(d.to, func(begin []byte) bool { return bytes.HasPrefix(payload, begin) }) {
			return true
		}
		return h(from, payload)
	})
}

// unheard is what the payments of every second client begin with: in all ledgers the name of who pays comes first.
func (r *ledgerRun) unheard() (all [][]byte) {
	const part = 16 // of the name, also where it is a text
	for i, p := range r.payments {
		if p.client%2 == 1 && i < r.Spec.Ledger.Clients {
			all = append(all, p.op[:part])
		}
	}
	return all
}
