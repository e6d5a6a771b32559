package wallet_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/wallet"
)

func journal(t *testing.T, path string) []wallet.Payment {
	t.Helper()
	j, err := wallet.OpenJournal(path, owner)
	require.NoError(t, err)
	return j.Payments()
}

// A journal of before chains were noted is read, and what it holds is not sent again by itself: nobody knows
// for which chain it was made.
func TestJournal_ReadsTheEarlierFormat_H3(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	text := `[{"transaction": "` + string(pay(0).Text()) + `", "at": "2026-01-01T12:00:00Z"}]`
	require.NoError(t, os.WriteFile(path+".sent", []byte(text), 0o600))
	all := journal(t, path)
	require.Len(t, all, 1)
	require.Equal(t, []any{pay(0), noon, wallet.Submitted, wallet.ChainID("")}, []any{all[0].Transaction, all[0].Made, all[0].State, all[0].Chain})
	n := newModelNode("main")
	_, err := sender(n, path).Refresh(t.Context())
	require.NoError(t, err)
	require.Empty(t, n.pool)
}

// A torn or foreign file is refused by name, and left as it is.
func TestJournal_Malformed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	n := newModelNode("main")
	_, err := sender(n, path).Send(t.Context(), bob, 1)
	require.NoError(t, err)
	whole, err := os.ReadFile(path + ".sent")
	require.NoError(t, err)
	for _, text := range []string{"", "x", "[", `{}`, string(whole[:len(whole)/2]), `{"format":"strata-payments/2"}`, `[{"transaction":"x"}]`,
		`{"format":"strata-payments/1","payments":[{"transaction":"` + string(pay(0).Text()) + `","state":"lost"}]}`} {
		require.NoError(t, os.WriteFile(path+".sent", []byte(text), 0o600))
		_, err := wallet.OpenJournal(path, owner)
		require.ErrorIs(t, err, wallet.ErrMalformed, text)
		require.ErrorContains(t, err, path+".sent")
		require.ErrorContains(t, err, "it is left as it is")
		_, err = sender(n, path).Send(t.Context(), bob, 2)
		require.ErrorIs(t, err, wallet.ErrMalformed, "nothing is sent past a journal that cannot be read")
		left, err := os.ReadFile(path + ".sent")
		require.NoError(t, err)
		require.Equal(t, text, string(left))
	}
	require.NoError(t, os.WriteFile(path+".sent", append([]byte("\xef\xbb\xbf"), whole...), 0o600))
	require.Len(t, journal(t, path), 1)
}

// What another account sent whose keystore had that path before is not this one's.
func TestJournal_OfAnotherAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	n := newModelNode("main")
	_, err := sender(n, path).Send(t.Context(), bob, 1)
	require.NoError(t, err)
	j, err := wallet.OpenJournal(path, mempool.PublicKey{9})
	require.NoError(t, err)
	require.Empty(t, j.Payments())
}

// 64 may be under way at once, as nodes pool no more of one sender.
func TestJournal_TooMany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	n := newModelNode("main")
	for range 64 {
		_, err := sender(n, path).Send(t.Context(), bob, 1)
		require.NoError(t, err)
	}
	_, err := sender(n, path).Send(t.Context(), bob, 1)
	require.ErrorIs(t, err, wallet.ErrTooMany)
	n.mine("2", false)
	_, err = sender(n, path).Send(t.Context(), bob, 1)
	require.NoError(t, err)
}

// A payment is watched until it is a hundred blocks deep; then the chain alone remembers it.
func TestJournal_LetsGoOfWhatIsDeep_H3(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	n := newModelNode("main")
	s := sender(n, path)
	_, err := s.Send(t.Context(), bob, 1)
	require.NoError(t, err)
	for i := range wallet.MaxDepth {
		n.mine(string(rune('a'+i)), false)
	}
	all, err := s.Refresh(t.Context())
	require.NoError(t, err)
	require.Equal(t, []any{wallet.Confirmed, uint64(wallet.MaxDepth)}, []any{all[0].State, all[0].Depth})
	n.mine("last", false)
	all, err = s.Refresh(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)
}
