// Package causal is elective 10: see strata/ledgers/causal for what it promises.
package causal

import (
	"maps"
	"slices"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/p2p"
)

// node is one replica.
type node struct {
	host   network.Host
	gossip gossip.Gossip
	peers  p2p.P2P
	cfg    causal.Config
	root   causal.ID
	key    network.PublicKey
	watch  causal.Watcher

	ancestry *causal.Ancestry
	updates  map[causal.ID]*causal.Update
	ops      map[causal.ID][]causal.Op // of the delivered updates
	heads    map[causal.ID]bool
	document causal.Document
	waiting  causal.Waiting
	invalid  verdicts
	proven   map[*causal.Update]bool // of those that are just being taken: the signature is right

	steps  map[step]causal.ID // the first update that took it
	liars  map[network.PublicKey]bool
	proofs []causal.Proof

	last    causal.ID // this node's own last update
	disk    disk
	writes  writes
	talk    talk
	now     time.Duration // that has passed, by ticks: the clock may jump
	telling bool          // the heads are about to be told
	stopped bool
	failure error // why it stopped by itself
}

// New makes the elective.
func New(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg causal.Config) causal.Causal {
	root := cfg.Genesis.Root()
	return &node{
		host: host, gossip: g, peers: peers, cfg: cfg, root: root, key: host.Identity().Key(),
		ancestry: causal.NewAncestry(root),
		updates:  map[causal.ID]*causal.Update{},
		ops:      map[causal.ID][]causal.Op{},
		heads:    map[causal.ID]bool{root: true},
		document: NewDocument(),
		invalid:  verdicts{set: map[causal.ID]bool{}},
		steps:    map[step]causal.ID{},
		liars:    map[network.PublicKey]bool{},
		talk:     talk{wants: map[causal.ID]*want{}, peers: map[network.Addr]*peer{}},
	}
}

// Start is causal.Causal's.
func (n *node) Start(w causal.Watcher) error {
	n.watch = w
	if err := n.recover(); err != nil {
		return err
	}
	if err := n.gossip.Handle(causal.KindUpdate, n.gossiped); err != nil {
		return err
	}
	for kind, h := range map[kindOf]p2p.Handler{causal.KindHeads: n.heard, causal.KindList: n.list, causal.KindAsk: n.asked} {
		if err := n.peers.Handle(kind, h); err != nil {
			return err
		}
	}
	if err := n.gossip.Start(watcher{n}); err != nil {
		return err
	}
	n.tick()
	return nil
}

// Stop is causal.Causal's.
func (n *node) Stop() {
	if !n.stopped {
		n.stopped = true
		n.gossip.Stop()
	}
}

// fail stops the node by itself: its disk has failed (LED-9).
func (n *node) fail(err error) {
	if n.failure == nil {
		n.failure = err
		n.host.Log().Error("the document has stopped", "reason", err)
	}
	n.Stop()
}

// tick tells where the node stands, and does what is due.
func (n *node) tick() {
	if n.stopped {
		return
	}
	n.host.After(n.cfg.Tell, n.tick)
	n.now += n.cfg.Tell
	n.waiting.Expire(n.now)
	n.tell()
	n.ask()
}

// changed has the heads told, once for everything that happens at this instant (LED-7).
func (n *node) changed() {
	if n.telling || n.disk.reading {
		return
	}
	n.telling = true
	n.host.After(0, func() {
		n.telling = false
		if !n.stopped {
			n.tell()
		}
	})
}

// tell tells every peer where this node stands.
func (n *node) tell() {
	n.broadcast(causal.KindHeads, causal.HeadsOf(n.root, n.Heads()).Encode())
}

// broadcast sends every peer a message.
func (n *node) broadcast(kind kindOf, payload []byte) {
	if err := n.peers.Broadcast(kind, payload); err != nil {
		n.host.Log().Warn("a message was not sent", "kind", kind, "reason", err)
	}
}

// gossiped takes an update that is passed round, and passes it on if it is new and can be delivered (LED-6).
func (n *node) gossiped(from network.Addr, payload []byte) (pass bool) {
	if n.stopped {
		return false
	}
	u, err := causal.DecodeUpdate(payload)
	if err != nil {
		n.watch.Blamed(from, ledgers.ErrMalformed)
		return false
	}
	return n.arrive(u, from, false)
}

// watcher tells newcomers where this node stands, and forgets those that leave.
type watcher struct{ n *node }

func (w watcher) PeerArrived(peer network.Addr) { w.n.changed() }
func (w watcher) PeerLost(peer network.Addr) {
	w.n.talk.lost(peer)
	w.n.waiting.Lost(peer)
}

// Heads is causal.Causal's.
func (n *node) Heads() []causal.ID {
	return slices.SortedFunc(maps.Keys(n.heads), causal.ID.Compare)
}

// Update is causal.Causal's.
func (n *node) Update(id causal.ID) *causal.Update { return n.updates[id] }

// Document is causal.Causal's.
func (n *node) Document() causal.Document { return n.document }

// Proofs is causal.Causal's.
func (n *node) Proofs() []causal.Proof { return slices.Clone(n.proofs) }

// Failure is causal.Causal's.
func (n *node) Failure() error { return n.failure }
