package leadertest

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

const second = time.Second

// suite makes the scenarios for one implementation.
type suite struct{ stack leader.Stack }

// cluster is the members of one ledger, and what an observer of all of them knows.
type cluster struct {
	w       scenario.World
	suite   suite
	genesis leader.Genesis
	chain   ledgers.ChainID
	members []*member
	final   map[uint64]leader.Hash // what was final anywhere, by height
	clients []*client
	limits  leader.Config // of the members; its genesis is the cluster's
	planned int           // transactions that the script submits

	mayRefuse func(error) bool // a member need not start with such an error; nil: it has to start
}

// member is one node.
type member struct {
	cluster *cluster
	number  int
	addr    network.Addr
	boots   int
	host    network.Host
	ledger  leader.Leader // nil: down, or not started
	finals  map[ledgers.OpID]int
}

// cluster makes n members in a full mesh, each with a founded disk, which all know all. The keys are
// those of the hosts, so that genesis is known when the world runs: it is made of what the world says.
func (s suite) cluster(w scenario.World, n int) *cluster {
	c := &cluster{w: w, suite: s, final: map[uint64]leader.Hash{}}
	for i := range n {
		addr := w.Addr(i)
		c.genesis.Members = append(c.genesis.Members, ledgers.Member{Key: w.Key(addr), Addr: addr})
		c.members = append(c.members, &member{cluster: c, number: i, addr: addr})
	}
	c.chain = c.genesis.Chain()
	for _, m := range c.members {
		w.Node(m.addr, m.boot)
		w.Show(m.addr, m.describe)
	}
	w.Always(LDR3Never, c.agree)
	return c
}

// describe is what a debugger shows of a member.
func (m *member) describe() string { return describe(m.ledger) }

// describe says where a ledger stands.
func describe(l leader.Leader) string {
	if l == nil {
		return "down"
	}
	s := l.Standing()
	return fmt.Sprintf("view %d (normal %d), log %d, committed %d, the members have acknowledged %d", s.View, s.LastNormal, s.Height, s.Commit, s.Acked)
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
		if err != nil {
			panic(err) // the world's slip
		}
		m.start(h)
	})
}

// start puts the layers together.
func (m *member) start(h network.Host) {
	c := m.cluster
	netCfg, errNet := network.Config{Listen: m.addr}.Complete()
	msgCfg, errMsg := messaging.Config{Timeout: time.Second}.Complete()
	var others []network.Addr
	for _, other := range c.members {
		if other != m {
			others = append(others, other.addr)
		}
	}
	peerCfg, errPeers := p2p.Config{Self: m.addr, Bootstrap: others, Interval: time.Second}.Complete()
	gossipCfg, errGossip := gossip.Config{}.Complete()
	limits := c.limits
	limits.Genesis = c.genesis
	cfg, err := limits.Complete()
	if err := errors.Join(errNet, errMsg, errPeers, errGossip, err); err != nil {
		panic(err) // a scenario's slip
	}
	stack := c.suite.stack
	net := stack.NewNetwork(h, netCfg)
	msg := ledgers.Roster{Messaging: stack.NewMessaging(h, net, msgCfg), Members: c.genesis.Members, Self: m.addr}
	peers := ledgers.NewMesh(stack.NewP2P(h, net, msg, peerCfg), c.genesis.Members, leader.Meshed...)
	g := stack.NewGossip(h, peers, gossipCfg)
	m.ledger = stack.NewLeader(h, g, peers, cfg)
	if err := m.ledger.Start(heard{m}); err != nil {
		m.ledger = nil
		if c.mayRefuse == nil || !c.mayRefuse(err) {
			c.w.Fail(ldr9Cut, "expected that member %d starts, got %v", m.number, err)
		}
	}
}

// heard is what a member's ledger tells.
type heard struct{ m *member }

// Final is ledgers.Watcher's: of one height there is one final block, whoever says so.
func (h heard) Final(id ledgers.OpID, at ledgers.Digest) {
	m := h.m
	if m.finals[id]++; m.finals[id] > 1 {
		m.cluster.w.Fail(led3Once, "expected that an operation becomes final once, got it %d times at member %d",
			m.finals[id], m.number)
	}
	c := m.cluster
	if other, ok := c.final[at.Position]; ok && other != at.Hash {
		c.w.Fail(LDR3Never, "expected one final block of height %d, got %x at member %d and %x before",
			at.Position, at.Hash[:4], m.number, other[:4])
	}
	c.final[at.Position] = at.Hash
}

func (h heard) Undone(id ledgers.OpID) {
	h.m.cluster.w.Fail(LDR3Never, "expected that what is committed stays, got operation %v undone", id)
}

func (h heard) Refused(ledgers.OpID, error) {}

// Blamed is ledgers.Watcher's: nobody here sends what no correct node sends, whatever fails.
func (h heard) Blamed(from network.Addr, why error) {
	h.m.cluster.w.Fail(led4Blamed, "expected that no member is blamed where all are correct, got %s blamed by member %d: %v",
		from, h.m.number, why)
}

// agree checks that members which are at one height have one digest.
func (c *cluster) agree() error {
	digests := map[uint64]leader.Hash{}
	for _, m := range c.members {
		if m.ledger == nil {
			continue
		}
		d := m.ledger.Digest()
		if other, ok := digests[d.Position]; ok && other != d.Hash {
			return fmt.Errorf("expected one digest at height %d, got two", d.Position)
		}
		digests[d.Position] = d.Hash
	}
	return nil
}

// client sends transactions with rising numbers.
type client struct {
	cluster *cluster
	key     ed25519.PrivateKey
	number  uint64
	sent    []ledgers.OpID
}

// client makes the n-th client.
func (c *cluster) client(n int) *client {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = byte(n + 1)
	cl := &client{cluster: c, key: ed25519.NewKeyFromSeed(seed)}
	c.clients = append(c.clients, cl)
	return cl
}

// next is the client's next transaction.
func (cl *client) next(key, value string, fee uint64) *leader.Transaction {
	cl.number++
	cl.cluster.planned++
	tx := &leader.Transaction{Number: cl.number, Fee: fee, Key: []byte(key), Value: []byte(value)}
	tx.Sign(cl.cluster.chain, cl.key)
	return tx
}

// submit hands a transaction to a member, if it is up.
func (cl *client) submit(m *member, tx *leader.Transaction) {
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

// until draws a time.
func (c *cluster) until(most time.Duration) time.Duration {
	return time.Duration(c.w.Rand().Int64N(int64(most)))
}

func (s suite) commit(w scenario.World) {
	c := s.cluster(w, 3)
	c.limits = leader.Config{Whole: true, Timeout: time.Minute}
	for i := range 3 {
		cl := c.client(i)
		for j := range 5 {
			m := c.members[w.Rand().IntN(3)]
			tx := cl.next("key", string(rune('a'+j)), 1)
			w.At(2*second+c.until(second), m.addr, "submit a transaction", func() { cl.submit(m, tx) })
		}
	}
	w.By(6*second, ldr3Committed, c.finalEverywhere)
}

// finalEverywhere checks that everything that the clients are to send is final at every member that is up.
func (c *cluster) finalEverywhere() error { return c.finalAt(c.members...) }

// finalAt checks the same of some members.
func (c *cluster) finalAt(members ...*member) error {
	sent := 0
	for _, cl := range c.clients {
		sent += len(cl.sent)
	}
	if sent < c.planned {
		return fmt.Errorf("expected that all %d transactions are sent, got %d so far", c.planned, sent)
	}
	for _, m := range members {
		if m.ledger == nil {
			continue
		}
		for n, cl := range c.clients {
			for i, id := range cl.sent {
				if got := m.ledger.Status(id); got.State != ledgers.Final {
					return fmt.Errorf("expected that transaction %d of client %d is final at member %d, got it %v (%s)",
						i+1, n, m.number, got.State, m.describe())
				}
			}
		}
	}
	return nil
}
