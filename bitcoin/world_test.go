package bitcoin_test

import (
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/bitcoin"
	"strata/harness/sim/disk"
	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
)

// world is two people with a swap between gold, which is a ledger of elective 10, and Bitcoin. It goes on in rounds, and
// each has a block of either.
type world struct {
	t      testing.TB
	rng    *rand.Rand
	gold   *page
	coin   int // 0: the initiator pays in Bitcoin; 1: the responder does
	terms  swap.Terms
	secret [32]byte
	people [2]*person
}

// Of gold the one who pays has 100 and pays 30. Of Bitcoin the other has 200,000 satoshis and pays 100,000.
const (
	goldHad, goldPaid = 100, 30
	coinHad, coinPaid = 200_000, 100_000
	fees              = 2_000 // satoshis, more than two deeds take
)

const (
	minute = time.Minute // what a block of either takes
	margin = 20 * minute
	away   = 8 // rounds: with what is under way, less than half a margin
)

func newWorld(t testing.TB, coin int, seed uint64) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, uint64(coin))), coin: coin, secret: secret(seed)}
	wallets := [2]bitcoin.Wallet{empty(), empty()}
	wallets[coin] = funded(t, coinHad)
	keys := [2]network.PublicKey{wallets[0].Key.Public(), wallets[1].Key.Public()}
	w.gold = &page{genesis: causal.Genesis{Document: "gold", Accounts: []causal.Account{{Key: keys[1-coin], Balance: goldHad}}}}
	leg := func(from int, until uint64) swap.Leg {
		l := swap.Leg{From: keys[from], To: keys[1-from], Amount: goldPaid, Until: until, Fast: minute, Slow: minute}
		if from == coin {
			l.Amount, l.Until = coinPaid, until+uint64(height(t))
		}
		return l
	}
	w.terms = swap.Terms{Hash: sha256.Sum256(w.secret[:]), A: leg(0, 60), B: leg(1, 30), Margin: margin}
	for i := range w.people {
		w.people[i] = &person{w: w, number: i, wallet: wallets[i], disk: disk.New()}
	}
	return w
}

// legs are both, the initiator's first.
func (w *world) legs() [2]swap.Leg { return [2]swap.Leg{w.terms.A, w.terms.B} }

// held is what the lock on Bitcoin is to hold.
func (w *world) held() causal.Held {
	l := w.legs()[w.coin]
	return causal.Held{From: l.From, To: l.To, Amount: l.Amount, Hash: w.terms.Hash, Until: l.Until}
}

// round makes a block of either ledger and has everybody look who is there.
func (w *world) round() {
	w.gold.blocks = append(w.gold.blocks, len(w.gold.updates))
	mine(w.t, 1)
	for _, p := range w.people {
		switch {
		case p.up:
			p.live(p.look)
		case p.back == 0:
			p.live(p.boot)
		default:
			p.back--
		}
	}
}

// until goes on until something is so, for as many rounds as both locks take at most.
func (w *world) until(what string, so func() bool) {
	for range 70 {
		if so() {
			return
		}
		w.round()
	}
	require.Fail(w.t, "it never came to that", what)
}

// both says whether both people are at a stage.
func (w *world) both(stage swap.Stage) func() bool {
	return func() bool { return w.people[0].stage == stage && w.people[1].stage == stage }
}

// views are what both ledgers show of the swap to somebody who comes now, and the balances of gold.
func (w *world) views() (gold, coin swap.View, balances func(network.PublicKey) uint64) {
	side := w.gold.sits(network.PublicKey{}, nil)
	return side.View(w.terms.Hash), open(w.t, empty(), w.held(), newStore().device).View(w.terms.Hash), side.state.Balance
}

// ended checks that there was one lock on each ledger, and how it ended; and that everybody has what follows.
func (w *world) ended(end swap.End, what string) {
	gold, coin, balance := w.views()
	for name, v := range map[string]swap.View{"gold": gold, "bitcoin": coin} {
		require.Len(w.t, v.Locks, 1, "%s: locks on %s", what, name)
		require.Equal(w.t, end, v.Locks[0].End, "%s: on %s", what, name)
	}
	golden, payer := w.people[1-w.coin], w.people[w.coin]
	paid, got := uint64(goldPaid), int64(coinPaid)
	if end == swap.Refunded {
		paid, got = 0, 0
	}
	require.Equal(w.t, goldHad-paid, balance(golden.key()), what)
	require.Equal(w.t, paid, balance(payer.key()), what)
	require.InDelta(w.t, coinHad-got, has(w.t, payer.wallet), fees, what)
	require.InDelta(w.t, got, has(w.t, golden.wallet), fees, what)
}

// person is one of the two. All that outlives a crash is the disk.
type person struct {
	w      *world
	number int
	wallet bitcoin.Wallet
	disk   *disk.Disk
	agreed bool // the plan was safe once

	up    bool
	ends  []func() // of syncs
	coin  *bitcoin.Side
	gold  *desk
	party *swap.Party
	stage swap.Stage

	moments int // at which this person could have died
	dies    int // at that one; 0: never
	back    int // rounds until it is there
}

func (p *person) key() network.PublicKey { return p.wallet.Key.Public() }

// death ends what a person is doing.
type death struct{}

// strike is a moment at which a person may die.
func (p *person) strike() {
	if p.moments++; p.moments == p.dies {
		panic(death{})
	}
}

// live does something, and what its syncs lead to. If the person dies of it, its memory is gone.
func (p *person) live(do func()) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case death:
			p.up, p.back, p.ends = false, away, nil
			p.disk.Crash(p.w.rng.Uint64N)
		default:
			panic(r)
		}
	}()
	do()
	for len(p.ends) > 0 {
		next := p.ends[0]
		p.ends = p.ends[1:]
		next()
		p.strike()
	}
}

// boot reads the disk and both ledgers and goes on.
func (p *person) boot() {
	p.up, p.party = true, nil
	device := mortal{p, disk.Device{
		On:  func() *disk.Disk { return p.disk },
		End: func(_ string, s *disk.Sync, done func(error)) { p.ends = append(p.ends, func() { done(s.End(false)) }) },
	}}
	p.gold = p.w.gold.sits(p.key(), p.strike)
	bitcoin.Open(bitcoin.Config{Wallet: p.wallet, Lock: p.w.held()}, node, device, "bitcoin", func(side *bitcoin.Side, err error) {
		require.NoError(p.w.t, err)
		p.coin = side
		p.resume(device)
	})
}

// resume goes on with the swap on the disk, or agrees on it.
func (p *person) resume(device network.Disk) {
	a, b := swap.Ledger(p.gold), swap.Ledger(p.coin)
	if p.w.coin == 0 {
		a, b = b, a
	}
	party, err := swap.Resume(device, "swap", a, b)
	if !errors.Is(err, swap.ErrNoSwap) {
		require.NoError(p.w.t, err)
		p.party = party
		return
	}
	require.False(p.w.t, p.agreed, "a plan that was safe is there after a crash")
	plan := swap.Plan{Role: swap.Initiator + swap.Role(p.number), Terms: p.w.terms}
	if p.number == 0 {
		plan.Secret = p.w.secret
	}
	swap.Agree(device, "swap", plan, a, b, func(party *swap.Party, err error) {
		require.NoError(p.w.t, err)
		p.agreed, p.party = true, party
	})
}

// look looks at both ledgers, takes the step that is due, and has Bitcoin hear of it.
func (p *person) look() {
	if p.party == nil {
		return // the disk is not done yet
	}
	p.gold.block(p.w.gold.blocks[len(p.w.gold.blocks)-1])
	require.NoError(p.w.t, p.coin.Look(p.w.t.Context()))
	p.strike()
	p.stage = p.party.Look()
	p.ends = append(p.ends, func() { require.NoError(p.w.t, p.coin.Look(p.w.t.Context())) })
	p.strike()
}

// mortal is a disk behind each operation of which a person may die.
type mortal struct {
	p *person
	disk.Device
}

func (m mortal) Append(name string, data []byte) error {
	defer m.p.strike()
	return m.Device.Append(name, data)
}

func (m mortal) Truncate(name string, size int64) error {
	defer m.p.strike()
	return m.Device.Truncate(name, size)
}

func (m mortal) Sync(name string, done func(error)) {
	m.Device.Sync(name, done)
	m.p.strike()
}

func (m mortal) SyncNames(done func(error)) {
	m.Device.SyncNames(done)
	m.p.strike()
}
