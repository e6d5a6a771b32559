package wallet_test

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/wallet"
)

// node is a node's pool and one account.
type node struct {
	mu      sync.Mutex
	account wallet.Account
	pool    map[mempool.TxID]mempool.Transaction
	away    bool
	refuses error // what Submit says
}

func (n *node) Account(context.Context, mempool.PublicKey) (wallet.Account, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.away {
		return wallet.Account{}, wallet.ErrUnreachable
	}
	return n.account, nil
}

func (n *node) Transaction(_ context.Context, id mempool.TxID) (wallet.Entry, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, ok := n.pool[id]
	return wallet.Entry{}, ok, nil
}

func (n *node) Submit(_ context.Context, tx mempool.Transaction) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.refuses != nil {
		return n.refuses
	}
	n.pool[tx.ID()] = tx
	return nil
}

func newSender(t *testing.T, n *node) *wallet.Sender {
	n.pool = map[mempool.TxID]mempool.Transaction{}
	return wallet.NewSender(n, key(1), filepath.Join(t.TempDir(), "alice.wallet"), func() time.Time { return noon })
}

var bob = mempool.PublicKey{2}

func TestSend_SeveralInARow(t *testing.T) {
	n := &node{account: wallet.Account{Balance: 100, Nonce: 3, Next: 3}}
	s := newSender(t, n)
	for want := uint64(3); want < 6; want++ {
		tx, err := s.Send(t.Context(), bob, 10)
		require.NoError(t, err)
		require.NoError(t, mempool.ZIP215{}.Verify(tx))
		require.Equal(t, want, tx.Nonce)
	}
	require.Len(t, n.pool, 3)
}

// Nodes forget a transaction after a minute (MEM-7): what waits is sent again.
func TestSend_RemindsTheNode(t *testing.T) {
	n := &node{account: wallet.Account{Balance: 100}}
	s := newSender(t, n)
	first, err := s.Send(t.Context(), bob, 10)
	require.NoError(t, err)
	clear(n.pool)
	second, err := s.Send(t.Context(), bob, 10)
	require.NoError(t, err)
	require.Equal(t, uint64(1), second.Nonce)
	require.Contains(t, n.pool, first.ID())
}

func TestSend_BalanceLessWhatIsUnderWay(t *testing.T) {
	n := &node{account: wallet.Account{Balance: 100}}
	s := newSender(t, n)
	_, err := s.Send(t.Context(), bob, 60)
	require.NoError(t, err)
	_, err = s.Send(t.Context(), bob, 41)
	require.ErrorIs(t, err, wallet.ErrBalance)
	require.EqualError(t, err, "the balance is not sufficient: 40 of 100 are free, wanted 41")
	_, err = s.Send(t.Context(), bob, 40)
	require.NoError(t, err)
}

// A node that goes away between question and send loses nothing.
func TestSend_NodeGoesAway(t *testing.T) {
	n := &node{account: wallet.Account{Balance: 100}}
	s := newSender(t, n)
	n.away = true
	_, err := s.Send(t.Context(), bob, 10)
	require.ErrorIs(t, err, wallet.ErrUnreachable)
	n.away = false
	tx, err := s.Send(t.Context(), bob, 10)
	require.NoError(t, err)
	require.Zero(t, tx.Nonce)
}

// What the node refused is not sent later: its owner will have sent another in its place.
func TestSend_RefusedIsForgotten(t *testing.T) {
	for _, refusal := range []error{wallet.ErrToken, &wallet.Problem{Status: http.StatusConflict}} {
		n := &node{account: wallet.Account{Balance: 100}, refuses: refusal}
		s := newSender(t, n)
		_, err := s.Send(t.Context(), bob, 10)
		require.ErrorIs(t, err, refusal)
		n.refuses = nil
		_, err = s.Send(t.Context(), bob, 10)
		require.NoError(t, err)
		require.Len(t, n.pool, 1, "10 are paid once")
	}
}

// Whether the node has it is not known: the same one is sent again, and no other in its place.
func TestSend_UncertainIsKept(t *testing.T) {
	for _, failure := range []error{wallet.ErrUnreachable, &wallet.Problem{Status: http.StatusServiceUnavailable}} {
		n := &node{account: wallet.Account{Balance: 100}, refuses: failure}
		s := newSender(t, n)
		first, err := s.Send(t.Context(), bob, 10)
		require.ErrorIs(t, err, wallet.ErrUncertain)
		require.ErrorContains(t, err, first.ID().String())
		n.refuses = nil
		second, err := s.Send(t.Context(), bob, 20)
		require.NoError(t, err)
		require.Contains(t, n.pool, first.ID())
		require.Equal(t, first.Nonce+1, second.Nonce)
	}
}

func TestSend_ManyAtOnce(t *testing.T) {
	n := &node{account: wallet.Account{Balance: 1000}}
	s := newSender(t, n)
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
