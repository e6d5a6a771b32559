package validatorstest

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

const second = time.Second

// suite makes the scenarios for one implementation.
type suite struct{ stack validators.Stack }

// cluster is the validators of one ledger, and what an observer of all of them knows.
type cluster struct {
	w       scenario.World
	suite   suite
	genesis validators.Genesis
	chain   ledgers.ChainID
	members []*member
	decided map[uint64]validators.Hash // what was decided anywhere, by height
	clients []*client
	planned int // transactions that the script submits

	limits validators.Config // its genesis is the cluster's
	lies   bool              // somebody does: who is blamed does not matter
}

// member is one node.
type member struct {
	cluster *cluster
	number  int
	addr    network.Addr
	boots   int
	host    network.Host
	ledger  validators.Validators // nil: down, or not started
	finals  map[ledgers.OpID]int
	liar    bool // what it says of itself does not count

	signFrom uint64 // what its operator says
}

// stakes are those of the validators: different ones, of which no third is more than a third.
func stakes(n int) (all []uint64) {
	for i := range n {
		all = append(all, uint64(20_000+100*i))
	}
	return all
}

// cluster makes n validators in a full mesh, each with a founded disk, and three accounts with something to spend.
func (s suite) cluster(w scenario.World, n int, change ...func(g *validators.Genesis)) *cluster {
	c := &cluster{w: w, suite: s, decided: map[uint64]validators.Hash{}}
	c.genesis = validators.Genesis{Params: validators.Defaults()}
	for i, stake := range stakes(n) {
		addr := w.Addr(i)
		f := validators.Founder{Member: ledgers.Member{Key: w.Key(addr), Addr: addr}, Account: c.newClient(10 + i).address(), Stake: stake}
		c.genesis.Founders = append(c.genesis.Founders, f)
		c.members = append(c.members, &member{cluster: c, number: i, addr: addr})
	}
	for i := range 3 {
		c.clients = append(c.clients, c.newClient(i))
		c.genesis.Holders = append(c.genesis.Holders, validators.Holder{Account: c.clients[i].address(), Balance: 1_000_000})
	}
	for _, f := range change {
		f(&c.genesis)
	}
	c.chain = c.genesis.Chain()
	for _, m := range c.members {
		w.Node(m.addr, m.boot)
		w.Show(m.addr, m.describe)
	}
	w.Always(VAL10Never, c.agree)
	return c
}

// describe is what a debugger shows of a member.
func (m *member) describe() string {
	if m.ledger == nil {
		return "down"
	}
	s := m.ledger.Standing()
	return fmt.Sprintf("decided %d, round %d, %v", s.Height, s.Round, s.Step)
}

// boot founds the disk at the first boot, and starts the ledger.
func (m *member) boot(h network.Host) {
	m.host, m.ledger = h, nil
	m.boots++
	m.finals = map[ledgers.OpID]int{}
	if m.boots > 1 {
		m.start(h)
		return
	}
	ledgers.Found(h.Disk(), m.cluster.chain, h.Identity().Key(), func(err error) {
		scenario.Must(err)
		m.start(h)
	})
}

// start puts the layers together.
func (m *member) start(h network.Host) {
	c := m.cluster
	var others []network.Addr
	for _, other := range c.members {
		if other != m {
			others = append(others, other.addr)
		}
	}
	stack := c.suite.stack
	net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: m.addr}))
	msg := ledgers.Roster{
		Messaging: stack.NewMessaging(h, net, scenario.Complete(messaging.Config{Timeout: time.Second})),
		Members:   c.genesis.Roster(), Self: m.addr,
	}
	peers := stack.NewP2P(h, net, msg, scenario.Complete(p2p.Config{Self: m.addr, Bootstrap: others, Interval: time.Second}))
	g := stack.NewGossip(h, peers, scenario.Complete(gossip.Config{}))
	cfg := c.limits
	cfg.Genesis, cfg.SignFrom = c.genesis, m.signFrom
	m.ledger = stack.NewValidators(h, g, peers, scenario.Complete(cfg))
	if err := m.ledger.Start(heard{m}); err != nil {
		m.ledger = nil
		c.w.Fail(val6GoesOn, "expected that validator %d starts, got %v", m.number, err)
	}
}

// heard is what a member's ledger tells.
type heard struct{ m *member }

// Final is ledgers.Watcher's: of one height there is one decided block, whoever says so.
func (h heard) Final(id ledgers.OpID, at ledgers.Digest) {
	m := h.m
	if m.liar {
		return
	}
	if m.finals[id]++; m.finals[id] > 1 {
		m.cluster.w.Fail(led3Once, "expected that an operation becomes final once, got it %d times at validator %d",
			m.finals[id], m.number)
	}
	m.cluster.note(m, at)
}

// note compares a decided block with what was decided elsewhere at that height.
func (c *cluster) note(m *member, at ledgers.Digest) {
	if other, ok := c.decided[at.Position]; ok && other != at.Hash {
		c.w.Fail(VAL10Never, "expected one decided block of height %d, got %x at validator %d and %x before",
			at.Position, at.Hash[:4], m.number, other[:4])
	}
	c.decided[at.Position] = at.Hash
}

func (h heard) Undone(id ledgers.OpID) {
	h.m.cluster.w.Fail(VAL10Never, "expected that what is decided stays, got operation %v undone", id)
}

func (h heard) Refused(ledgers.OpID, error) {}

// Blamed is ledgers.Watcher's: where nobody lies nobody is blamed, whatever fails.
func (h heard) Blamed(from network.Addr, why error) {
	if c := h.m.cluster; !c.lies {
		c.w.Fail(led4Blamed, "expected that nobody is blamed where all are correct, got %s blamed by validator %d: %v",
			from, h.m.number, why)
	}
}

// agree notes where all are.
func (c *cluster) agree() error {
	for _, m := range c.members {
		if m.ledger == nil || m.liar {
			continue
		}
		d := m.ledger.Digest()
		if other, ok := c.decided[d.Position]; ok && other != d.Hash {
			return fmt.Errorf("expected one decided block of height %d, got two", d.Position)
		}
		c.decided[d.Position] = d.Hash
	}
	return nil
}

// client sends transactions with rising nonces.
type client struct {
	cluster *cluster
	key     ed25519.PrivateKey
	nonce   uint64
	sent    []ledgers.OpID
}

// newClient makes the n-th client.
func (c *cluster) newClient(n int) *client {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = byte(n + 1)
	return &client{cluster: c, key: ed25519.NewKeyFromSeed(seed)}
}

func (cl *client) address() (a validators.Address) {
	copy(a[:], cl.key.Public().(ed25519.PublicKey))
	return a
}

// next is the client's next transaction, signed.
func (cl *client) next(tx validators.Transaction) *validators.Transaction {
	cl.nonce++
	tx.Nonce, tx.Fee = cl.nonce, max(tx.Fee, cl.cluster.genesis.MinFee)
	tx.Sign(cl.cluster.chain, cl.key)
	return &tx
}

// pays is the client's next transaction: it pays somebody something.
func (cl *client) pays(to validators.Address, amount uint64) *validators.Transaction {
	return cl.next(validators.Transaction{Kind: validators.Transfer, To: to, Amount: amount})
}

// submit hands a transaction to a member, if it is up.
func (cl *client) submit(m *member, tx *validators.Transaction) {
	if id := tx.ID(cl.cluster.chain); !slices.Contains(cl.sent, id) {
		cl.sent = append(cl.sent, id)
	}
	if m.ledger == nil {
		return
	}
	id, err := m.ledger.Submit(tx.Encode())
	if err != nil && m.ledger.Status(id).State != ledgers.Final {
		cl.cluster.w.Fail(led2Submit, "expected that a transaction is taken, got %v", err)
	}
}

// pay has the first client pay, n times, spread over the time between two moments, each time at one of the members,
// and again five seconds after the end: what was lost with a member is submitted once more.
func (c *cluster) pay(n int, from, until time.Duration, at ...*member) {
	cl := c.clients[0]
	for i := range n {
		tx := cl.pays(c.clients[1].address(), uint64(i+1))
		m := at[c.w.Rand().IntN(len(at))]
		c.planned++
		t := from + time.Duration(i)*(until-from)/time.Duration(n)
		c.w.At(t, m.addr, "submit a payment", func() { cl.submit(m, tx) })
		c.w.At(until+5*second, m.addr, "submit it again", func() { cl.submit(m, tx) })
	}
}

// until draws a time.
func (c *cluster) until(most time.Duration) time.Duration {
	return time.Duration(c.w.Rand().Int64N(int64(most)))
}

// paidAt says whether all payments are final at some members.
func (c *cluster) paidAt(members ...*member) error {
	for _, m := range members {
		if m.ledger == nil {
			return fmt.Errorf("expected that validator %d runs, got that it does not", m.number)
		}
		for _, cl := range c.clients {
			for i, id := range cl.sent {
				if s := m.ledger.Status(id); s.State != ledgers.Final {
					return fmt.Errorf("expected payment %d to be final at validator %d, got %v (decided %d)", i, m.number, s.State,
						m.ledger.Digest().Position)
				}
			}
		}
	}
	sent := 0
	for _, cl := range c.clients {
		sent += len(cl.sent)
	}
	if sent == 0 && c.planned > 0 {
		return errors.New("expected payments, got none so far")
	}
	return nil
}

// decidedAt says whether some members have decided a height.
func decidedAt(height uint64, members ...*member) error {
	for _, m := range members {
		if m.ledger == nil {
			return fmt.Errorf("expected that validator %d runs, got that it does not", m.number)
		}
		if at := m.ledger.Digest().Position; at < height {
			return fmt.Errorf("expected that validator %d has decided %d, got %d", m.number, height, at)
		}
	}
	return nil
}
