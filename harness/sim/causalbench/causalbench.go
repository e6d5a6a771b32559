// Package causalbench measures how two replicas of elective 10 come to one document, under all layers: the figures L4
// of docs/targets.md.
package causalbench

import (
	"cmp"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/harness/sim"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// Pair is one measurement: two replicas with a history in common, of which each has updates that the other lacks.
// Every update is one operation on one list, and seven authors take turns in each of the three parts.
type Pair struct {
	Common int // updates that both have
	First  int // that the first alone has
	Second int // that the second alone has
	Size   int // bytes of an element; 0 means 6
}

// Result is what it has cost until both have everything. Setting up is not in it.
type Result struct {
	Elapsed  time.Duration // of the wall clock, both replicas together
	Bytes    uint64        // that they have sent each other
	Elements int           // of the list in the end
}

// authors of each part.
const authors = 7

// patience is how long the replicas may take, in their own time.
const patience = time.Hour

// replica is one of the two.
type replica struct {
	causal.Causal
	err error
}

// Delivered and its like make a replica its own watcher, which is told of nothing that it does not ask for later.
func (r *replica) Delivered(causal.ID, *causal.Update) {}

// Equivocated is never called: all authors are correct.
func (r *replica) Equivocated(causal.Proof) {}

// Blamed ends the measurement: both are correct.
func (r *replica) Blamed(from network.Addr, why error) {
	r.err = fmt.Errorf("causalbench: %s is blamed: %w", from, why)
}

// Run sets the two up, and lets them talk until they have the same. Error: they do not come to it, or the simulator's.
func (p Pair) Run(stack causal.Stack) (res Result, err error) {
	net, err := sim.New(sim.Config{Seed: 1})
	if err != nil {
		return Result{}, err
	}
	addrs := []network.Addr{"10.0.0.1:4000", "10.0.0.2:4000"}
	genesis := causal.Genesis{Document: "bench", Members: []ledgers.Member{{Key: newAuthor(0).Key(), Addr: addrs[0]}}}
	root, value := genesis.Root(), make([]byte, cmp.Or(p.Size, 6))
	common := write(root, 0, p.Common, value, nil)
	parts := [][]*causal.Update{
		slices.Concat(common, write(root, authors, p.First, value, common)),
		slices.Concat(common, write(root, 2*authors, p.Second, value, common)),
	}
	both := []*replica{{}, {}}
	for i, r := range both {
		net.Node(addrs[i], func(h network.Host) { r.boot(stack, h, genesis, addrs[i], addrs[1-i], parts[i]) })
	}
	net.Run(100 * time.Millisecond) // both have read their disks, and no connection is up yet
	began, sent := time.Now(), net.Stats().Bytes
	for at := 200 * time.Millisecond; ; at += 100 * time.Millisecond {
		net.Run(at)
		switch {
		case both[0].err != nil || both[1].err != nil:
			return Result{}, fmt.Errorf("causalbench: %v, %v", both[0].err, both[1].err)
		case at > patience:
			return Result{}, fmt.Errorf("causalbench: after %v two replicas still differ", patience)
		case both[0].Causal != nil && both[1].Causal != nil && slices.Equal(both[0].Heads(), both[1].Heads()):
			elements := len(both[1].Document().List("list"))
			return Result{time.Since(began), net.Stats().Bytes - sent, elements}, nil
		}
	}
}

// boot founds the disk with what the replica has, and starts it.
func (r *replica) boot(stack causal.Stack, h network.Host, genesis causal.Genesis, self, other network.Addr, has []*causal.Update) {
	ledgers.Found(h.Disk(), genesis.Chain(), h.Identity().Key(), func(err error) {
		scenario.Must(err)
		var shelf ledgers.Shelf
		scenario.Must(shelf.Open(h.Disk(), "updates", nil))
		for _, u := range has {
			_, err := shelf.Add(u.Encode())
			scenario.Must(err)
		}
		net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: self}))
		msg := stack.NewMessaging(h, net, scenario.Complete(messaging.Config{}))
		peers := stack.NewP2P(h, net, msg, scenario.Complete(p2p.Config{Self: self, Bootstrap: []network.Addr{other}}))
		g := stack.NewGossip(h, peers, scenario.Complete(gossip.Config{}))
		r.Causal = stack.NewCausal(h, g, peers, scenario.Complete(causal.Config{Genesis: genesis}))
		if err := r.Start(r); err != nil {
			r.err = err
		}
	})
}

// write makes updates of seven authors, who take turns: each names its own last one, and every other one names that of
// another author too. The first ones stand on the last of what there is.
func write(root causal.ID, first, n int, value []byte, on []*causal.Update) (all []*causal.Update) {
	begin := []causal.ID{root}
	if len(on) > 0 {
		begin = nil
		for _, u := range on[max(0, len(on)-authors):] {
			begin = append(begin, u.ID())
		}
		slices.SortFunc(begin, causal.ID.Compare)
	}
	var keys [authors]author
	for i := range keys {
		keys[i] = newAuthor(first + i)
	}
	for i := range n {
		a, other := &keys[i%authors], &keys[(i+3)%authors]
		u := &causal.Update{Document: root, Prev: a.last, Predecessors: begin}
		if a.last != (causal.ID{}) {
			u.Predecessors = []causal.ID{a.last}
			if i%2 == 0 {
				u.Predecessors = append(u.Predecessors, other.last)
				slices.SortFunc(u.Predecessors, causal.ID.Compare)
			}
		}
		op := a.operation(i, value)
		u.Body = causal.EncodeOps([]causal.Op{op})
		u.Sign(*a)
		if a.last = u.ID(); op.Action == causal.Insert {
			a.behind = causal.ElementID{Update: a.last}
		}
		all = append(all, u)
	}
	return all
}

// author is one who writes into the list.
type author struct {
	key    ed25519.PrivateKey
	last   causal.ID
	behind causal.ElementID // its last element
}

// newAuthor is the n-th.
func newAuthor(n int) author {
	seed := make([]byte, ed25519.SeedSize)
	seed[0], seed[1] = byte(n), 4
	return author{key: ed25519.NewKeyFromSeed(seed)}
}

// Key and Sign make it a network.Identity.
func (a author) Key() network.PublicKey { return network.PublicKey(a.key.Public().(ed25519.PublicKey)) }

// Sign signs.
func (a author) Sign(message []byte) network.Signature {
	return network.Signature(ed25519.Sign(a.key, message))
}

// operation is the author's next one: it writes on behind its last element, and every eighth time deletes that.
func (a *author) operation(i int, value []byte) causal.Op {
	list := causal.Key{Kind: causal.List, Name: "list"}
	if i/authors%8 == 7 {
		return causal.Op{Action: causal.Delete, Key: list, Element: a.behind}
	}
	return causal.Op{Action: causal.Insert, Key: list, Element: a.behind, Value: value}
}
