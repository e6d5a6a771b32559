package bitcoin_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/txscript/v2"
	"github.com/btcsuite/btcd/wire/v2"
	"github.com/stretchr/testify/require"

	"strata/bitcoin"
	"strata/ledgers/causal"
)

// The script is the one of the package's comment.
func TestContract_Script_S12(t *testing.T) {
	alice, bob := wallet("alice"), wallet("bob")
	c, err := bitcoin.NewContract(causal.Held{From: alice.Key.Public(), To: bob.Key.Public(), Amount: 1, Hash: [32]byte{7}, Until: 501})
	require.NoError(t, err)
	script, err := txscript.DisasmString(c.Script())
	require.NoError(t, err)
	a, b := alice.Key.Public(), bob.Key.Public()
	require.Equal(t, "OP_IF OP_SIZE 20 OP_EQUALVERIFY OP_SHA256 07"+strings.Repeat("00", 31)+" OP_EQUALVERIFY 02"+hex.EncodeToString(b[:])+
		" OP_ELSE f401 OP_CHECKLOCKTIMEVERIFY OP_DROP 02"+hex.EncodeToString(a[:])+" OP_ENDIF OP_CHECKSIG", script)
	hash := sha256.Sum256(c.Script())
	require.Equal(t, append([]byte{0, 32}, hash[:]...), c.Output())
}

// No lock is made of what no script can say, or nobody can spend.
func TestContract_Terms_S12(t *testing.T) {
	alice, bob := wallet("alice").Key.Public(), wallet("bob").Key.Public()
	for _, c := range []struct {
		name string
		held causal.Held
		err  error
	}{
		{"a time", causal.Held{From: alice, To: bob, Until: 500_000_001}, bitcoin.ErrHeight},
		{"no height", causal.Held{From: alice, To: bob}, bitcoin.ErrHeight},
		{"no point", causal.Held{From: alice, To: [32]byte(bytes.Repeat([]byte{255}, 32)), Until: 5}, bitcoin.ErrKey},
		{"no point of who locks", causal.Held{To: bob, Until: 5}, bitcoin.ErrKey},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := bitcoin.NewContract(c.held)
			line(t, err, c.err, "")
		})
	}
	_, err := bitcoin.NewKey([32]byte{})
	line(t, err, bitcoin.ErrKey, "take 32 other random bytes")
}

// A lock has to pay for its own redeem, and its maker for the lock.
func TestContract_Lock_Refused_S12(t *testing.T) {
	alice, bob := funded(t, 10_000), empty()
	for _, c := range []struct {
		name   string
		amount uint64
		err    error
		says   string
	}{
		{"dust", 300, bitcoin.ErrDust, "a lock of 300 satoshis"},
		{"too little for its redeem", 500, bitcoin.ErrDust, "or more"},
		{"too much", 10_000, bitcoin.ErrFunds, "has 10000 satoshis"},
	} {
		t.Run(c.name, func(t *testing.T) {
			contract, err := bitcoin.NewContract(causal.Held{From: alice.Key.Public(), To: bob.Key.Public(), Amount: c.amount, Until: 5})
			require.NoError(t, err)
			_, err = contract.Lock(&alice, coins(t, alice))
			line(t, err, c.err, c.says)
		})
	}
}

// The secret opens the lock for its recipient, once.
func TestContract_Redeem_S12(t *testing.T) {
	s := secret(1)
	l := lock(t, s[:], uint64(height(t))+50)
	tx, err := l.contract.Redeem(&l.payee, l.at, s[:])
	require.NoError(t, err)
	require.NoError(t, node.Send(t.Context(), tx))
	require.NoError(t, node.Send(t.Context(), tx), "what is known already is no error")
	mine(t, 1)
	require.NoError(t, node.Send(t.Context(), tx), "nor what is in a block")
	require.Greater(t, has(t, l.payee), int64(99_000))

	l.payee.FeeRate = 3 // another redeem of the same lock
	again, err := l.contract.Redeem(&l.payee, l.at, s[:])
	require.NoError(t, err)
	line(t, node.Send(t.Context(), again), bitcoin.ErrRefused, "orphan transaction")
	refund, err := l.contract.Refund(&l.payer, l.at, uint32(l.held.Until))
	require.NoError(t, err)
	mine(t, 60)
	line(t, node.Send(t.Context(), refund), bitcoin.ErrRefused, "orphan transaction")
}

// A secret of 31 or 33 bytes opens nothing, also where it is what was hashed: OP_SIZE sees to that.
func TestContract_WrongSecrets_S12(t *testing.T) {
	whole := secret(2)
	for name, c := range map[string]struct{ hashed, given []byte }{
		"31 bytes, hashed": {whole[:31], whole[:31]},
		"33 bytes, hashed": {append(whole[:], 0), append(whole[:], 0)},
		"31 of 32 bytes":   {whole[:], whole[:31]},
		"33 for 32 bytes":  {whole[:], append(whole[:], 0)},
		"32 other bytes":   {whole[:], make([]byte, 32)},
		"none":             {whole[:], nil},
	} {
		t.Run(name, func(t *testing.T) {
			l := lock(t, c.hashed, uint64(height(t))+50)
			_, err := l.contract.Redeem(&l.payee, l.at, c.given)
			line(t, err, bitcoin.ErrSecret, "want the 32 that were hashed")
			tx, err := l.contract.Spend(&l.payee, l.at, [][]byte{c.given, {1}}, 0)
			require.NoError(t, err)
			line(t, node.Send(t.Context(), tx), bitcoin.ErrRefused, "OP_EQUALVERIFY failed")
		})
	}
}

// Each branch asks for its own key.
func TestContract_WrongKeys_S12(t *testing.T) {
	s := secret(3)
	l := lock(t, s[:], uint64(height(t))+2)
	mine(t, 3)
	refused := func(tx *wire.MsgTx, err error) {
		t.Helper()
		require.NoError(t, err)
		line(t, node.Send(t.Context(), tx), bitcoin.ErrRefused, "signature")
	}
	refused(l.contract.Redeem(&l.payer, l.at, s[:]))
	refused(l.contract.Refund(&l.payee, l.at, height(t)))
}

// The money is back from the lock's height on: in that block, and in none before.
func TestContract_Refund_S12(t *testing.T) {
	s := secret(4)
	l := lock(t, s[:], uint64(height(t))+6)
	before := has(t, l.payer)
	for uint64(height(t))+1 < l.held.Until {
		_, err := l.contract.Refund(&l.payer, l.at, height(t))
		line(t, err, bitcoin.ErrEarly, "and the lock ends at")
		tx, err := l.contract.Spend(&l.payer, l.at, [][]byte{nil}, uint32(l.held.Until-1))
		require.NoError(t, err)
		line(t, node.Send(t.Context(), tx), bitcoin.ErrRefused, "not finalized")
		tx, err = l.contract.Spend(&l.payer, l.at, [][]byte{nil}, height(t)) // which says that it may
		require.NoError(t, err)
		line(t, node.Send(t.Context(), tx), bitcoin.ErrRefused, "locktime requirement not satisfied")
		mine(t, 1)
	}
	tx, err := l.contract.Refund(&l.payer, l.at, height(t))
	require.NoError(t, err)
	require.NoError(t, node.Send(t.Context(), tx))
	mine(t, 1)
	require.Equal(t, l.held.Until, uint64(height(t)))
	require.Greater(t, has(t, l.payer), before+99_000)

	late, err := l.contract.Redeem(&l.payee, l.at, s[:])
	require.NoError(t, err)
	line(t, node.Send(t.Context(), late), bitcoin.ErrRefused, "orphan transaction")
}

// Of a redeem and a refund for the same block the node takes the first and says why it refuses the other.
func TestContract_BothAtTheHeight_S12(t *testing.T) {
	for name, redeems := range map[string]bool{"redeem first": true, "refund first": false} {
		t.Run(name, func(t *testing.T) {
			s := secret(5)
			l := lock(t, s[:], uint64(height(t))+3) // two blocks are made on the way
			redeem, err := l.contract.Redeem(&l.payee, l.at, s[:])
			require.NoError(t, err)
			refund, err := l.contract.Refund(&l.payer, l.at, height(t))
			require.NoError(t, err)
			first, second := redeem, refund
			if !redeems {
				first, second = refund, redeem
			}
			require.NoError(t, node.Send(t.Context(), first))
			line(t, node.Send(t.Context(), second), bitcoin.ErrRefused, "already spent")
			mine(t, 1)
			require.Equal(t, l.held.Until, uint64(height(t)))
			require.Equal(t, redeems, has(t, l.payee) > 0)
		})
	}
}
