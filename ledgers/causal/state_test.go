package causal

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/network"
)

// banked is a state of two people with 100 each, and a window of two blocks.
func banked() (s *State, one, other network.PublicKey) {
	one, other = network.PublicKey{1}, network.PublicKey{2}
	g := Genesis{Document: "bank", Members: make([]ledgers.Member, 1), Accounts: []Account{{one, 100}, {other, 100}}}
	return g.State(), one, other
}

// A commitment is revealed within its window, and not before and not after; what is not revealed is burnt.
func TestState_Commitments_CAU9(t *testing.T) {
	salt := make([]byte, 32)
	for _, c := range []struct {
		at     uint64 // the block that reveals
		why    error
		supply uint64 // in the end
	}{{1, ErrNoPromise, 190}, {2, nil, 200}, {3, nil, 200}, {4, ErrNoPromise, 190}} {
		s, one, other := banked()
		d := &Deed{Kind: Reveal, To: other, Amount: 20, Secret: salt}
		s.Begin()
		require.NoError(t, s.Promise(one, Commitment(s.document, one, salt, other, 20)))
		require.EqualValues(t, 90, s.Balance(one))
		require.EqualValues(t, 200, s.Supply())
		for {
			if s.Height == c.at {
				require.ErrorIs(t, s.Fulfil(one, d), c.why)
				require.ErrorIs(t, s.Fulfil(one, d), ErrNoPromise, "once only")
			}
			if s.Height == 4 {
				break
			}
			settled := s.Begin()
			require.Len(t, settled, map[bool]int{true: 1}[s.Height == 4])
		}
		require.EqualValues(t, c.supply, s.Supply())
		if c.why == nil {
			require.EqualValues(t, 80, s.Balance(one))
		}
	}
}

// Revealed transfers are executed in the order of their commitments, and a deposit comes back to who cannot pay.
func TestState_OrderOfCommitments_CAU9(t *testing.T) {
	s, one, other := banked()
	salts := [][]byte{make([]byte, 32), append(make([]byte, 31), 1)}
	s.Begin()
	for _, salt := range salts {
		require.NoError(t, s.Promise(one, Commitment(s.document, one, salt, other, 85)))
	}
	require.ErrorIs(t, s.Promise(other, Commitment(s.document, one, salts[0], other, 85)), ErrTaken)
	s.Begin()
	for _, salt := range [][]byte{salts[1], salts[0]} {
		require.NoError(t, s.Fulfil(one, &Deed{Kind: Reveal, To: other, Amount: 85, Secret: salt}))
	}
	s.Begin()
	settled := s.Begin()
	require.Len(t, settled, 2)
	require.NoError(t, settled[0].Why)
	require.ErrorIs(t, settled[1].Why, ErrFunds)
	require.EqualValues(t, 15, s.Balance(one))
	require.EqualValues(t, 185, s.Balance(other))
}

// Whatever can decide what a block does is in the digest.
func TestState_Digest_CAU8(t *testing.T) {
	change := map[string]func(s *State, one network.PublicKey){
		"height":     func(s *State, _ network.PublicKey) { s.Begin() },
		"balance":    func(s *State, one network.PublicKey) { s.Give(one, 1) },
		"lock":       func(s *State, one network.PublicKey) { s.Hold(ElementID{Index: 1}, Held{From: one, Amount: 5}) },
		"commitment": func(s *State, one network.PublicKey) { require.NoError(t, s.Promise(one, [32]byte{1})) },
	}
	digests := map[[32]byte]bool{}
	for _, f := range change {
		s, one, _ := banked()
		same, _, _ := banked()
		require.Equal(t, same.Digest(), s.Digest())
		f(s, one)
		digests[s.Digest()] = true
	}
	require.Len(t, digests, len(change))
}

// Genesis opens accounts, and says what is wrong with them.
func TestGenesis_Accounts_CAU8(t *testing.T) {
	g, _ := sample()
	g.Accounts = []Account{{network.PublicKey{1}, 5}, {network.PublicKey{2}, 7}}
	back, err := ParseGenesis(g.Text())
	require.NoError(t, err)
	require.Equal(t, g, back)
	require.EqualValues(t, 12, back.State().Supply())
	g.Accounts = append(g.Accounts, Account{network.PublicKey{1}, 1}, Account{network.PublicKey{3}, MaxSupply}, Account{})
	require.ErrorContains(t, g.Validate(), "account 2 has the key of another")
	require.ErrorContains(t, g.Validate(), "account 3 has 4611686018427387904")
	require.ErrorContains(t, g.Validate(), "account 4 has 0")
	_, err = ParseGenesis(back.Text() + "account " + network.PublicKey{9}.String() + " many\n")
	require.ErrorContains(t, err, `"many" is no balance`)
}

// FuzzDeed reads anything.
func FuzzDeed(f *testing.F) {
	f.Add((&Deed{Kind: Redeem, Of: ElementID{Update: ID{1}}, Secret: make([]byte, 32)}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := DecodeDeed(b); err == nil {
			require.Equal(t, b, d.Encode())
		}
	})
}

// CAU-8: a state is the same after a way through bytes, and goes on in the same way.
func TestState_Encoding_CAU8(t *testing.T) {
	s, one, other := banked()
	salts := [][]byte{make([]byte, 32), append(make([]byte, 31), 1)}
	s.Begin()
	for _, salt := range salts {
		require.NoError(t, s.Promise(one, Commitment(s.document, one, salt, other, 20)))
	}
	require.True(t, s.Take(other, 30))
	s.Hold(ElementID{Update: ID{7}, Index: 3}, Held{From: other, To: one, Amount: 30, Hash: [32]byte{8}, Until: 9})
	s.Begin()
	require.NoError(t, s.Fulfil(one, &Deed{Kind: Reveal, To: other, Amount: 20, Secret: salts[0]}))

	read, err := DecodeState(s.Encode())
	require.NoError(t, err)
	require.Equal(t, s, read)
	for range 3 {
		require.Equal(t, s.Begin(), read.Begin())
	}
	require.Equal(t, s.Digest(), read.Digest())
	for n := range s.Encode() {
		_, err := DecodeState(s.Encode()[:n])
		require.ErrorIs(t, err, ledgers.ErrMalformed, "the first %d bytes", n)
	}
	_, err = DecodeState(append(s.Encode(), 0))
	require.ErrorIs(t, err, ledgers.ErrMalformed)
}
