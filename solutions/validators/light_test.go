package validators_test

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	contract "strata/ledgers/validators"
	"strata/network"
	"strata/solutions/validators"
)

// signer is a key of the tests.
type signer struct{ key ed25519.PrivateKey }

func signerOf(n byte) signer {
	return signer{ed25519.NewKeyFromSeed(append([]byte{n}, make([]byte, ed25519.SeedSize-1)...))}
}

func (s signer) Key() network.PublicKey { return network.PublicKey(s.key.Public().(ed25519.PublicKey)) }
func (s signer) Sign(message []byte) network.Signature {
	return network.Signature(ed25519.Sign(s.key, message))
}

// history is a chain that is decided by whoever is in the set: four founders, and a fifth that is elected at height 4.
type history struct {
	t       *testing.T
	genesis contract.Genesis
	rules   *contract.Rules
	tips    []*contract.Tip // by height
	headers []contract.Header
	blocks  []*contract.Certified // from height 1 on
}

func newHistory(t *testing.T, heights int) *history {
	h := &history{t: t}
	h.genesis = contract.Genesis{Params: contract.Params{Epoch: 4, Unbonding: 8, MinSelf: 50, MaxMissed: 2, MinFee: 1}}
	for i := range byte(4) {
		m := ledgers.Member{Key: signerOf(i).Key(), Addr: network.Addr("10.0.0." + string(rune('1'+i)) + ":4000")}
		h.genesis.Founders = append(h.genesis.Founders, contract.Founder{Member: m, Account: signerOf(10 + i).Key(), Stake: 100})
	}
	h.genesis.Holders = []contract.Holder{{Account: signerOf(14).Key(), Balance: 1000}}
	h.rules = contract.RulesOf(&h.genesis, validators.NewJudge())
	h.tips, h.headers = []*contract.Tip{h.genesis.Tip()}, []contract.Header{{}}
	fifth, chain := signerOf(14), h.genesis.Chain()
	register := &contract.Transaction{Nonce: 1, Fee: 1, Kind: contract.Register, Key: signerOf(4).Key(),
		Proof: contract.Possess(chain, fifth.Key(), signerOf(4))}
	delegate := &contract.Transaction{Nonce: 2, Fee: 1, Kind: contract.Delegate, To: fifth.Key(), Amount: 500}
	register.Sign(chain, fifth.key)
	delegate.Sign(chain, fifth.key)
	for n := range heights {
		var txs []*contract.Transaction
		if n == 0 {
			txs = []*contract.Transaction{register, delegate}
		}
		h.decide(txs)
	}
	return h
}

// decide adds a block, and the precommits of all in the set.
func (h *history) decide(txs []*contract.Transaction) {
	tip := h.tips[len(h.tips)-1]
	b := h.rules.Draft(tip, 0, 0, nil, txs)
	next, err := h.rules.Execute(tip, b)
	require.NoError(h.t, err)
	next.By = h.certify(next.Set, b.Height, next.Hash, 5)
	h.tips, h.headers = append(h.tips, next), append(h.headers, b.Header)
	h.blocks = append(h.blocks, &contract.Certified{Block: b, By: next.By})
}

// certify has the first so many keys precommit.
func (h *history) certify(set contract.Set, height uint64, hash contract.Hash, keys byte) *contract.Certificate {
	var words []*contract.Word
	for i := range keys {
		w := &contract.Word{Kind: contract.Precommit, Height: height, Hash: hash, Valid: contract.NoRound}
		w.Sign(h.genesis.Chain(), signerOf(i))
		words = append(words, w)
	}
	return contract.Certify(set, words)
}

func (h *history) signed(height int) contract.SignedHeader {
	return contract.SignedHeader{Header: h.headers[height], By: h.tips[height].By, Next: h.tips[height].Next}
}

// A light client follows headers over a change of the set, and reads accounts by their paths.
func TestLight_FollowsOverAChangeOfTheSet_VAL11(t *testing.T) {
	h := newHistory(t, 9)
	l := contract.NewLight(h.genesis, validators.NewJudge())
	for height := 1; height <= 9; height++ {
		require.NoError(t, l.Follow(h.signed(height)))
	}
	require.Len(t, h.tips[4].Set, 4)
	require.Len(t, h.tips[5].Set, 5, "the fifth has been elected")
	require.EqualValues(t, 9, l.Height())
	for who, want := range map[byte]contract.Account{14: {Balance: 1000 - 502, Nonce: 2}, 99: {}} {
		value, path := h.tips[9].State.ProveAccount(signerOf(who).Key())
		acc, absent, err := l.Account(signerOf(who).Key(), value, path)
		require.NoError(t, err)
		require.Equal(t, want, acc)
		require.Equal(t, who == 99, absent)
	}
	value, path := h.tips[9].State.ProveAccount(signerOf(14).Key())
	_, _, err := l.Account(signerOf(14).Key(), nil, path)
	require.ErrorIs(t, err, contract.ErrProof, "that there is none cannot be proved")
	value[0] ^= 1
	_, _, err = l.Account(signerOf(14).Key(), value, path)
	require.ErrorIs(t, err, contract.ErrProof)
}

// What does not fit is refused, and the client stays where it was.
func TestLight_RefusesForgeries_VAL7_VAL11(t *testing.T) {
	h := newHistory(t, 6)
	l := contract.NewLight(h.genesis, validators.NewJudge())
	for height := 1; height <= 4; height++ {
		require.NoError(t, l.Follow(h.signed(height)))
	}
	for name, change := range map[string]func(s *contract.SignedHeader){
		"its parent is another":  func(s *contract.SignedHeader) { s.Header.Parent[0] ^= 1 },
		"the same again":         func(s *contract.SignedHeader) { *s = h.signed(4) },
		"no certificate":         func(s *contract.SignedHeader) { s.By = nil },
		"that of another header": func(s *contract.SignedHeader) { s.By = h.tips[4].By },
		"a field of the header":  func(s *contract.SignedHeader) { s.Header.StateRoot[0] ^= 1 },
		"another set after it":   func(s *contract.SignedHeader) { s.Next = h.tips[1].Next },
		"of the old set, who are no quorum any longer": func(s *contract.SignedHeader) {
			s.By = h.certify(h.tips[5].Set, 5, h.tips[5].Hash, 4)
		},
		"a set of its own": func(s *contract.SignedHeader) {
			s.Header.SetHash = h.tips[1].Set.Hash()
			s.By = h.certify(h.tips[1].Set, 5, s.Header.Hash(h.genesis.Chain()), 4)
		},
	} {
		s := h.signed(5)
		change(&s)
		require.ErrorIs(t, l.Follow(s), contract.ErrCertificate, name)
		require.EqualValues(t, 4, l.Height(), name)
	}
	require.NoError(t, l.Follow(h.signed(5)))
}

// Headers may be left out while the set stays the same, and not over a change of it.
func TestLight_LeavesOutHeadersOfOneSet_VAL11(t *testing.T) {
	h := newHistory(t, 9)
	l := contract.NewLight(h.genesis, validators.NewJudge())
	require.ErrorIs(t, l.Follow(h.signed(5)), contract.ErrCertificate, "of a set that it does not know")
	require.NoError(t, l.Follow(h.signed(4)))
	require.NoError(t, l.Follow(h.signed(9)))
	require.ErrorIs(t, l.Follow(h.signed(8)), contract.ErrCertificate, "it never goes back")
	s, set := l.Newest()
	require.Equal(t, h.signed(9), s)
	again, err := contract.Anchor(h.genesis.Chain(), validators.NewJudge(), &s, set)
	require.NoError(t, err)
	require.Equal(t, l, again)
	_, err = contract.Anchor(h.genesis.Chain(), validators.NewJudge(), &s, h.tips[1].Set)
	require.ErrorIs(t, err, contract.ErrCertificate)
}

// A node may begin with a header that somebody whom it trusts has named, and with a snapshot of the state under it; from
// there it executes blocks as those do that began with genesis. A forged snapshot is refused.
func TestLight_SnapshotUnderACertifiedHeader_VAL11_ZB3(t *testing.T) {
	h := newHistory(t, 7)
	chain, judge, at := h.genesis.Chain(), validators.NewJudge(), h.tips[6]
	_, err := contract.Trust(chain, judge, h.tips[5].Hash, h.headers[6], at.Next)
	require.ErrorIs(t, err, contract.ErrCertificate)
	_, err = contract.Trust(chain, judge, at.Hash, h.headers[6], h.tips[1].Next)
	require.ErrorIs(t, err, contract.ErrCertificate)
	l, err := contract.Trust(chain, judge, at.Hash, h.headers[6], at.Next)
	require.NoError(t, err)
	var entries contract.Tree
	at.State.Tree().Walk(func(key, value []byte) bool {
		entries = entries.With(key, value)
		return true
	})
	forged := entries.With([]byte("a"), []byte("mine"))
	_, err = l.Tip(forged, at.Set, at.By)
	require.ErrorContains(t, err, "not the state that the header commits to")
	_, err = l.Tip(entries, h.tips[1].Set, at.By)
	require.ErrorContains(t, err, "the set is another")
	_, err = l.Tip(entries, at.Set, h.certify(at.Set, 6, at.Hash, 4))
	require.ErrorContains(t, err, "the certificate is another")
	tip, err := l.Tip(entries, at.Set, at.By)
	require.NoError(t, err)
	require.Equal(t, at.Hash, tip.Hash)
	b := h.rules.Draft(tip, 0, h.headers[7].Time, nil, nil)
	next, err := h.rules.Execute(tip, b)
	require.NoError(t, err)
	require.Equal(t, h.tips[7].Hash, next.Hash, "the same block on the same state")
}
