package causaltest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/gossip"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/causal/blocks"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// order is what an observer of all replicas knows of the blocks that members agree on.
type order struct {
	c        *cluster
	interval time.Duration
	decided  []made // from height 1 on
	lies     bool   // somebody does: who is blamed does not matter
	apart    map[network.Addr]bool
	apartTo  time.Duration // until then nothing of the document passes between those and the rest
}

// made is a block, and what it has made.
type made struct {
	agreement.Block
	state [32]byte
}

// balance is what each replica's key has in genesis.
const balance = 50

// agreeing makes n replicas, of which the first few are members that agree on blocks, each with something to spend.
func (s suite) agreeing(w scenario.World, n, members int, interval time.Duration) *order {
	c := s.cluster(w, n)
	c.genesis.Members = c.genesis.Members[:members]
	for i := range n {
		c.genesis.Accounts = append(c.genesis.Accounts, causal.Account{Key: w.Key(w.Addr(i)), Balance: balance})
	}
	c.order = &order{c: c, interval: interval, apart: map[network.Addr]bool{}}
	return c.order
}

// start starts a replica with its blocks.
func (o *order) start(r *replica, h network.Host, peers p2p.P2P) {
	c := o.c
	held := &holding{peers, o, r.addr}
	g := c.suite.stack.NewGossip(h, held, scenario.Complete(gossip.Config{}))
	cfg := scenario.Complete(causal.Config{Genesis: c.genesis, Interval: o.interval})
	r.ledger = blocks.New(h, g, held, cfg, c.suite.stack)
	r.causal = r.ledger.Replica()
	if err := r.ledger.Start(orderWatcher{replicaWatcher{r}, o}); err != nil {
		c.w.Fail(cau8Agree, "expected that replica %d starts, got %v", r.number, err)
		r.causal, r.ledger = nil, nil
	}
}

// orderWatcher compares the blocks of a replica with those of the others.
type orderWatcher struct {
	replicaWatcher
	o *order
}

func (w orderWatcher) Blamed(from network.Addr, why error) {
	if !w.o.lies {
		w.replicaWatcher.Blamed(from, why)
	}
}

func (w orderWatcher) Executed(b agreement.Block, _ []causal.Outcome) {
	o, r := w.o, w.r
	own := made{b, r.ledger.State().Digest()}
	if n := r.ledger.State().Height; n != b.Height {
		o.c.w.Fail(cau8Agree, "expected that each block is executed once and in order, got block %d at height %d of replica %d", b.Height, n, r.number)
		return
	}
	if b.Height > uint64(len(o.decided)) {
		o.decided = append(o.decided, own)
		return
	}
	switch one := o.decided[b.Height-1]; {
	case one.Hash != own.Hash:
		o.c.w.Fail(cau8Undone, "expected one block of height %d, got %x at replica %d and %x before", b.Height, own.Hash[:4], r.number, one.Hash[:4])
	case one.state != own.state:
		o.c.w.Fail(cau8Alike, "expected one state after block %d, got another at replica %d", b.Height, r.number)
	}
}

// pays has a replica write a transfer to another one's key, if it is up.
func (r *replica) pays(to int, amount uint64) {
	if r.causal == nil {
		return
	}
	d := causal.Deed{Kind: causal.Transfer, To: r.cluster.w.Key(r.cluster.w.Addr(to)), Amount: amount}
	r.causal.Write([]causal.Op{d.Op()}, func(causal.ID, error) {})
}

// paying has replicas pay one another at random between two moments: some payments overspend.
func (o *order) paying(times int, from, until time.Duration, by ...*replica) {
	w := o.c.w
	for range times {
		r := by[w.Rand().IntN(len(by))]
		to, amount := w.Rand().IntN(len(o.c.replicas)), uint64(1+w.Rand().IntN(balance))
		w.At(from+time.Duration(w.Rand().Int64N(int64(until-from))), r.addr, "pay", func() { r.pays(to, amount) })
	}
}

// reached checks that replicas have a height, and one state.
func (o *order) reached(height uint64, replicas ...*replica) error {
	for _, r := range replicas {
		if r.ledger == nil {
			return fmt.Errorf("expected that replica %d is up, got it down", r.number)
		}
		if at := r.ledger.State().Height; at < height {
			return fmt.Errorf("expected height %d at replica %d, got %d: %s", height, r.number, at, r.orders())
		}
	}
	return nil
}

// executed checks that replicas have everything in their blocks that they have delivered.
func (o *order) executed(replicas ...*replica) error {
	for _, r := range replicas {
		if r.ledger == nil {
			return fmt.Errorf("expected that replica %d is up, got it down", r.number)
		}
		var cut []causal.ID
		if s := r.ledger.Standing(); s.Newest.Height > 0 {
			cut, _ = blocks.DecodeCut(s.Newest.Content)
		}
		if left, whole := r.causal.Cut(r.causal.Heads(), cut); len(left) > 0 || !whole || len(r.order) == 0 {
			return fmt.Errorf("expected that all updates are in a block, got %d of %d that are not at replica %d", len(left), len(r.order), r.number)
		}
		if sum := r.ledger.State().Supply(); sum != balance*uint64(len(o.c.replicas)) {
			return fmt.Errorf("expected that nothing is lost or made, got %d in all", sum)
		}
	}
	return nil
}

// orders is what a message says of a replica's blocks.
func (r *replica) orders() string {
	s := r.ledger.Standing()
	return fmt.Sprintf("newest block %d by member %d, round %d led by member %d", s.Newest.Height, s.Newest.Maker, s.Round, s.Leader)
}

// makers checks that all blocks from a height on are of one member, of which one says whether it may be.
func (o *order) makers(from int, may func(member int) bool) error {
	if len(o.decided) < from {
		return errors.New("expected more blocks, got fewer")
	}
	last := o.decided[from-1:]
	for _, b := range last {
		if b.Maker != last[0].Maker || !may(b.Maker) {
			return fmt.Errorf("expected one leader that stays from block %d on, got block %d by member %d and block %d by %d",
				from, last[0].Height, last[0].Maker, b.Height, b.Maker)
		}
	}
	return nil
}

// holding is peers between two halves of which nothing of the document passes for a while: what members say does.
type holding struct {
	p2p.P2P
	o    *order
	self network.Addr
}

// holds says whether a message is held back.
func (h *holding) holds(kind messaging.Kind, to network.Addr) bool {
	return strings.Contains(string(kind), "cau:") && h.o.c.w.Now() < h.o.apartTo && h.o.apart[h.self] != h.o.apart[to]
}

func (h *holding) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	except = slices.Clone(except)
	for _, peer := range h.Peers() {
		if h.holds(kind, peer) {
			except = append(except, peer)
		}
	}
	return h.P2P.Broadcast(kind, payload, except...)
}

func (h *holding) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	if h.holds(kind, to) {
		return nil
	}
	return h.P2P.Send(to, kind, payload)
}

func (h *holding) Request(to network.Addr, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	if h.holds(kind, to) {
		return // as one that is never answered
	}
	h.P2P.Request(to, kind, payload, done)
}
