package causaltest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/causal/blocks"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// wholes are replicas on all layers, which have to come to one document: soon after the last write, also beside liars.
func (s suite) wholes() []scenario.Scenario {
	whole := func(name, title string, rules []string, faults scenario.Faults, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.4", Rules: rules, For: lookUntil, Faults: faults, Setup: setup,
		})
	}
	return []scenario.Scenario{
		whole("one-document", "Four replicas that write at once come to one document.", []string{"CAU-3", "CAU-6", "LED-7"},
			scenario.Faults{}, func(w scenario.World) { s.cluster(w, 4).writing(25, 8*second, sameBy) }),
		whole("partition", "Two halves that were apart, and wrote, come to one document.", []string{"CAU-3", "CAU-6", "LED-7"},
			scenario.Faults{}, s.partition),
		whole("late-joiner", "A replica that comes late, and one that crashes, catch up.", []string{"CAU-1", "CAU-3"},
			scenario.Faults{}, s.lateJoiner),
		whole("twins", "Two that write with one key, each knowing of the other late, do not keep the rest apart.",
			[]string{"CAU-3", "CAU-6", "CAU-7"}, scenario.Faults{}, s.twins),
		whole("liars", "Beside two that lie in every way, four come to one document with nothing invalid in it.",
			[]string{"CAU-3", "CAU-4"}, scenario.Faults{}, func(w scenario.World) { s.beside(w, 4, 2) }),
		whole("outnumbered", "Beside five that lie in every way, three come to one document with nothing invalid in it.",
			[]string{"CAU-3", "CAU-4"}, scenario.Faults{}, func(w scenario.World) { s.beside(w, 3, 5) }),
	}
}

// When replicas have one document, and until when it has to stay the same.
const (
	sameBy    = 30 * second
	lookUntil = 40 * second
)

// cluster is replicas of one document in a full mesh.
type cluster struct {
	w        scenario.World
	suite    suite
	genesis  causal.Genesis
	replicas []*replica
	liars    []network.Addr
	written  int
	order    *order // nil: nobody agrees on blocks
}

// replica is one node.
type replica struct {
	cluster *cluster
	number  int
	addr    network.Addr // by which the world knows it
	listens network.Addr
	boots   int
	host    network.Host
	causal  causal.Causal  // nil: not started
	ledger  *blocks.Ledger // nil: not started, or nobody agrees on blocks
	order   []causal.ID
	booted  time.Duration
	when    map[causal.ID]time.Duration // it delivered them, in this life
}

// cluster makes n replicas, each with a founded disk.
func (s suite) cluster(w scenario.World, n int) *cluster {
	c := &cluster{w: w, suite: s, genesis: causal.Genesis{Document: "paper"}}
	for i := range n {
		addr := w.Addr(i)
		c.genesis.Members = append(c.genesis.Members, ledgers.Member{Key: w.Key(addr), Addr: addr})
		c.replicas = append(c.replicas, &replica{cluster: c, number: i, addr: addr, listens: addr})
	}
	for _, r := range c.replicas {
		w.Node(r.addr, r.boot)
		w.Show(r.addr, r.describe)
	}
	return c
}

// describe is what a debugger shows of a replica.
func (r *replica) describe() string {
	if r.causal == nil {
		return "down"
	}
	return fmt.Sprintf("%d updates, %d heads, %q", len(r.order), len(r.causal.Heads()), shown(r.causal.Document(), "todo"))
}

// boot founds the disk at the first boot, and starts the replica.
func (r *replica) boot(h network.Host) {
	r.host, r.causal, r.ledger, r.order = h, nil, nil, nil
	r.booted, r.when = r.cluster.w.Now(), map[causal.ID]time.Duration{}
	r.boots++
	if r.boots > 1 {
		r.start(h)
		return
	}
	ledgers.Found(h.Disk(), r.cluster.genesis.Chain(), h.Identity().Key(), func(err error) {
		scenario.Must(err)
		r.start(h)
	})
}

// start puts the layers together.
func (r *replica) start(h network.Host) {
	c := r.cluster
	var others []network.Addr
	for _, other := range c.replicas {
		if other.listens != r.listens {
			others = append(others, other.addr)
		}
	}
	stack := c.suite.stack
	net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: r.listens}))
	msg := ledgers.Roster{Self: r.listens, Members: c.genesis.Members,
		Messaging: stack.NewMessaging(h, net, scenario.Complete(messaging.Config{Timeout: second}))}
	peers := stack.NewP2P(h, net, msg, scenario.Complete(p2p.Config{Self: r.listens, Bootstrap: others, Interval: second}))
	if c.order != nil {
		c.order.start(r, h, peers)
		return
	}
	g := stack.NewGossip(h, peers, scenario.Complete(gossip.Config{}))
	r.causal = stack.NewCausal(h, g, peers, scenario.Complete(causal.Config{Genesis: c.genesis}))
	if err := r.causal.Start(replicaWatcher{r}); err != nil {
		c.w.Fail(CAU2Once, "expected that replica %d starts, got %v", r.number, err)
		r.causal = nil
	}
}

// replicaWatcher holds the order of deliveries against the rule.
type replicaWatcher struct{ r *replica }

func (w replicaWatcher) Delivered(id causal.ID, _ *causal.Update) {
	if slices.Contains(w.r.order, id) {
		w.r.cluster.w.Fail(CAU2Once, "expected that an update is delivered once, got %.8s twice at replica %d", id, w.r.number)
	}
	w.r.order = append(w.r.order, id)
	w.r.when[id] = w.r.cluster.w.Now()
}
func (w replicaWatcher) Equivocated(causal.Proof) {}
func (w replicaWatcher) Blamed(from network.Addr, why error) {
	if slices.Contains(w.r.cluster.liars, from) {
		return
	}
	w.r.cluster.w.Fail(led4Dropped, "expected that no replica is blamed where all are correct, got %s blamed by %d: %v", from, w.r.number, why)
}

// writes has a replica write into the list behind one of the elements that it shows, or delete one.
func (r *replica) writes() {
	c := r.cluster
	if r.causal == nil {
		return
	}
	elements := r.causal.Document().List("todo")
	behind := causal.ElementID{}
	if n := len(elements); n > 0 {
		behind = elements[c.w.Rand().IntN(n)].ID
	}
	c.written++
	op := insert("todo", behind, fmt.Sprint(c.written))
	if len(elements) > 3 && c.w.Rand().IntN(5) == 0 {
		op = remove("todo", behind)
	}
	r.causal.Write([]causal.Op{op, set("title", fmt.Sprint(c.written))}, func(_ causal.ID, err error) {
		if err != nil {
			c.w.Fail(cau1Names, "expected that a write is taken, got %v", err)
		}
	})
}

// writing has replicas write at random until a time, and wants one document by another.
func (c *cluster) writing(times int, until, same time.Duration) {
	c.writes(times, until)
	c.w.By(same, cau3Same, func() error {
		if c.w.Now() < until { // they may be the same for a moment
			return errors.New("expected the same heads after the last write, got it not written yet")
		}
		return c.same()
	})
	c.w.AtEnd(cau3Same, c.same)
}

// writes has replicas write at random until a time.
func (c *cluster) writes(times int, until time.Duration) {
	for range times {
		r := c.replicas[c.w.Rand().IntN(len(c.replicas))]
		at := 2*second + time.Duration(c.w.Rand().Int64N(int64(until-2*second)))
		c.w.At(at, r.addr, "write", r.writes)
	}
}

// same checks that all replicas have the same heads and the same document.
func (c *cluster) same() error {
	var first *replica
	for _, r := range c.replicas {
		switch {
		case r.causal == nil:
			return fmt.Errorf("expected that replica %d is up, got it down", r.number)
		case first == nil:
			first = r
		case !slices.Equal(first.causal.Heads(), r.causal.Heads()):
			return fmt.Errorf("expected the same heads everywhere, got %s at replica %d and %s at %d",
				first.describe(), first.number, r.describe(), r.number)
		case (&graph{}).read(first.causal.Document()) != (&graph{}).read(r.causal.Document()):
			return fmt.Errorf("expected one document of one set of updates, got %s at replica %d and %s at %d",
				first.describe(), first.number, r.describe(), r.number)
		}
	}
	if len(first.order) < c.written/2 {
		return errors.New("expected that what was written is delivered, got most of it missing")
	}
	return nil
}

// partition cuts two halves apart for four seconds of writing.
func (s suite) partition(w scenario.World) {
	c := s.cluster(w, 4)
	half := []network.Addr{c.replicas[0].addr, c.replicas[1].addr}
	other := []network.Addr{c.replicas[2].addr, c.replicas[3].addr}
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 3 * second, For: 5 * second, A: half, B: other})
	c.writing(40, 8*second, sameBy)
}

// lateJoiner crashes one replica twice, while all write; for the second time it is away long.
func (s suite) lateJoiner(w scenario.World) {
	c := s.cluster(w, 4)
	one := []network.Addr{c.replicas[3].addr}
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 2500 * time.Millisecond, For: second / 2, A: one})
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 4 * second, For: 4 * second, A: one})
	c.writing(60, 8*second, sameBy)
}

// twins has a second node with the key of the first write too.
func (s suite) twins(w scenario.World) {
	c := s.cluster(w, 3)
	twin := &replica{cluster: c, number: 3, addr: w.Addr(3), listens: c.replicas[0].addr}
	w.Twin(c.replicas[0].addr, twin.addr, twin.boot)
	for i, r := range []*replica{c.replicas[0], twin, twin, c.replicas[0]} {
		w.At(3*second+time.Duration(i)*5*time.Millisecond, r.addr, "write as one of two", r.writes)
	}
	c.writing(20, 8*second, sameBy)
	w.AtEnd(cau7Proof, func() error {
		for _, r := range c.replicas[1:] {
			if n := len(r.causal.Proofs()); n != 1 {
				return fmt.Errorf("expected that replica %d has one proof of the two that write with one key, got %d", r.number, n)
			}
		}
		return nil
	})
}
