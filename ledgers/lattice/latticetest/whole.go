package latticetest

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// cluster is a network of nodes, of which the first are representatives with equal weights.
type cluster struct {
	w       scenario.World
	suite   suite
	genesis lattice.Genesis
	chain   ledgers.ChainID
	members []*member
	winners map[lattice.Root]lattice.Hash // what is cemented anywhere
	purses  []*purse
	planned []ledgers.OpID // what has to become final everywhere
	revived func(bool)     // whether a node started again with something cemented; nil: nobody asks
}

// member is one node.
type member struct {
	cluster *cluster
	number  int
	addr    network.Addr
	boots   int
	ledger  lattice.Lattice // nil: down, or not started
}

// cluster makes nodes, the first reps of which have 1000 each; accounts of as many clients begin with that.
func (s suite) cluster(w scenario.World, reps, nodes int) *cluster {
	c := &cluster{w: w, suite: s, winners: map[lattice.Root]lattice.Hash{}}
	c.genesis = lattice.Genesis{Least: lattice.Whole, Send: receiveWork, Receive: receiveWork}
	for i := range nodes {
		c.members = append(c.members, &member{cluster: c, number: i, addr: w.Addr(i)})
	}
	var keys []ed25519.PrivateKey
	for i := range reps {
		keys = append(keys, keyOf(i))
		c.genesis.Accounts = append(c.genesis.Accounts, lattice.Opening{
			Account: accountOf(keys[i]), Balance: lattice.Raw(stake), Representative: w.Key(w.Addr(i)),
		})
	}
	c.chain = c.genesis.Chain()
	for i, key := range keys {
		c.purses = append(c.purses, purseOf(&c.genesis, key, i))
	}
	for _, m := range c.members {
		w.Node(m.addr, m.boot)
		w.Show(m.addr, m.describe)
	}
	w.Always(lat3Supply, c.sums)
	return c
}

// sums checks that no node has made or lost anything.
func (c *cluster) sums() error {
	for _, m := range c.members {
		if m.ledger != nil && m.ledger.Book().Settled() != c.genesis.Supply() {
			return fmt.Errorf("expected that balances and pending entries sum to %v, got %v at node %d",
				c.genesis.Supply(), m.ledger.Book().Settled(), m.number)
		}
	}
	return nil
}

// describe is what a debugger shows of a node.
func (m *member) describe() string {
	if m.ledger == nil {
		return "down"
	}
	loose, _ := m.ledger.Book().Loose()
	return fmt.Sprintf("%d cemented, %d not", m.ledger.Digest().Position, loose)
}

// boot founds the disk at the first boot, and starts the ledger.
func (m *member) boot(h network.Host) {
	m.ledger = nil
	m.boots++
	if m.boots > 1 {
		m.start(h)
		return
	}
	ledgers.Found(h.Disk(), m.cluster.chain, h.Identity().Key(), func(err error) {
		scenario.Must(err)
		m.start(h)
	})
}

// layers puts the layers below together, for a node of the ledger or for one that only talks.
func (c *cluster) layers(h network.Host, self network.Addr) (gossip.Gossip, p2p.P2P) {
	var others []network.Addr
	roster := ledgers.Roster{Self: self}
	for _, other := range c.members {
		roster.Members = append(roster.Members, ledgers.Member{Addr: other.addr})
		if other.addr != self {
			others = append(others, other.addr)
		}
	}
	stack := c.suite.stack
	net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: self}))
	roster.Messaging = stack.NewMessaging(h, net, scenario.Complete(messaging.Config{Timeout: time.Second}))
	peers := stack.NewP2P(h, net, roster, scenario.Complete(p2p.Config{Self: self, Bootstrap: others, Interval: time.Second}))
	return stack.NewGossip(h, peers, scenario.Complete(gossip.Config{})), peers
}

func (m *member) start(h network.Host) {
	c := m.cluster
	g, peers := c.layers(h, m.addr)
	m.ledger = c.suite.stack.NewLattice(h, g, peers, scenario.Complete(lattice.Config{Genesis: c.genesis}))
	if err := m.ledger.Start(heard{m}); err != nil {
		m.ledger = nil
		c.w.Fail(lat6Restarts, "expected that node %d starts, got %v", m.number, err)
		return
	}
	if m.boots > 1 && c.revived != nil {
		c.revived(m.ledger.Digest().Position > uint64(len(c.genesis.Accounts)))
	}
}

// heard is what a node's ledger tells.
type heard struct{ m *member }

// Final is ledgers.Watcher's: in one place there is one cemented block, whoever says so.
func (h heard) Final(id ledgers.OpID, _ ledgers.Digest) {
	c := h.m.cluster
	root := h.m.ledger.Book().Block(lattice.Hash(id)).Root()
	if other, ok := c.winners[root]; ok && other != lattice.Hash(id) {
		c.w.Fail(LAT7Good, "expected one cemented block in a place, got %x.. at node %d and %x.. before", id[:4], h.m.number, other[:4])
	}
	c.winners[root] = lattice.Hash(id)
}

func (h heard) Undone(ledgers.OpID) {
	h.m.cluster.w.Fail(LAT7Good, "expected that what is cemented stays, got a block undone")
}
func (h heard) Refused(ledgers.OpID, error) {}

// Blamed is ledgers.Watcher's: nobody here sends what no correct node sends, whatever fails.
func (h heard) Blamed(from network.Addr, why error) {
	h.m.cluster.w.Fail(led4Blamed, "expected that nobody is blamed where all are correct, got %s blamed by node %d: %v", from, h.m.number, why)
}

// submits hands a block to a node, if it is up.
func (m *member) submits(b *lattice.Block) {
	if m.ledger != nil {
		_, _ = m.ledger.Submit(b.Encode()) // a node that lacks what is before it takes it later
	}
}

// plans has a block become final everywhere.
func (c *cluster) plans(b *lattice.Block) *lattice.Block {
	c.planned = append(c.planned, ledgers.OpID(b.Hash(c.chain)))
	return b
}

// pays has a client pay another, at a node, and again every 5 seconds: a node that crashed may have lost it.
func (c *cluster) pays(from, to int, at time.Duration) *lattice.Block {
	send := c.plans(c.purses[from].send(c.purses[to].account, uint64(1+c.w.Rand().IntN(20))))
	c.submit(send, at)
	return send
}

func (c *cluster) submit(b *lattice.Block, at time.Duration) {
	m := c.members[c.w.Rand().IntN(len(c.members))]
	for i := range 4 {
		c.w.At(at+time.Duration(5*i)*second, m.addr, "submit a block", func() { m.submits(b) })
	}
}

// until draws a time.
func (c *cluster) until(most time.Duration) time.Duration {
	return time.Duration(c.w.Rand().Int64N(int64(most)))
}

// settled checks that everything planned is final at every node, and that all have one digest.
func (c *cluster) settled() error {
	for _, m := range c.members {
		if m.ledger == nil {
			return fmt.Errorf("expected node %d to be up, got it down", m.number)
		}
		if m.ledger.Digest() != c.members[0].ledger.Digest() {
			return errors.New("expected one digest at all nodes once nothing waits, got two")
		}
		for i, id := range c.planned {
			if got := m.ledger.Status(id).State; got != ledgers.Final {
				return fmt.Errorf("expected block %d of %d to be final at node %d, got %v", i, len(c.planned), m.number, got)
			}
		}
	}
	return nil
}

// whole is nodes together.
func (s suite) whole() []scenario.Scenario {
	faults := scenario.Faults{Jitter: 50 * time.Millisecond, Fragment: true, Resets: 3, Crashes: 2, Partitions: 1, Until: 25 * second}
	one := func(name, title, step string, length time.Duration, f scenario.Faults, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/" + name, Title: title, Step: step, Rules: rules, For: length, Faults: f, Setup: setup,
		})
	}
	none := scenario.Faults{}
	return []scenario.Scenario{
		one("pay", "A payment submitted anywhere becomes final everywhere, and is received.", "lattice.4", 12*second, none, s.pay, "LAT-3", "LAT-7", "LED-5"),
		one("storm", "Payments become final everywhere, whatever failed in between.", "lattice.4", 50*second, faults, s.storm, "LAT-6", "LAT-7", "LED-7"),
		one("halves", "Two halves cement nothing while they are apart, and everything once they are together.", "lattice.4", 40*second, none, s.halves, "LAT-5", "LED-7"),
		one("double", "Of two blocks told to two halves one is cemented, everywhere the same.", "lattice.4", 40*second, none, s.double, "LAT-4", "LAT-6", "LAT-7"),
		one("two-votes", "A representative that votes for both of a fork makes nobody cement both.", "lattice.4", 30*second, none, s.twoVotes, "LAT-5", "LAT-6", "LAT-7"),
		one("newcomer", "A node that comes late has everything, by the votes of others.", "lattice.4", 60*second, none, s.newcomer, "LAT-10", "LAT-8"),
	}
}

// pay has two clients pay each other.
func (s suite) pay(w scenario.World) {
	c := s.cluster(w, 4, 5)
	send := c.pays(0, 1, 3*second)
	c.pays(2, 3, 3*second+c.until(second))
	receive := c.plans(c.purses[1].receive(send, stake-c.purses[0].balance))
	c.submit(receive, 3*second+c.until(second)) // it waits until its source is cemented
	w.By(9*second, led7Has, c.settled)
	w.AtEnd(led5Digest, c.settled)
}

// storm has clients pay while nodes crash and connections fail.
func (s suite) storm(w scenario.World) {
	c := s.cluster(w, 4, 5)
	c.revived = w.Sometimes("a node that crashed had cemented something, and had it again")
	for i := range 10 {
		c.pays(i%4, (i+1)%4, 3*second+time.Duration(i)*second+c.until(second))
	}
	w.By(48*second, lat7Final, c.settled)
	w.AtEnd(led5Digest, c.settled)
}

// halves cuts four representatives in two.
func (s suite) halves(w scenario.World) {
	c := s.cluster(w, 4, 4)
	a := func(i int) network.Addr { return c.members[i].addr }
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 5 * second, For: 10 * second, A: []network.Addr{a(0), a(1)}, B: []network.Addr{a(2), a(3)}})
	for i := range 4 {
		c.pays(i, (i+1)%4, 6*second+c.until(3*second))
	}
	w.At(14*second, a(0), "look", func() {
		for _, m := range c.members {
			if m.ledger != nil && m.ledger.Digest().Position != 4 {
				w.Fail(lat5Quorum, "expected that half of the weight cements nothing, got %d blocks at node %d", m.ledger.Digest().Position-4, m.number)
			}
		}
	})
	w.By(38*second, led7Has, c.settled)
}

// double has an owner give two blocks for one place to two halves, at the same time.
func (s suite) double(w scenario.World) {
	c := s.cluster(w, 5, 5)
	p := c.purses[0]
	first, other := p.copy().send(c.purses[1].account, 5), p.copy().send(c.purses[2].account, 6)
	at := 4*second + c.until(second)
	n := 1 + w.Rand().IntN(4)
	for i, m := range c.members {
		b := first
		if i >= n {
			b = other
		}
		w.At(at, m.addr, "submit one of two", func() { m.submits(b) })
	}
	w.By(35*second, lat7Final, func() error {
		for _, m := range c.members {
			if m.ledger == nil || m.ledger.Digest() != c.members[0].ledger.Digest() || m.ledger.Digest().Position != 6 {
				return fmt.Errorf("expected that one of the two is cemented everywhere, got node %d: %s", m.number, m.describe())
			}
		}
		return nil
	})
}

// twoVotes has the fifth node hold no ledger: it signs final votes for both blocks of a fork, and sends each to all.
func (s suite) twoVotes(w scenario.World) {
	c := s.cluster(w, 5, 4)
	liar := w.Addr(4)
	p := c.purses[0]
	first, other := p.copy().send(c.purses[1].account, 5), p.copy().send(c.purses[2].account, 6)
	var say func(...*lattice.Block)
	w.Node(liar, func(h network.Host) {
		g, _ := c.layers(h, liar)
		scenario.Must(g.Start(nil))
		say = func(blocks ...*lattice.Block) {
			for _, b := range blocks {
				v := &lattice.Vote{Timestamp: lattice.Final, Hashes: []lattice.Hash{b.Hash(c.chain)}}
				v.Sign(h.Identity())
				_ = g.Broadcast(lattice.KindVote, v.Encode()) // nobody there to hear it is no harm
			}
		}
	})
	at := 4*second + c.until(second)
	for i, m := range c.members {
		b := []*lattice.Block{first, other}[i%2]
		w.At(at, m.addr, "submit one of two", func() { m.submits(b) })
	}
	for i := range 6 {
		w.At(at+time.Duration(i)*200*time.Millisecond, liar, "vote for both", func() {
			if i%2 == 0 {
				say(first, other)
			} else {
				say(other, first)
			}
		})
	}
	paid := c.plans(c.purses[3].send(c.purses[1].account, 9))
	c.submit(paid, 6*second)
	w.By(28*second, lat7Final, func() error {
		for _, m := range c.members {
			if m.ledger == nil || m.ledger.Status(c.planned[0]).State != ledgers.Final {
				return fmt.Errorf("expected that the payment of another is final, got node %d: %s", m.number, m.describe())
			}
		}
		return nil
	})
}

// newcomer joins when there is a history.
func (s suite) newcomer(w scenario.World) {
	c := s.cluster(w, 4, 5)
	late := c.members[4]
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 30 * second, A: []network.Addr{late.addr}})
	for i := range 24 {
		from := i % 2
		send := c.plans(c.purses[from].send(c.purses[from+1].account, 3))
		m := c.members[w.Rand().IntN(4)]
		w.At(3*second+time.Duration(i)*second/2, m.addr, "submit a block", func() { m.submits(send) })
		if i%3 == 0 {
			receive := c.plans(c.purses[from+1].receive(send, 3))
			w.At(4*second+time.Duration(i)*second/2, m.addr, "receive it", func() { m.submits(receive) })
		}
	}
	w.By(58*second, lat10Behind, c.settled)
}
