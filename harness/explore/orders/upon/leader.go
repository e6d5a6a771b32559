package upon

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/harness/explore/orders"
	"strata/ledgers"
	"strata/ledgers/electives"
	"strata/ledgers/leader"
	"strata/ledgers/leader/leadertest"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// Electives lists the scenarios of the electives. They are larger than their budgets: an exploration looks at as many
// states as it is given, then follows random orders to their ends, and says that it is not complete.
func Electives(stack electives.Stack) []scenario.Scenario {
	s := members{stack}
	one := func(name, title string, budget scenario.Budget, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/orders-" + name, Step: "leader.4", Rules: []string{"LDR-3"}, For: leaderEnd, Title: title,
			Explore: budget, Provided: true, Setup: setup,
		})
	}
	leaders := []scenario.Scenario{
		one("commit", "Three members commit two blocks, in every order: no height has two.",
			scenario.Budget{States: 6000, From: orders.Ready, Early: 1, Apart: true}, s.commit),
		one("crash", "A leader crashes and another takes over, in every order: no height has two blocks.",
			scenario.Budget{States: 6000, From: orders.Ready, Crashes: 1, Apart: true}, s.succeed),
	}
	return slices.Concat(leaders, s.validators(), s.lattices(), s.causals())
}

// leaderEnd is time enough for a change of views: the timeout is one second, and the next leader then needs a
// few rounds of messages.
const leaderEnd = orders.Ready + 2500*time.Millisecond

// members makes the scenarios of leader.
type members struct{ stack electives.Stack }

// mesh is gossip among nodes that all know each other: one hop is enough, and fewer messages are on their way.
type mesh struct{ peers p2p.P2P }

// meshed is what follows the kind of a gossiped message.
const meshed = ".mesh"

// Start starts the peers.
func (m mesh) Start(w p2p.Watcher) error { return m.peers.Start(w) }

// Stop stops them.
func (m mesh) Stop() { m.peers.Stop() }

// Broadcast sends to every peer: one hop.
func (m mesh) Broadcast(kind messaging.Kind, payload []byte) error {
	return m.peers.Broadcast(kind+meshed, payload)
}

// Handle hears what peers have broadcast, and passes nothing on.
func (m mesh) Handle(kind messaging.Kind, h gossip.Handler) error {
	return m.peers.Handle(kind+meshed, func(from network.Addr, payload []byte) ([]byte, bool) {
		h(from, payload)
		return nil, false
	})
}

// voter is one member. What is in it, its own node alone touches; the checks look at all three.
type voter struct {
	number int
	ledger leader.Leader
	final  map[uint64]leader.Hash // in this life
}

// Final is ledgers.Watcher's: it notes the block.
func (v *voter) Final(_ ledgers.OpID, at ledgers.Digest) { v.final[at.Position] = at.Hash }
func (v *voter) Undone(ledgers.OpID)                     {}
func (v *voter) Refused(ledgers.OpID, error)             {}
func (v *voter) Blamed(network.Addr, error)              {}

// three makes three members; no height may have two final blocks, at whomever.
func (s members) three(w scenario.World) []*voter {
	genesis := genesisOf(w)
	all := make([]*voter, 3)
	for i := range all {
		v := &voter{number: i}
		all[i] = v
		w.Node(w.Addr(i), func(h network.Host) {
			s.boot(v, h, orders.Peers(s.stack.Stack, h, w.Addr(i), orders.Before(w, i)...), genesis)
		})
		w.Show(w.Addr(i), func() string {
			at := v.ledger.Standing()
			return fmt.Sprintf("view %d (normal %d), log %d, committed %d",
				at.View, at.LastNormal, at.Height, at.Commit)
		})
	}
	w.Always(leadertest.LDR3Never, func() error {
		final := map[uint64]leader.Hash{}
		for _, v := range all {
			for height, hash := range v.final {
				if other, ok := final[height]; ok && other != hash {
					return fmt.Errorf("expected one final block of height %d, got two", height)
				}
				final[height] = hash
			}
		}
		return nil
	})
	return all
}

// boot founds a member's disk at its first boot, and starts it.
func (s members) boot(v *voter, h network.Host, peers p2p.P2P, genesis leader.Genesis) {
	v.final = map[uint64]leader.Hash{}
	v.ledger = s.stack.NewLeader(h, mesh{peers}, peers, scenario.Complete(leader.Config{Genesis: genesis}))
	start := func(err error) {
		scenario.Must(err)
		scenario.Must(v.ledger.Start(v))
	}
	if len(h.Disk().Names()) > 0 {
		start(nil)
		return
	}
	ledgers.Found(h.Disk(), genesis.Chain(), h.Identity().Key(), start)
}

// submit has a client of its own submit to a member.
func (v *voter) submit(w scenario.World, at time.Duration, chain ledgers.ChainID) {
	tx := &leader.Transaction{Number: 1, Key: []byte("key"), Value: fmt.Appendf(nil, "of %d", v.number)}
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = byte(1 + v.number)
	tx.Sign(chain, ed25519.NewKeyFromSeed(seed))
	w.At(at, w.Addr(v.number), "submits a transaction", func() { _, _ = v.ledger.Submit(tx.Encode()) })
}

// genesisOf names the three members.
func genesisOf(w scenario.World) (genesis leader.Genesis) {
	for i := range 3 {
		genesis.Members = append(genesis.Members, ledgers.Member{Key: w.Key(w.Addr(i)), Addr: w.Addr(i)})
	}
	return genesis
}

// commit has two clients submit at once, at the leader and at another member.
func (s members) commit(w scenario.World) {
	all := s.three(w)
	for _, v := range all[:2] {
		v.submit(w, orders.Ready, genesisOf(w).Chain())
	}
}

// succeed does the same while a node may crash, the leader too.
func (s members) succeed(w scenario.World) {
	all := s.three(w)
	all[0].submit(w, orders.Ready, genesisOf(w).Chain())
	all[2].submit(w, orders.Ready, genesisOf(w).Chain())
}
