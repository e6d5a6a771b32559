package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/wallet"
)

var bob = mempool.PublicKey{2}

func newModelNode(first string) *modelNode {
	genesis := &modelBlock{name: "genesis"}
	return &modelNode{tip: &modelBlock{name: first, number: 1, parent: genesis}, submitted: map[string]bool{}}
}

func sender(n wallet.Node, path string) *wallet.Sender {
	return wallet.NewSender(n, key(1), path, func() time.Time { return noon })
}

// one is a sender with a node of its own.
func one(t *testing.T) (*wallet.Sender, *modelNode) {
	n := newModelNode("main")
	return sender(n, filepath.Join(t.TempDir(), "alice.wallet")), n
}

// sends makes a payment that has to succeed.
func sends(t *testing.T, s *wallet.Sender, amount uint64) mempool.Transaction {
	t.Helper()
	tx, err := s.Send(t.Context(), bob, amount)
	require.NoError(t, err)
	return tx
}

// state is what a look says of a payment.
func state(t *testing.T, s *wallet.Sender, tx mempool.Transaction) wallet.Payment {
	t.Helper()
	all, err := s.Refresh(t.Context())
	require.NoError(t, err)
	for _, p := range all {
		if p.Transaction == tx {
			return p
		}
	}
	require.Fail(t, "out of sight")
	return wallet.Payment{}
}

func TestSend_SeveralInARow(t *testing.T) {
	s, n := one(t)
	for want := range uint64(3) {
		tx := sends(t, s, 10)
		require.NoError(t, mempool.ZIP215{}.Verify(tx))
		require.Equal(t, want, tx.Nonce)
	}
	require.Len(t, n.pool, 3)
}

// G7: a payment is in sight from its making to the depth of the chain, and back.
func TestPayment_ThroughItsLife_G7(t *testing.T) {
	s, n := one(t)
	before := n.tip
	tx := sends(t, s, 10)
	require.Equal(t, wallet.Pending, state(t, s, tx).State)
	n.mine("2", false)
	n.mine("3", true)
	p := state(t, s, tx)
	require.Equal(t, []any{wallet.Confirmed, wallet.Block{Number: 2, Hash: "2"}, uint64(2)}, []any{p.State, p.Block, p.Depth})
	other := &modelNode{tip: before}
	for _, name := range []string{"2b", "3b", "4b"} {
		other.mine(name, true)
	}
	n.adopt(other.tip)
	require.Equal(t, wallet.FellBack, state(t, s, tx).State)
	n.pool = nil // after a minute (MEM-7)
	require.Equal(t, wallet.FellBack, state(t, s, tx).State)
	require.Len(t, n.pool, 1, "it is handed in again")
	n.mine("5b", false)
	require.Equal(t, wallet.Confirmed, state(t, s, tx).State)
}

// Nodes forget a transaction after a minute (MEM-7): what waits is sent again, before what comes behind it.
func TestSend_RemindsTheNode(t *testing.T) {
	s, n := one(t)
	first := sends(t, s, 10)
	n.pool = nil
	second := sends(t, s, 10)
	require.Equal(t, uint64(1), second.Nonce)
	require.Equal(t, []mempool.Transaction{first, second}, n.pool)
}

func TestSend_BalanceLessWhatIsUnderWay(t *testing.T) {
	s, _ := one(t)
	sends(t, s, modelFunds-40)
	_, err := s.Send(t.Context(), bob, 41)
	require.ErrorIs(t, err, wallet.ErrBalance)
	require.EqualError(t, err, "the balance is not sufficient: 40 of 100000 are free, wanted 41")
	sends(t, s, 40)
}

// A node that goes away before anything was signed loses nothing.
func TestSend_NodeIsAway(t *testing.T) {
	s, n := one(t)
	n.away = true
	_, err := s.Send(t.Context(), bob, 10)
	require.ErrorIs(t, err, wallet.ErrUnreachable)
	n.away = false
	require.Zero(t, sends(t, s, 10).Nonce)
}

// refuses is a node that takes no transactions, and says why.
type refuses struct {
	*modelNode
	by error
}

func (r refuses) Submit(context.Context, mempool.Transaction, string) error { return r.by }

// What the node refused is not sent later: its owner will have sent another in its place.
func TestSend_RefusedIsNotSentAgain(t *testing.T) {
	for _, refusal := range []error{wallet.ErrToken, wallet.ErrWrongToken, &wallet.Problem{Status: http.StatusConflict}} {
		n := newModelNode("main")
		path := filepath.Join(t.TempDir(), "alice.wallet")
		tx, err := sender(refuses{n, refusal}, path).Send(t.Context(), bob, 10)
		require.ErrorIs(t, err, refusal)
		s := sender(n, path)
		require.Equal(t, wallet.Refused, state(t, s, tx).State)
		require.Empty(t, n.pool)
		sends(t, s, 20)
		require.Len(t, n.pool, 1)
	}
}

// Whether the node has it is not known: the same one is sent again, and no other in its place. Also if a
// node refuses it later: it may have been sent.
func TestSend_UncertainIsKept(t *testing.T) {
	for _, failure := range []error{wallet.ErrUnreachable, &wallet.Problem{Status: http.StatusServiceUnavailable}} {
		n := newModelNode("main")
		path := filepath.Join(t.TempDir(), "alice.wallet")
		first, err := sender(refuses{n, failure}, path).Send(t.Context(), bob, 10)
		require.ErrorIs(t, err, wallet.ErrUncertain)
		require.ErrorContains(t, err, first.ID().String())
		p := state(t, sender(refuses{n, &wallet.Problem{Status: http.StatusConflict, Detail: "no"}}, path), first)
		require.Equal(t, []any{wallet.Made, "no"}, []any{p.State, p.Note})
		second := sends(t, sender(n, path), 20)
		require.Equal(t, []mempool.Transaction{first, second}, n.pool)
	}
}

func TestSend_ManyAtOnce(t *testing.T) {
	s, n := one(t)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			_, err := s.Send(t.Context(), bob, 1)
			require.NoError(t, err)
		})
	}
	all.Wait()
	nonces := map[uint64]bool{}
	for _, tx := range n.pool {
		nonces[tx.Nonce] = true
	}
	require.Len(t, nonces, 16, "no nonce twice")
}

// Cancelling puts a payment of nothing to oneself in the place of one that waits: one of the two gets into a block, and
// the cancelled one is not handed in again.
func TestCancel(t *testing.T) {
	s, n := one(t)
	tx := sends(t, s, 10)
	cancel, err := s.Cancel(t.Context(), tx.ID().String()[:8])
	require.NoError(t, err)
	require.Equal(t, []any{tx.Nonce, uint64(0), owner}, []any{cancel.Nonce, cancel.Amount, cancel.Recipient})
	require.Equal(t, []mempool.Transaction{cancel}, n.pool)
	n.pool = nil
	state(t, s, tx)
	require.Equal(t, []mempool.Transaction{cancel}, n.pool, "the other is not sent again")
	_, err = s.Cancel(t.Context(), tx.ID().String())
	require.ErrorIs(t, err, wallet.ErrOver)
	n.mine("2", false)
	require.Equal(t, wallet.Replaced, state(t, s, tx).State)
	require.Equal(t, wallet.Confirmed, state(t, s, cancel).State)
	_, err = s.Cancel(t.Context(), cancel.ID().String())
	require.ErrorIs(t, err, wallet.ErrOver)
	_, err = s.Cancel(t.Context(), "ff00ff")
	require.ErrorIs(t, err, wallet.ErrNoPayment)
}

// The first may win all the same, if a node had it: then the replacement did not come to pass.
func TestReplace_TheFirstMayWin(t *testing.T) {
	s, n := one(t)
	tx := sends(t, s, 10)
	better, err := s.Replace(t.Context(), tx.ID().String(), mempool.PublicKey{3}, 12)
	require.NoError(t, err)
	n.pool = []mempool.Transaction{tx}
	n.mine("2", false)
	require.Equal(t, wallet.Confirmed, state(t, s, tx).State)
	require.Equal(t, wallet.Replaced, state(t, s, better).State)
}

// H3: payments are bound to their chain. On another one with the same parameters nothing is sent again, and
// the nonces of that one count.
func TestPayment_IsBoundToItsChain_H3(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	home, other := newModelNode("main"), newModelNode("other")
	tx := sends(t, sender(home, path), 10)
	s := sender(other, path)
	require.Equal(t, wallet.Submitted, state(t, s, tx).State)
	require.Empty(t, other.pool)
	require.Zero(t, sends(t, s, 20).Nonce)
	require.Len(t, other.pool, 1)
	require.NoError(t, s.Forget(t.Context(), tx.ID().String()), "it is of another chain")
	err := s.Forget(t.Context(), other.pool[0].ID().String())
	require.ErrorContains(t, err, "cancel it instead")
}

// Who is sure that the other chain is the right one sends it there.
func TestResend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	tx := sends(t, sender(newModelNode("main"), path), 10)
	other := newModelNode("other")
	require.NoError(t, sender(other, path).Resend(t.Context(), tx.ID().String()))
	require.Equal(t, []mempool.Transaction{tx}, other.pool)
}

// A node that is behind what the wallet has seen cannot tell what became of a payment, and gets no new one.
func TestPayment_NodeThatIsBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	n := newModelNode("main")
	behind := &modelNode{tip: n.tip, submitted: map[string]bool{}}
	s := sender(n, path)
	tx := sends(t, s, 10)
	n.mine("2", false)
	require.Equal(t, wallet.Confirmed, state(t, s, tx).State)
	s = sender(behind, path)
	require.Equal(t, wallet.Confirmed, state(t, s, tx).State)
	require.Empty(t, behind.pool)
	_, err := s.Send(t.Context(), bob, 1)
	require.ErrorIs(t, err, wallet.ErrBehind)
}

// Two wallets of one key at nodes that do not hear of each other: one payment comes to pass, the other is
// told to have been replaced, how surely its depth says.
func TestPayment_TwoWalletsOfOneKey(t *testing.T) {
	here, there := newModelNode("main"), newModelNode("main")
	there.tip = here.tip
	first, second := sender(here, filepath.Join(t.TempDir(), "a")), sender(there, filepath.Join(t.TempDir(), "b"))
	lost, won := sends(t, first, 10), sends(t, second, 20)
	there.mine("2", false)
	here.adopt(there.tip)
	p := state(t, first, lost)
	require.Equal(t, []any{wallet.Replaced, uint64(1)}, []any{p.State, p.Depth})
	require.Equal(t, wallet.Confirmed, state(t, second, won).State)
	here.mine("3", false)
	require.Equal(t, uint64(2), state(t, first, lost).Depth)

	fork := &modelNode{tip: here.tip.parent.parent} // what took its place leaves the chain
	for _, name := range []string{"2c", "3c", "4c"} {
		fork.mine(name, true)
	}
	here.adopt(fork.tip)
	here.pool = nil
	p = state(t, first, lost)
	require.Equal(t, []any{wallet.Replaced, uint64(0)}, []any{p.State, p.Depth}, "it is not sure any more")
	require.Empty(t, here.pool, "its owner may have paid anew: nothing is sent by itself")
	here.add(won)
	here.mine("5c", false)
	require.Equal(t, uint64(1), state(t, first, lost).Depth, "counted from where that is on the chain now")
	_, err := wallet.OpenJournal("", owner)
	require.NoError(t, err)
}

// A chain that moves while the node is asked is no reason to say that a payment was replaced.
func TestRefresh_ChainMovesMeanwhile(t *testing.T) {
	s, n := one(t)
	tx := sends(t, s, 10)
	blocks := 0
	n.onLook = func() { // at each answer, so that no look is whole
		blocks++
		n.mine(string(rune('A'+blocks)), blocks > 1)
		n.pool = nil
	}
	all, err := s.Refresh(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, wallet.Replaced, all[0].State)
	n.onLook = nil
	require.Equal(t, wallet.Confirmed, state(t, s, tx).State)
}

// H12: a wait outlives a node that is restarted, and says what happens.
func TestWait_H12(t *testing.T) {
	s, n := one(t)
	tx := sends(t, s, 10)
	var told []string
	steps := []func(){
		func() { n.away = true },
		func() { n.away, n.pool = false, nil },
		func() { n.mine("2", false) },
		func() { n.mine("3", true) },
	}
	tell := func(p wallet.Payment, err error) {
		if err != nil {
			told = append(told, "away")
			return
		}
		told = append(told, string(p.State))
	}
	pause := func(context.Context) {
		steps[0]()
		steps = steps[1:]
	}
	p, err := s.Wait(t.Context(), tx.ID().String(), 2, pause, tell)
	require.NoError(t, err)
	require.Equal(t, uint64(2), p.Depth)
	require.Equal(t, []string{"pending", "away", "submitted", "confirmed"}, told)
}

// A chain may grow by more blocks between two looks than the journal watches a payment for.
func TestWait_ManyBlocksBetweenLooks(t *testing.T) {
	s, n := one(t)
	tx := sends(t, s, 10)
	pause := func(context.Context) {
		for i := range 150 {
			n.mine(fmt.Sprint("fast ", i), i > 0)
		}
	}
	p, err := s.Wait(t.Context(), tx.ID().String(), 1, pause, func(wallet.Payment, error) {})
	require.NoError(t, err)
	require.Equal(t, wallet.Confirmed, p.State)
	require.Equal(t, uint64(150), p.Depth)
	_, err = s.Wait(t.Context(), tx.ID().String(), 1, noPause, func(wallet.Payment, error) {})
	require.ErrorIs(t, err, wallet.ErrNoPayment, "it is not waited for what nobody remembers")
}

func TestWait_EndsWithItsContext(t *testing.T) {
	s, _ := one(t)
	tx := sends(t, s, 10)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Wait(ctx, tx.ID().String(), 1, noPause, func(wallet.Payment, error) { cancel() })
	require.ErrorIs(t, err, wallet.ErrOverdue)
	require.False(t, errors.Is(err, context.Canceled))
}

func TestWait_Replaced(t *testing.T) {
	s, n := one(t)
	tx := sends(t, s, 10)
	n.pool = nil
	n.add(mempool.Sign(key(1), bob, 0, 99))
	n.mine("2", false)
	_, err := s.Wait(t.Context(), tx.ID().String(), 1, noPause, func(wallet.Payment, error) {})
	require.ErrorIs(t, err, wallet.ErrReplaced)
}

func noPause(context.Context) {}
