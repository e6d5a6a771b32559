package swap_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/harness/lab"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/causal/blocks"
	"strata/ledgers/causal/swap"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
	"strata/solutions"
)

// A swap between two ledgers of four members each, over all layers, while nodes crash: each party ends with its own money
// or with the other's, over seeds (CAU-8, CAU-10).
func TestSwap_BetweenRealLedgers_CAU10(t *testing.T) {
	ends := map[string]int{}
	for seed := range uint64(8) {
		var trade *trade
		s := scenario.New(scenario.Scenario{
			Name: "causal/swap", Title: "Two parties swap while nodes crash.", Step: "causal.5", Rules: []string{"CAU-10"}, For: 85 * time.Second,
			Setup: func(w scenario.World) { trade = newTrade(w) },
		})
		r := lab.Run(s, lab.Options{Seed: seed})
		require.False(t, r.Failed(), fmt.Sprint(r))
		ends[trade.outcome()]++
	}
	require.Greater(t, ends["swapped swapped"], 3, "%v", ends)
	require.Greater(t, len(ends), 1, "%v: some responder leaves, and the initiator has its money back", ends)
}

var promised = scenario.Promise("CAU-10", "Whoever is back before half of Margin is over loses nothing")

// has is what each party begins with on its own ledger, and pays is what it swaps.
const (
	has      = 100
	pays     = 60
	interval = time.Second
)

// trade is two ledgers, gold and silver, with a node of each party on both.
type trade struct {
	w       scenario.World
	genesis [2]causal.Genesis
	nodes   [2][4]*member
	terms   swap.Terms
	secret  [32]byte
	parties [2]*trader
}

// member is one node of a ledger. The first two are the parties' own.
type member struct {
	t      *trade
	ledger int
	addr   network.Addr
	boots  int
	blocks *blocks.Ledger // nil: down
	side   *swap.Side
}

// trader is a party, which runs on its node of gold and asks its node of silver.
type trader struct {
	t      *trade
	number int
	party  *swap.Party // nil: down
	stage  swap.Stage
}

func newTrade(w scenario.World) *trade {
	t := &trade{w: w, secret: [32]byte{7}}
	for l := range t.nodes {
		t.genesis[l] = causal.Genesis{Document: []string{"gold", "silver"}[l]}
		for i := range t.nodes[l] {
			addr := w.Addr(4*l + i)
			t.nodes[l][i] = &member{t: t, ledger: l, addr: addr}
			t.genesis[l].Members = append(t.genesis[l].Members, ledgers.Member{Key: w.Key(addr), Addr: addr})
		}
		owner := t.nodes[l][l] // gold is the initiator's, silver the responder's
		t.genesis[l].Accounts = []causal.Account{{Key: w.Key(owner.addr), Balance: has}}
	}
	leg := func(l, until int) swap.Leg {
		return swap.Leg{From: w.Key(t.nodes[l][l].addr), To: w.Key(t.nodes[l][1-l].addr), Amount: pays, Until: uint64(until), Fast: interval, Slow: 3 * interval / 2}
	}
	t.terms = swap.Terms{Hash: sha256.Sum256(t.secret[:]), A: leg(0, 54), B: leg(1, 24), Margin: 16 * time.Second}
	for i := range t.parties {
		t.parties[i] = &trader{t: t, number: i}
	}
	for l := range t.nodes {
		for _, m := range t.nodes[l] {
			w.Node(m.addr, m.boot)
		}
	}
	if w.Rand().IntN(5) == 0 { // the responder goes after the initiator has locked, or before
		w.Inject(scenario.Fault{Kind: scenario.Leave, At: among(w.Rand(), 8*time.Second), A: []network.Addr{t.nodes[0][1].addr}})
	}
	for range 4 {
		m := t.nodes[w.Rand().IntN(2)][w.Rand().IntN(4)]
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: 2*time.Second + among(w.Rand(), 40*time.Second), For: among(w.Rand(), 2*time.Second), A: []network.Addr{m.addr}})
	}
	w.AtEnd(promised, t.nobodyLost)
	return t
}

func among(r *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(most)))
}

// boot founds the disk at the first boot, and starts the node.
func (m *member) boot(h network.Host) {
	m.blocks = nil
	if m.boots++; m.boots > 1 {
		m.start(h)
		return
	}
	ledgers.Found(h.Disk(), m.t.genesis[m.ledger].Chain(), h.Identity().Key(), func(err error) {
		scenario.Must(err)
		m.start(h)
	})
}

func (m *member) start(h network.Host) {
	g, stack := m.t.genesis[m.ledger], solutions.Electives().Causal()
	var others []network.Addr
	for _, other := range g.Members {
		if other.Addr != m.addr {
			others = append(others, other.Addr)
		}
	}
	net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: m.addr}))
	msg := ledgers.Roster{Self: m.addr, Members: g.Members, Messaging: stack.NewMessaging(h, net, scenario.Complete(messaging.Config{Timeout: time.Second}))}
	peers := stack.NewP2P(h, net, msg, scenario.Complete(p2p.Config{Self: m.addr, Bootstrap: others, Interval: time.Second}))
	m.blocks = blocks.New(h, stack.NewGossip(h, peers, scenario.Complete(gossip.Config{})), peers,
		scenario.Complete(causal.Config{Genesis: g, Interval: interval}), stack)
	m.side = swap.NewSide(h.Identity().Key(), m.blocks.Replica())
	scenario.Must(m.blocks.Start(memberWatcher{m}))
	if i := slices.Index(m.t.nodes[0][:], m); i == 0 || i == 1 {
		m.t.parties[i].begin(h)
	}
}

// memberWatcher feeds the side of a node.
type memberWatcher struct{ m *member }

func (w memberWatcher) Delivered(_ causal.ID, u *causal.Update) { w.m.side.Delivered(u) }
func (w memberWatcher) Equivocated(causal.Proof)                {}
func (w memberWatcher) Blamed(network.Addr, error)              {}
func (w memberWatcher) Executed(b agreement.Block, outcomes []causal.Outcome) {
	w.m.side.Executed(b.Height, outcomes, w.m.blocks.Op)
}

// begin agrees on the swap, or goes on with it after a crash, and looks each fifth of a second while both nodes are up.
func (p *trader) begin(h network.Host) {
	p.party = nil
	began := func(party *swap.Party, err error) {
		scenario.Must(err)
		p.party = party
	}
	a, b := far{p.t.nodes[0][p.number]}, far{p.t.nodes[1][p.number]}
	if party, err := swap.Resume(h.Disk(), "swap", a, b); !errors.Is(err, swap.ErrNoSwap) {
		began(party, err)
	} else {
		plan := swap.Plan{Role: swap.Initiator + swap.Role(p.number), Terms: p.t.terms}
		if p.number == 0 {
			plan.Secret = p.t.secret
		}
		h.After(0, func() { swap.Agree(h.Disk(), "swap", plan, a, b, began) })
	}
	var look func()
	look = func() {
		h.After(time.Second/5, look)
		if p.party != nil && p.t.nodes[1][p.number].blocks != nil {
			p.stage = p.party.Look()
		}
	}
	look()
}

// far is the side of a node, as it is in whatever life that has.
type far struct{ m *member }

func (f far) View(hash [32]byte) swap.View { return f.m.side.View(hash) }
func (f far) Send(d *causal.Deed)          { f.m.side.Send(d) }

// outcome is how both parties ended.
func (t *trade) outcome() string { return fmt.Sprint(t.parties[0].stage, " ", t.parties[1].stage) }

// nobodyLost holds the balances: each party has its own money or the other's, and both or neither have swapped.
func (t *trade) nobodyLost() error {
	balance := func(l, party int) uint64 {
		m := t.nodes[l][2] // nobody's of the two
		return m.blocks.State().Balance(t.w.Key(t.nodes[l][party].addr))
	}
	own, theirs := [2]uint64{balance(0, 0), balance(1, 1)}, [2]uint64{balance(1, 0), balance(0, 1)}
	for i := range own {
		kept, swapped := own[i] == has && theirs[i] == 0, own[i] == has-pays && theirs[i] == pays
		if !kept && !swapped {
			return fmt.Errorf("expected that party %d has its own money or the other's, got %d and %d (%s)", i, own[i], theirs[i], t.outcome())
		}
	}
	if own[0] != own[1] {
		return fmt.Errorf("expected that both swapped or neither, got %d and %d", own[0], own[1])
	}
	return nil
}
