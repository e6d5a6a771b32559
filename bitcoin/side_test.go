package bitcoin_test

import (
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/bitcoin"
	"strata/harness/sim/disk"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
)

// store is a disk whose syncs end when the test says so.
type store struct {
	*disk.Disk
	device disk.Device
	wait   bool
	ends   []func()
}

func newStore() *store {
	s := &store{Disk: disk.New()}
	s.device = disk.Device{
		On: func() *disk.Disk { return s.Disk },
		End: func(_ string, sync *disk.Sync, done func(error)) {
			s.ends = append(s.ends, func() { done(sync.End(false)) })
			if !s.wait {
				s.end()
			}
		},
	}
	return s
}

func (s *store) end() {
	for len(s.ends) > 0 {
		next := s.ends[0]
		s.ends = s.ends[1:]
		next()
	}
}

// crash loses what no sync covered.
func (s *store) crash() {
	s.ends, s.wait = nil, false
	s.Crash(func(uint64) uint64 { return 0 })
}

// open opens a side of a wallet.
func open(t testing.TB, w bitcoin.Wallet, held causal.Held, on network.Disk) (side *bitcoin.Side) {
	bitcoin.Open(bitcoin.Config{Wallet: w, Lock: held}, node, on, "bitcoin", func(s *bitcoin.Side, err error) {
		require.NoError(t, err)
		side = s
	})
	require.NotNil(t, side)
	require.NoError(t, side.Look(t.Context()))
	return side
}

// agreed is a lock that two wallets have agreed on.
func agreed(payer, payee bitcoin.Wallet, secret [32]byte, until uint64) causal.Held {
	return causal.Held{From: payer.Key.Public(), To: payee.Key.Public(), Amount: 100_000, Hash: sha256.Sum256(secret[:]), Until: until}
}

// locks is the deed that makes the lock.
func locks(h causal.Held) *causal.Deed {
	return &causal.Deed{Kind: causal.Lock, To: h.To, Amount: h.Amount, Hash: h.Hash, Until: h.Until}
}

// A deed is on the disk before anybody hears of it, is told until a block has it, and is done once over crashes.
func TestSide_SentOnce_S12_CAU10(t *testing.T) {
	payer, payee, s := funded(t, 500_000), empty(), secret(10)
	held, on := agreed(payer, payee, s, uint64(height(t))+50), newStore()
	script, err := bitcoin.NewContract(held)
	require.NoError(t, err)
	told := func() int {
		history, err := node.History(t.Context(), script.Output())
		require.NoError(t, err)
		return len(history)
	}
	side := open(t, payer, held, on.device)
	on.wait = true
	side.Send(locks(held))
	require.NoError(t, side.Look(t.Context()))
	require.Zero(t, told(), "it is not safe yet")
	on.crash()

	side = open(t, payer, held, on.device)
	require.NoError(t, side.Look(t.Context()))
	require.Zero(t, told(), "a crash before the sync leaves nothing")
	side.Send(locks(held))
	on.crash()
	side = open(t, payer, held, on.device) // it was safe, and nobody has heard of it
	require.NoError(t, side.Look(t.Context()))
	require.Equal(t, 1, told())
	for range 3 {
		side.Send(locks(held))
		require.NoError(t, side.Look(t.Context()))
		side = open(t, payer, held, on.device)
	}
	lost := open(t, payer, held, newStore().device) // its disk is gone: the chain shows the lock before a block has it
	lost.Send(locks(held))
	require.NoError(t, lost.Look(t.Context()))
	mine(t, 1)
	require.NoError(t, side.Look(t.Context()))
	require.Len(t, side.View(held.Hash).Locks, 1)
	require.Equal(t, 1, told())
	require.Empty(t, side.View([32]byte{1}).Locks, "of another hash there is none")
	require.Greater(t, side.Balance(), int64(399_000))
}

// What cannot be done is said once, in one line, and nothing is sent.
func TestSide_Refused_S12(t *testing.T) {
	payer, payee, s := funded(t, 150_000), empty(), secret(11)
	held := agreed(payer, payee, s, uint64(height(t))+50)
	from, to := open(t, payer, held, newStore().device), open(t, payee, held, newStore().device)
	other := held
	other.Amount++
	refused := func(side *bitcoin.Side, d *causal.Deed, kind error, says string) {
		t.Helper()
		side.Send(d)
		line(t, side.Look(t.Context()), kind, says)
		require.NoError(t, side.Look(t.Context()))
	}
	refused(from, locks(other), bitcoin.ErrTerms, "not the one agreed on")
	refused(to, locks(held), bitcoin.ErrTerms, "not this key's")
	refused(to, &causal.Deed{Kind: causal.Redeem, Secret: s[:]}, bitcoin.ErrNoLock, "look again")
	id := inABlock(t, from, to, held)
	refused(to, &causal.Deed{Kind: causal.Redeem, Of: id, Secret: s[:31]}, bitcoin.ErrSecret, "31 bytes")
	refused(to, &causal.Deed{Kind: causal.Redeem, Of: id, Secret: append(s[:], 0)}, bitcoin.ErrSecret, "33 bytes")
	refused(to, &causal.Deed{Kind: causal.Refund, Of: id}, bitcoin.ErrTerms, "who made it gets the refund")
	refused(from, &causal.Deed{Kind: causal.Redeem, Of: id, Secret: s[:]}, bitcoin.ErrTerms, "the recipient redeems")
	refused(from, &causal.Deed{Kind: causal.Refund, Of: id}, bitcoin.ErrEarly, "the lock ends at")

	to.Send(&causal.Deed{Kind: causal.Redeem, Of: id, Secret: s[:]})
	require.NoError(t, to.Look(t.Context()))
	mine(t, 1)
	require.NoError(t, from.Look(t.Context()))
	require.Equal(t, swap.Redeemed, from.View(held.Hash).Locks[0].End)
	require.Equal(t, s, from.View(held.Hash).Locks[0].Secret, "the block shows the secret")
	require.NoError(t, to.Look(t.Context()))
	again := &causal.Deed{Kind: causal.Redeem, Of: id, Secret: s[:]}
	lost := open(t, payee, held, newStore().device)
	refused(lost, again, bitcoin.ErrNoLock, "spent already")
	refused(from, &causal.Deed{Kind: causal.Refund, Of: id}, bitcoin.ErrNoLock, "spent already")

	poor, rest := empty(), agreed(empty(), payee, s, held.Until)
	rest.From = poor.Key.Public()
	refused(open(t, poor, rest, newStore().device), locks(rest), bitcoin.ErrFunds, "has 0 satoshis")
}

// inABlock locks from one side, and is the lock that both see in a block then.
func inABlock(t *testing.T, from, to *bitcoin.Side, held causal.Held) causal.ElementID {
	t.Helper()
	from.Send(locks(held))
	require.NoError(t, from.Look(t.Context()))
	mine(t, 1)
	require.NoError(t, from.Look(t.Context()))
	require.NoError(t, to.Look(t.Context()))
	return to.View(held.Hash).Locks[0].ID
}

// A refund that comes behind a redeem is refused while that waits for a block, and given up when a block has it.
func TestSide_TooLate_S12(t *testing.T) {
	payer, payee, s := funded(t, 150_000), empty(), secret(15)
	held := agreed(payer, payee, s, uint64(height(t))+2)
	from, to := open(t, payer, held, newStore().device), open(t, payee, held, newStore().device)
	id := inABlock(t, from, to, held)
	to.Send(&causal.Deed{Kind: causal.Redeem, Of: id, Secret: s[:]})
	from.Send(&causal.Deed{Kind: causal.Refund, Of: id})
	require.NoError(t, to.Look(t.Context()))
	line(t, from.Look(t.Context()), bitcoin.ErrRefused, "already spent")
	mine(t, 1)
	require.NoError(t, from.Look(t.Context()))
	require.Equal(t, swap.Redeemed, from.View(held.Hash).Locks[0].End)
}

// A lock that differs in anything has another script, and is not seen.
func TestSide_OtherLocks_S12_CAU10(t *testing.T) {
	payer, payee, s := funded(t, 1_000_000), empty(), secret(12)
	held := agreed(payer, payee, s, uint64(height(t))+50)
	for name, change := range map[string]func(*causal.Held){
		"recipient": func(h *causal.Held) { h.To = rich.Key.Public() },
		"who locks": func(h *causal.Held) { h.From = rich.Key.Public() },
		"hash":      func(h *causal.Held) { h.Hash[0]++ },
		"height":    func(h *causal.Held) { h.Until++ },
	} {
		other := held
		change(&other)
		c, err := bitcoin.NewContract(other)
		require.NoError(t, err)
		tx, err := c.Lock(&payer, coins(t, payer))
		require.NoError(t, err)
		require.NoError(t, node.Send(t.Context(), tx))
		mine(t, 1)
		require.Empty(t, open(t, payee, held, newStore().device).View(held.Hash).Locks, name)
	}
	less := held
	less.Amount--
	c, err := bitcoin.NewContract(less)
	require.NoError(t, err)
	tx, err := c.Lock(&payer, coins(t, payer))
	require.NoError(t, err)
	require.NoError(t, node.Send(t.Context(), tx))
	mine(t, 1)
	side := open(t, payee, held, newStore().device)
	seen := side.View(held.Hash).Locks
	require.Len(t, seen, 1, "an amount is no part of the script")
	require.Equal(t, held.Amount-1, seen[0].Amount)
	side.Send(&causal.Deed{Kind: causal.Redeem, Of: seen[0].ID, Secret: s[:]})
	line(t, side.Look(t.Context()), bitcoin.ErrNoLock, "as agreed on")
}

// With two confirmations a lock, and its end, show one block later.
func TestSide_Confirmations_S12(t *testing.T) {
	payer, payee, s := funded(t, 500_000), empty(), secret(13)
	held := agreed(payer, payee, s, uint64(height(t))+50)
	slow := func(w bitcoin.Wallet) (side *bitcoin.Side) {
		bitcoin.Open(bitcoin.Config{Wallet: w, Lock: held, Confirmations: 2}, node, newStore().device, "bitcoin", func(s *bitcoin.Side, err error) {
			require.NoError(t, err)
			side = s
		})
		return side
	}
	from, to := slow(payer), slow(payee)
	look := func() {
		require.NoError(t, from.Look(t.Context()))
		require.NoError(t, to.Look(t.Context()))
	}
	look()
	from.Send(locks(held))
	look()
	mine(t, 1)
	look()
	require.Empty(t, to.View(held.Hash).Locks)
	mine(t, 1)
	look()
	require.Len(t, to.View(held.Hash).Locks, 1)
	to.Send(&causal.Deed{Kind: causal.Redeem, Of: to.View(held.Hash).Locks[0].ID, Secret: s[:]})
	look()
	mine(t, 1)
	look()
	require.Equal(t, swap.Open, from.View(held.Hash).Locks[0].End)
	mine(t, 1)
	look()
	require.Equal(t, swap.Redeemed, from.View(held.Hash).Locks[0].End)
}

// A side that cannot be opened says why, in one line.
func TestSide_Open_Refused_S12(t *testing.T) {
	payer, payee := empty(), empty()
	held := agreed(payer, payee, secret(14), 500)
	damaged := newStore()
	var shelf ledgers.Shelf
	require.NoError(t, shelf.Open(damaged.device, "bitcoin", nil))
	_, err := shelf.Add([]byte("nothing of ours"))
	require.NoError(t, err)
	late := held
	late.Until = 1 << 30
	for name, c := range map[string]struct {
		config bitcoin.Config
		on     *store
		err    error
		says   string
	}{
		"a time":             {bitcoin.Config{Wallet: payer, Lock: late}, newStore(), bitcoin.ErrHeight, "want 1 to 500000000"},
		"four confirmations": {bitcoin.Config{Wallet: payer, Lock: held, Confirmations: 4}, newStore(), bitcoin.ErrTerms, "want 1 to 3"},
		"a damaged file":     {bitcoin.Config{Wallet: payer, Lock: held}, damaged, ledgers.ErrDamaged, "bitcoin at byte 0"},
	} {
		t.Run(name, func(t *testing.T) {
			got := errors.New("not called")
			bitcoin.Open(c.config, node, c.on.device, "bitcoin", func(_ *bitcoin.Side, err error) { got = err })
			line(t, got, c.err, c.says)
		})
	}
}
