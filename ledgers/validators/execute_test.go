package validators

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/network"
)

// lenient judges as little as these tests need: execution is what they are about.
type lenient struct{}

func (lenient) Quorum(total uint64) uint64 { return total - (total-1)/3 }
func (lenient) Proposer(n int, height uint64, round uint32) int {
	return int(height-1+uint64(round)) % n
}
func (lenient) Certifies(_ ledgers.ChainID, _ Set, c *Certificate) error {
	if c.Signers == 0 {
		return ErrCertificate
	}
	return nil
}
func (lenient) Contradict(_ ledgers.ChainID, e *Evidence) bool {
	return !bytes.Equal(e.First.Encode(), e.Second.Encode())
}
func (lenient) Slash(s *State, p Params, height uint64, e *Evidence) bool {
	a, ok := s.Owner(e.First.Key)
	if r, _ := s.Registration(a); !ok || r.Marked {
		return false
	}
	s.SlashStake(a, e.First.Height, height, p.Unbonding, func(amount uint64) uint64 { return amount / 2 })
	s.Mark(a)
	return true
}

// world is a chain of four founders with stakes 100 to 400 and two holders.
type world struct {
	*Rules
	genesis Genesis
	tip     *Tip
	nonces  map[byte]uint64
}

func newWorld(change ...func(*Genesis)) *world {
	g := Genesis{Params: Params{Epoch: 4, Unbonding: 8, MinSelf: 50, MaxMissed: 2, MinFee: 1}}
	for i := range byte(4) {
		m := ledgers.Member{Key: personOf(10 + i).Key(), Addr: network.Addr("10.0.0." + string(rune('1'+i)) + ":4000")}
		g.Founders = append(g.Founders, Founder{m, personOf(i).Key(), 0, 100 * uint64(i+1)})
	}
	g.Holders = []Holder{{personOf(20).Key(), 1000}, {personOf(21).Key(), 50}}
	for _, f := range change {
		f(&g)
	}
	return &world{RulesOf(&g, lenient{}), g, g.Tip(), map[byte]uint64{}}
}

// tx is the next transaction of a person.
func (w *world) tx(who byte, tx Transaction) *Transaction {
	w.nonces[who]++
	tx.Nonce, tx.Fee = w.nonces[who], 1
	tx.Sign(w.Chain, personOf(who).key)
	return &tx
}

// block makes the next block and goes on from it. signers are those of its certificate.
func (w *world) block(t *testing.T, signers uint32, txs ...*Transaction) *Block {
	b := w.Draft(w.tip, 0, 0, nil, txs)
	require.Len(t, b.Txs, len(txs), "all can be executed")
	next, err := w.Execute(w.tip, b)
	require.NoError(t, err)
	next.By = &Certificate{Height: b.Height, Hash: next.Hash, Signers: signers}
	w.tip = next
	return b
}

func (w *world) state() *State { return &w.tip.State }

const everybody = 15

func TestGenesis_TextIsCanonical_LED1(t *testing.T) {
	w := newWorld()
	require.NoError(t, w.genesis.Validate())
	back, err := ParseGenesis(w.genesis.Text())
	require.NoError(t, err)
	require.Equal(t, w.genesis, back)
	for _, text := range []string{"", "validators 2\n", w.genesis.Text() + "\n", "x" + w.genesis.Text(),
		string(bytes.Replace([]byte(w.genesis.Text()), []byte("epoch 4"), []byte("epoch 04"), 1)),
		string(bytes.Replace([]byte(w.genesis.Text()), []byte("epoch 4"), []byte("epoch -4"), 1))} {
		_, err := ParseGenesis(text)
		require.ErrorContains(t, err, "genesis")
	}
}

// Everything that is wrong with a genesis is said, with its place.
func TestGenesis_RefusesWhatCannotBegin_LED1(t *testing.T) {
	for want, change := range map[string]func(*Genesis){
		"0 validators":                         func(g *Genesis) { g.Founders = nil },
		"validator 1 has stake 0":              func(g *Genesis) { g.Founders[1].Stake = 0 },
		"together are":                         func(g *Genesis) { g.Founders[0].Stake, g.Founders[1].Stake = MaxSupply-1, MaxSupply-1 },
		"validator 2 has the key, the address": func(g *Genesis) { g.Founders[2].Key = g.Founders[0].Key },
		"validator 3 has the key, the address": func(g *Genesis) { g.Founders[3].Account = g.Founders[0].Account },
		"account 1 is there twice":             func(g *Genesis) { g.Holders[1].Account = g.Holders[0].Account },
		"account 0 has nothing":                func(g *Genesis) { g.Holders[0].Balance = 0 },
		"epoch is 0":                           func(g *Genesis) { g.Epoch = 0 },
		"unbonding is 3":                       func(g *Genesis) { g.Unbonding = 3 },
		"min-self is 0":                        func(g *Genesis) { g.MinSelf = 0 },
		"commission 10001":                     func(g *Genesis) { g.Founders[0].Commission = 10_001 },
	} {
		w := newWorld()
		change(&w.genesis)
		require.ErrorContains(t, w.genesis.Validate(), want)
	}
	_, err := ParseGenesis(string(bytes.Replace([]byte(newWorld().genesis.Text()), []byte(" 100\n"), []byte(" -100\n"), 1)))
	require.ErrorContains(t, err, "line 7")
	_, err = ParseGenesis(string(bytes.Replace([]byte(newWorld().genesis.Text()), []byte(" 100\n"), []byte(" 18446744073709551616\n"), 1)))
	require.ErrorContains(t, err, "line 7")
	one := newWorld(func(g *Genesis) { g.Founders = g.Founders[:1] })
	require.NoError(t, one.genesis.Validate(), "one validator is a set")
}

func TestExecute_TransfersAndFees_VAL1(t *testing.T) {
	w := newWorld()
	b := w.block(t, everybody, w.tx(20, Transaction{Kind: Transfer, To: personOf(21).Key(), Amount: 100}))
	require.Equal(t, Account{899, 1}, w.state().Account(personOf(20).Key()))
	require.Equal(t, Account{150, 0}, w.state().Account(personOf(21).Key()))
	require.Equal(t, uint64(1), w.state().Account(b.Proposer).Balance, "the fee is the proposer's")
}

// What cannot be executed leaves no trace, and a block that has it is no block (ZB2).
func TestExecute_ABlockThatOverspendsIsNone_VAL2_ZB2(t *testing.T) {
	w := newWorld()
	spend := func(nonce, fee, amount uint64) *Transaction {
		tx := &Transaction{Kind: Transfer, Nonce: nonce, Fee: fee, To: personOf(20).Key(), Amount: amount}
		tx.Sign(w.Chain, personOf(21).key)
		return tx
	}
	s := w.tip.State
	require.ErrorIs(t, w.Apply(&s, 1, spend(1, 1, 50)), ErrFunds)
	require.ErrorIs(t, w.Apply(&s, 1, spend(1, 1, MaxSupply-1)), ErrFunds, "no sum overflows (ZB7)")
	require.ErrorIs(t, w.Apply(&s, 1, spend(2, 1, 10)), ErrNonce)
	require.ErrorIs(t, w.Apply(&s, 1, spend(1, 0, 10)), ErrRefused)
	require.Equal(t, w.tip.State.Root(), s.Root())
	require.NoError(t, w.Apply(&s, 1, spend(1, 1, 10)))
	require.ErrorIs(t, w.Apply(&s, 1, spend(1, 1, 10)), ledgers.ErrStale)

	good := w.Draft(w.tip, 0, 0, nil, nil)
	bad := *good
	bad.Txs = []*Transaction{spend(1, 1, 50)}
	bad.TxRoot = TxRoot(bad.IDs(w.Chain))
	_, err := w.Execute(w.tip, &bad)
	require.ErrorIs(t, err, ErrBlock)
}

// Every field of a header is checked.
func TestExecute_EveryFieldIsChecked_VAL2(t *testing.T) {
	w := newWorld()
	w.block(t, everybody)
	for what, spoil := range map[string]func(b *Block){
		"height":         func(b *Block) { b.Height++ },
		"round":          func(b *Block) { b.Round++ },
		"proposer":       func(b *Block) { b.Proposer[0]++ },
		"time":           func(b *Block) { b.Time = w.tip.Time },
		"parent":         func(b *Block) { b.Parent[0]++ },
		"transactions":   func(b *Block) { b.TxRoot[0]++ },
		"evidence":       func(b *Block) { b.EvidenceRoot[0]++ },
		"certificate":    func(b *Block) { b.Last = nil; b.LastSum = Hash{} },
		"another's":      func(b *Block) { c := *b.Last; c.Height++; b.Last, b.LastSum = &c, SumOf(&c) },
		"proves nothing": func(b *Block) { c := *b.Last; c.Signers = 0; b.Last, b.LastSum = &c, SumOf(&c) },
		"sum":            func(b *Block) { b.LastSum[0]++ },
		"state":          func(b *Block) { b.StateRoot[0]++ },
		"set":            func(b *Block) { b.SetHash[0]++ },
		"next set":       func(b *Block) { b.NextHash[0]++ },
	} {
		b := w.Draft(w.tip, 0, 0, nil, nil)
		_, err := w.Execute(w.tip, b)
		require.NoError(t, err)
		spoil(b)
		_, err = w.Execute(w.tip, b)
		require.ErrorIs(t, err, ErrBlock, what)
	}
}

// A candidate comes into the set at the end of an epoch, in its place, and leaves it when it has too little.
func TestElection_FromCandidateToValidator_VAL3(t *testing.T) {
	w := newWorld()
	key := personOf(30)
	me := personOf(20).Key()
	w.block(t, everybody,
		w.tx(20, Transaction{Kind: Register, Key: key.Key(), Proof: Possess(w.Chain, me, key)}),
		w.tx(20, Transaction{Kind: Delegate, To: me, Amount: 60}),
		w.tx(21, Transaction{Kind: Delegate, To: me, Amount: 40}))
	for range 2 {
		w.block(t, everybody)
		require.Negative(t, w.tip.Next.Index(key.Key()), "not before the epoch ends")
	}
	w.block(t, everybody)
	require.Equal(t, Validator{key.Key(), me, 100}, w.tip.Next[4], "power 100 as founder 0, with less self stake")
	require.Len(t, w.tip.Set, 4)
	require.Equal(t, w.tip.Next, w.state().Set(5))
	require.Equal(t, w.tip.Set, w.state().Set(4))
	w.block(t, 31, w.tx(20, Transaction{Kind: Undelegate, To: me, Amount: 11}))
	for range 3 {
		w.block(t, 31)
	}
	require.Negative(t, w.tip.Next.Index(key.Key()), "less than min-self")
	require.Equal(t, []Unbonding{{me, me, 5, 11}}, w.state().Unbonding(13))
	before := w.state().Account(me).Balance
	for range 5 {
		w.block(t, everybody)
	}
	require.Equal(t, before+11, w.state().Account(me).Balance)
	require.Empty(t, w.state().Unbonding(13))
}

// Who has missed more than max-missed certificates of an epoch is not elected, and begins again in the next. If
// nobody is eligible the old set stays (Z10).
func TestElection_MissedCertificates_VAL3_Z10(t *testing.T) {
	w := newWorld()
	for range 4 {
		w.block(t, everybody&^1) // without the greatest
	}
	require.Len(t, w.tip.Next, 3)
	for range 4 {
		w.block(t, 7)
	}
	require.Len(t, w.tip.Next, 4, "an epoch later it is back")
	none := newWorld(func(g *Genesis) { g.MaxMissed = 0 })
	for range 4 {
		b := none.Draft(none.tip, 0, 0, nil, nil)
		next, err := none.Execute(none.tip, b)
		require.NoError(t, err)
		next.By = &Certificate{Height: b.Height, Hash: next.Hash, Signers: 1 << 20}
		none.tip = next
	}
	require.Equal(t, none.tip.Set, none.tip.Next)
}

// A key is registered once, by one account, which shows that it has it.
func TestRegister_AKeyIsRegisteredOnce_VAL1(t *testing.T) {
	w := newWorld()
	key := personOf(30)
	own := w.tx(20, Transaction{Kind: Register, Key: key.Key(), Proof: Possess(w.Chain, personOf(20).Key(), key)})
	require.True(t, own.Verify(w.Chain))
	stolen := w.tx(21, Transaction{Kind: Register, Key: key.Key(), Proof: own.Proof})
	require.False(t, stolen.Verify(w.Chain), "the proof is for another account")
	s := w.tip.State
	require.NoError(t, w.Apply(&s, 1, own))
	require.ErrorIs(t, w.Apply(&s, 1, stolen), ErrRefused)
	again := w.tx(20, Transaction{Kind: Register, Key: personOf(31).Key()})
	require.ErrorIs(t, w.Apply(&s, 1, again), ErrRefused)
}

// A conviction takes from all that is delegated, and from what was undelegated since the height of the words.
func TestConvict_TakesFromStakeAndWhatLeftIt_VAL9(t *testing.T) {
	w := newWorld()
	to := personOf(3).Key()
	w.block(t, everybody, w.tx(20, Transaction{Kind: Delegate, To: to, Amount: 300}))
	w.block(t, everybody, w.tx(20, Transaction{Kind: Undelegate, To: to, Amount: 100}))
	w.block(t, everybody, w.tx(20, Transaction{Kind: Undelegate, To: to, Amount: 40}))
	signer := personOf(13)
	e := &Evidence{
		wordBy(signer, Word{Kind: Prevote, Height: 3, Valid: NoRound}),
		wordBy(signer, Word{Kind: Prevote, Height: 3, Valid: NoRound, Hash: Hash{1}}),
	}
	b := w.Draft(w.tip, 0, 0, []*Evidence{e, e}, nil)
	require.Len(t, b.Evidence, 1, "a key is convicted once")
	next, err := w.Execute(w.tip, b)
	require.NoError(t, err)
	s := next.State
	r, _ := s.Registration(to)
	require.Equal(t, Registration{Key: signer.Key(), Self: 200, Power: 280, Delegators: 2, Marked: true}, r)
	require.Equal(t, uint64(100), s.Unbonding(10)[0].Amount, "undelegated before the words")
	require.Equal(t, uint64(20), s.Unbonding(11)[0].Amount)
	require.ErrorIs(t, w.Convict(&s, 5, e), ErrRefused)
	require.Negative(t, next.Next.Index(signer.Key()), "epoch 4 ends with this block")
}

// What a state is, is the same however often blocks were tried on it.
func TestState_ACopyIsAnother_VAL2(t *testing.T) {
	w := newWorld()
	before := w.state().Root()
	for range 3 {
		b := w.Draft(w.tip, 0, 0, nil, []*Transaction{w.tx(20, Transaction{Kind: Transfer, Amount: 1})})
		_, err := w.Execute(w.tip, b)
		require.NoError(t, err)
		w.nonces[20] = 0
	}
	require.Equal(t, before, w.state().Root())
}
