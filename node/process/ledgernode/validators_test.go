package ledgernode

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// account is the key of one that genesis gives something.
func account(number byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = number
	return ed25519.NewKeyFromSeed(seed)
}

// newValidators founds elective 8, with blocks only of work, and accounts 1 and 2 with something to spend.
func newValidators(t *testing.T, n int) *rig {
	t.Helper()
	limits := validators.Config{EmptyInterval: time.Hour}
	return foundRig(t, Validators(solutions.Electives().Validators(), limits), n, func(members []ledgers.Member) Genesis {
		g := validators.Genesis{Params: validators.Defaults()}
		for i, m := range members {
			g.Founders = append(g.Founders, validators.Founder{Member: m, Account: addressOf(account(byte(100 + i))), Stake: 20_000})
		}
		for i := range byte(2) {
			g.Holders = append(g.Holders, validators.Holder{Account: addressOf(account(i + 1)), Balance: 1_000_000})
		}
		return g
	})
}

// pay is a transfer of account 1, encoded.
func (r *rig) pay(nonce uint64) []byte {
	tx := &validators.Transaction{Nonce: nonce, Fee: 1, Kind: validators.Transfer, To: addressOf(account(3)), Amount: 10}
	tx.Sign(r.genesis.Chain(), account(1))
	return tx.Encode()
}

// Seven validators over TLS on loopback: two stop and start again, and what is paid at one is paid at all.
func TestValidators_TwoOfSevenStopAndStartAgain_VAL10_LED9(t *testing.T) {
	r := newValidators(t, 7)
	var nodes []*Running
	for i := range 7 {
		nodes = append(nodes, r.run(i))
	}
	r.write(nodes[0], r.pay(1))
	require.NoError(t, nodes[5].Stop())
	require.NoError(t, nodes[6].Stop())
	r.write(nodes[1], r.pay(2))
	back := r.run(6)
	o := r.write(back, r.pay(3))
	require.Positive(t, o.Height)
	r.write(back, r.pay(3)) // LED-2: the same once more
	a, err := back.Account(addressOf(account(3)))
	require.NoError(t, err)
	require.Equal(t, Account{addressOf(account(3)).String(), 30, 1, o.Height}, a)
	s := r.status(back)
	require.Equal(t, validators.Name, s.Ledger)
	require.Equal(t, 6, s.Member)
	require.Len(t, s.Set, 7)
	require.EqualValues(t, 140_000, s.Total)
	require.EqualValues(t, 20_000, s.Power)
}

// A node that genesis does not name follows, and has no power. Its directory belongs to its ledger.
func TestValidators_ObserverFollows_VAL11(t *testing.T) {
	r := newValidators(t, 1)
	member := r.run(0)
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	key, err := keyfile.New()
	require.NoError(t, err)
	require.NoError(t, Init(r.path(9), r.genesis, key))
	d, err := Open(r.path(9))
	require.NoError(t, err)
	o, err := Run(r.ledger, Config{Directory: d, Listen: addrs[0], Log: slog.DiscardHandler})
	require.NoError(t, err)
	defer o.Stop()
	r.write(o, r.pay(1))
	require.Eventually(t, func() bool { return r.status(member).Height == 1 }, patience, 10*time.Millisecond)
	require.Zero(t, r.status(o).Power)
	require.Equal(t, -1, r.status(o).Member)
	_, err = Run(stack(), Config{Directory: d})
	require.ErrorContains(t, err, "is the directory of a node of ledger validators, not leader")
}

// The API has accounts; what only another ledger has is not there. Words of the ledger's own say what is wrong.
func TestValidators_API_Z05_Z31_Z32(t *testing.T) {
	r := newValidators(t, 1)
	node := r.run(0)
	api := r.serve(node)
	o, err := api.Submit(t.Context(), r.pay(1), maxWait)
	require.NoError(t, err)
	require.Equal(t, "final", o.State)
	a, err := api.Account(t.Context(), addressOf(account(1)))
	require.NoError(t, err)
	require.Equal(t, Account{addressOf(account(1)).String(), 1_000_000 - 11, 2, 1}, a)
	_, err = api.Submit(t.Context(), r.pay(1)[1:], maxWait)
	require.ErrorContains(t, err, ledgers.ErrMalformed.Error())
	forged := r.pay(2)
	forged[len(forged)-1] ^= 1
	_, err = api.Submit(t.Context(), forged, maxWait)
	require.ErrorContains(t, err, ledgers.ErrSignature.Error())
	_, err = api.Value(t.Context(), []byte("color"))
	require.ErrorContains(t, err, "there is nothing at /v1/value")
	for path, status := range map[string]int{"/v1/accounts/zz": 400, "/v1/accounts/": 404, "/": 200} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", api.URL+path, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, status, resp.StatusCode, path)
		if status >= 400 {
			require.Equal(t, "application/json", resp.Header.Get("Content-Type"), path)
		}
	}
}

// A validator whose disk is put aside signs nothing until the operator says from which height on (VAL-6).
func TestValidators_LostDiskSignsNothing_VAL6(t *testing.T) {
	r := newValidators(t, 1)
	node := r.run(0)
	r.write(node, r.pay(1))
	require.NoError(t, node.Stop())
	d, err := Open(r.path(0))
	require.NoError(t, err)
	_, err = d.SetAside()
	require.NoError(t, err)
	back := r.run(0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
	defer cancel()
	o, err := back.Submit(ctx, r.pay(1))
	require.NoError(t, err)
	require.Equal(t, "waiting", o.State, "it has no memory of what it signed")
	require.NoError(t, back.Stop())
	r.ledger = Validators(solutions.Electives().Validators(), validators.Config{EmptyInterval: time.Hour, SignFrom: 1})
	r.write(r.run(0), r.pay(1))
}

// A validator whose disk has lost a file of the two does not start, and says what there is to do (VAL-6).
func TestValidators_LostFile_VAL6(t *testing.T) {
	r := newValidators(t, 1)
	node := r.run(0)
	r.write(node, r.pay(1))
	require.NoError(t, node.Stop())
	for _, name := range []string{"decided", "signed"} {
		file := filepath.Join(r.path(0), DirDisk, name)
		whole, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.Remove(file))
		err = r.refused(0)
		require.ErrorIs(t, err, ledgers.ErrDamaged)
		require.ErrorContains(t, err, name+" is gone")
		require.ErrorContains(t, err, "--lost-disk")
		require.NoError(t, os.WriteFile(file, whole, 0o600))
	}
	r.write(r.run(0), r.pay(2))
}

// A genesis with which nobody can begin is refused, with the line or the validator that is wrong.
func TestValidators_GenesisRefused(t *testing.T) {
	r := newValidators(t, 2)
	file := filepath.Join(r.path(0), FileGenesis)
	g := r.genesis.(validators.Genesis)
	one := func(change func(g *validators.Genesis)) string {
		c := validators.Genesis{Params: g.Params}
		c.Founders = append(c.Founders, g.Founders...)
		c.Holders = append(c.Holders, g.Holders...)
		change(&c)
		return c.Text()
	}
	for name, c := range map[string]struct{ text, want string }{
		"no stake":         {one(func(g *validators.Genesis) { g.Founders[0].Stake = 0 }), "validator 0 has stake 0, want at least min-self"},
		"more than all":    {one(func(g *validators.Genesis) { g.Founders[0].Stake = validators.MaxSupply }), "stakes and balances together"},
		"a sum over all":   {one(func(g *validators.Genesis) { g.Holders[0].Balance = 1<<63 + 1; g.Holders[1].Balance = 1 << 63 }), "stakes and balances together"},
		"nobody":           {one(func(g *validators.Genesis) { g.Founders = nil }), "0 validators, want 1 to 21"},
		"a key twice":      {one(func(g *validators.Genesis) { g.Founders[1].Key = g.Founders[0].Key }), "validator 1 has the key"},
		"an account twice": {one(func(g *validators.Genesis) { g.Holders[1] = g.Holders[0] }), "account 1 is there twice"},
		"a stake twice":    {one(func(g *validators.Genesis) { g.Founders[1].Account = g.Founders[0].Account }), "validator 1 has the key, the address or the account"},
		"no number":        {g.Text() + "account " + addressOf(account(5)).String() + " -5\n", "line 11"},
		"too big a number": {g.Text() + "account " + addressOf(account(5)).String() + " 18446744073709551616\n", "line 11"},
		"another ledger":   {leader.Genesis{Members: g.Roster()}.Text(), "ledger leader, not validators"},
	} {
		require.NoError(t, os.WriteFile(file, []byte(c.text), 0o600))
		require.ErrorContains(t, r.refused(0), c.want, name)
	}
}

// What a client submitted at a node and what nobody has decided is there again after a restart, and then decided; what
// is damaged is put aside.
func TestValidators_WhatWaitsSurvivesARestart_Z06(t *testing.T) {
	r := newValidators(t, 4)
	node := r.run(0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second/10)
	defer cancel()
	o, err := node.Submit(ctx, r.pay(1))
	require.NoError(t, err)
	require.Equal(t, "waiting", o.State, "one of four is no quorum")
	require.NoError(t, node.Stop())
	node = r.run(0)
	for i := range 3 {
		r.run(i + 1)
	}
	require.Eventually(t, func() bool { return r.status(node).Height > 0 }, patience, 10*time.Millisecond)
	a, err := node.Account(addressOf(account(3)))
	require.NoError(t, err)
	require.EqualValues(t, 10, a.Balance)
	require.NoError(t, node.Stop())
	file := filepath.Join(r.path(0), FileWaiting)
	left, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, left)
	require.NoError(t, os.WriteFile(file, []byte("no operations"), 0o600))
	require.NoError(t, r.run(0).Stop())
	require.FileExists(t, file+".damaged")
}

// A validator that registers after genesis is known to the guards of the others from when it is elected.
func TestValidators_GuardKnowsWhoRegisteredLater_VAL3_Z26(t *testing.T) {
	r := newValidators(t, 1)
	r.ledger = Validators(solutions.Electives().Validators(), validators.Config{EmptyInterval: 50 * time.Millisecond})
	g := r.genesis.(validators.Genesis)
	g.Epoch = 2
	key, err := keyfile.New()
	require.NoError(t, err)
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	run := func(path string, listen network.Addr) *Running {
		d, err := Open(path)
		require.NoError(t, err)
		node, err := Run(r.ledger, Config{Directory: d, Listen: listen, Guard: strict(), Log: slog.DiscardHandler})
		require.NoError(t, err)
		t.Cleanup(func() { _ = node.Stop() })
		return node
	}
	require.NoError(t, Init(r.path(5), g, r.keys[0]))
	require.NoError(t, Init(r.path(9), g, key))
	old, later := run(r.path(5), ""), run(r.path(9), addrs[0])
	known := func() (known bool) {
		require.NoError(t, old.do(func() {
			for _, c := range old.guard.Conns() {
				known = known || c.Member
			}
		}))
		return known
	}
	require.Eventually(t, func() bool { return len(r.status(old).Peers) == 1 }, patience, 10*time.Millisecond)
	require.False(t, known(), "an observer is a stranger")
	for i, tx := range []*validators.Transaction{
		{Kind: validators.Register, Key: later.Config.Directory.Public(), Proof: validators.Possess(g.Chain(), addressOf(account(1)), forger{key})},
		{Kind: validators.Delegate, To: addressOf(account(1)), Amount: 20_000},
	} {
		tx.Nonce, tx.Fee = uint64(i+1), 1
		tx.Sign(g.Chain(), account(1))
		r.write(old, tx.Encode())
	}
	require.Eventually(t, func() bool { return r.status(later).Power == 20_000 && known() }, patience, 10*time.Millisecond)
}
