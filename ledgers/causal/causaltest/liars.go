package causaltest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// liar is a peer that says whatever does most harm: two updates in one place, each told to some of the others; updates
// that are invalid, and updates on these; heads that nobody has; copies with other signatures.
type liar struct {
	c       *cluster
	host    network.Host
	rng     *rand.Rand
	peers   p2p.P2P
	authors []*author
	known   []*causal.Update // that it may build on, and give
	bad     map[causal.ID]bool
}

// beside has some replicas write beside liars, which lie for six seconds and give what they like until the end. One of
// the replicas is away for a while, and has to be told of what it missed by whoever speaks of it.
func (s suite) beside(w scenario.World, correct, liars int) {
	c := s.cluster(w, correct)
	bad := map[causal.ID]bool{}
	for i := range liars {
		addr := w.Addr(correct + i)
		l := &liar{c: c, bad: bad, rng: rand.New(rand.NewPCG(w.Rand().Uint64(), 1))}
		for n := range 3 {
			l.authors = append(l.authors, newAuthor(c.genesis.Root(), 10*i+n))
		}
		c.liars = append(c.liars, addr)
		w.Node(addr, func(h network.Host) { l.boot(h, addr) })
		for step := range 40 {
			w.At(2*second+time.Duration(step)*150*time.Millisecond, addr, "lie", l.lie)
		}
	}
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 4 * second, For: 3 * second, A: []network.Addr{c.replicas[correct-1].addr}})
	c.writes(25, 8*second)
	for at := 3 * second; at < lookUntil; at += second {
		w.At(at, c.replicas[0].addr, "compare what correct ones have", func() {
			if err := c.shared(); err != nil {
				w.Fail(cau3Liars, "%v", err)
			}
		})
	}
	w.AtEnd(cau3Liars, c.heardLiars)
	w.AtEnd(cau4Neither, func() error {
		for _, r := range c.replicas {
			for _, id := range r.order {
				if bad[id] {
					return fmt.Errorf("expected that no invalid update is delivered, got %.8s at replica %d", id, r.number)
				}
			}
		}
		return nil
	})
}

// sharedIn is how long what one correct replica has may lack at another: a few askings of liars that do not answer.
const sharedIn = 12 * second

// shared checks that what one correct replica has delivered the others have soon after. Liars give what they held back
// whenever they like, so there need not be a moment at which all have the same.
func (c *cluster) shared() error {
	for _, one := range c.replicas {
		for _, id := range one.order {
			for _, other := range c.replicas {
				since := max(one.when[id], other.booted)
				if other.causal != nil && other.causal.Update(id) == nil && c.w.Now()-since > sharedIn {
					return fmt.Errorf("expected that replica %d has what replica %d has had for %v, got %.8s missing",
						other.number, one.number, scenario.Round(c.w.Now()-since), id)
				}
			}
		}
	}
	return nil
}

// heardLiars checks that what liars wrote, and is valid, is in the document: else nothing was asked of anybody.
func (c *cluster) heardLiars() error {
	for _, id := range c.replicas[0].order {
		author := c.replicas[0].causal.Update(id).Author
		if !slices.ContainsFunc(c.genesis.Members, func(m ledgers.Member) bool { return m.Key == author }) {
			return nil
		}
	}
	return errors.New("expected that valid updates of liars are delivered as others are, got none")
}

// boot puts the layers together, below which nothing is wrong.
func (l *liar) boot(h network.Host, self network.Addr) {
	l.host = h
	var others []network.Addr
	for _, r := range l.c.replicas {
		others = append(others, r.addr)
	}
	stack := l.c.suite.stack
	net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: self}))
	msg := ledgers.Roster{Self: self, Members: l.c.genesis.Members,
		Messaging: stack.NewMessaging(h, net, scenario.Complete(messaging.Config{Timeout: second}))}
	l.peers = stack.NewP2P(h, net, msg, scenario.Complete(p2p.Config{Self: self, Bootstrap: others, Interval: second}))
	g := stack.NewGossip(h, l.peers, scenario.Complete(gossip.Config{}))
	scenario.Must(g.Handle(causal.KindUpdate, func(_ network.Addr, payload []byte) bool {
		if u, err := causal.DecodeUpdate(slices.Clone(payload)); err == nil && !l.bad[u.ID()] {
			l.known = append(l.known, u)
		}
		return l.rng.IntN(2) == 0
	}))
	scenario.Must(l.peers.Handle(causal.KindAsk, l.answer))
	scenario.Must(g.Start(nobody{}))
}

// nobody does not care who its peers are.
type nobody struct{}

func (nobody) PeerArrived(network.Addr) {}
func (nobody) PeerLost(network.Addr)    {}

// answer gives what it was asked for, if it likes, and sometimes with another signature.
func (l *liar) answer(_ network.Addr, payload []byte) ([]byte, bool) {
	a, err := causal.DecodeAsk(payload)
	if err != nil || l.rng.IntN(4) == 0 {
		return nil, false
	}
	var answer [][]byte
	for _, u := range l.known {
		if slices.Contains(a.IDs, u.ID()) {
			copied := *u
			if l.rng.IntN(5) == 0 {
				copied.Signature[0] ^= 1
			}
			answer = append(answer, copied.Encode())
		}
	}
	return causal.EncodeAnswer(answer), true
}

// lie makes an update or two, and tells some peers of each.
func (l *liar) lie() {
	a := l.authors[l.rng.IntN(len(l.authors))]
	on := l.foundation()
	prev := a.last
	if !slices.ContainsFunc(on, func(u *causal.Update) bool { return u.ID() == prev }) {
		prev = causal.ID{} // its first, once more
	}
	for range 1 + l.rng.IntN(2) {
		op := insert("todo", causal.ElementID{}, fmt.Sprint("lie ", l.rng.IntN(1000)))
		invalid := l.rng.IntN(4) == 0
		if invalid {
			op = remove("todo", causal.ElementID{Update: l.c.genesis.Root(), Index: 1})
		}
		u := a.draft(prev, on, op)
		if l.bad[u.ID()] = invalid || slices.ContainsFunc(on, func(u *causal.Update) bool { return l.bad[u.ID()] }); !l.bad[u.ID()] {
			a.last = u.ID()
		}
		l.known = append(l.known, u)
		l.tell(u.ID())
	}
	l.tell(causal.ID{byte(l.rng.IntN(256)), 1}) // which nobody has
	if n := len(l.known); n > 0 {
		l.tell(l.known[n-1-l.rng.IntN(min(n, 8))].ID()) // which others have, and it may not give
	}
}

// foundation is one or two of the updates that it knows; nothing for the root.
func (l *liar) foundation() []*causal.Update {
	chosen := map[causal.ID]*causal.Update{}
	for range l.rng.IntN(3) {
		if n := len(l.known); n > 0 {
			u := l.known[n-1-l.rng.IntN(min(n, 8))]
			chosen[u.ID()] = u
		}
	}
	return slices.SortedFunc(maps.Values(chosen), func(a, b *causal.Update) int { return a.ID().Compare(b.ID()) })
}

// tell tells each peer, or not, of a head.
func (l *liar) tell(head causal.ID) {
	for _, peer := range l.peers.Peers() {
		if l.rng.IntN(2) == 0 {
			_ = l.peers.Send(peer, causal.KindHeads, causal.HeadsOf(l.c.genesis.Root(), []causal.ID{head}).Encode())
		}
	}
}
