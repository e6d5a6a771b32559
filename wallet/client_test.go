package wallet_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/wallet"
)

// A node that says when to ask again is asked again; one that says nothing, or is to change something,
// is not.
func TestClient_AsksAgain(t *testing.T) {
	asked, retry := 0, "0"
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked > 2 && r.Method == http.MethodGet {
			_, _ = w.Write([]byte(`{"balance":"7","nonce":"1","next_nonce":"2"}`))
			return
		}
		if retry != "" {
			w.Header().Set("Retry-After", retry)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"detail":"the index is being made","remedy":"try again"}`))
	}))
	defer node.Close()
	c, err := wallet.NewClient(node.URL, "")
	require.NoError(t, err)

	account, err := c.Account(t.Context(), mempool.PublicKey{})
	require.NoError(t, err)
	require.Equal(t, wallet.Account{Balance: 7, Nonce: 1, Next: 2}, account)
	require.Equal(t, 3, asked)

	for _, retry = range []string{"", "soon", "3600"} {
		asked = 0
		_, err = c.Account(t.Context(), mempool.PublicKey{})
		require.EqualError(t, err, "the index is being made; try again", retry)
		require.Equal(t, 1, asked, retry)
	}
	asked, retry = 0, "0"
	require.EqualError(t, c.Submit(t.Context(), mempool.Transaction{}, ""), "the index is being made; try again")
	require.Equal(t, 1, asked)
}

// A text that is the token of no node is refused before anything is signed.
func TestClient_Token(t *testing.T) {
	for _, token := range []string{"x", "0123", "-----BEGIN PRIVATE KEY-----\nabc", " "} {
		_, err := wallet.NewClient("http://127.0.0.1:1", token)
		require.ErrorIs(t, err, wallet.ErrNoToken, token)
	}
}

// H12: a token that is missing and one that is wrong want different things of the user.
func TestClient_MissingAndWrongToken_H12(t *testing.T) {
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer node.Close()
	for token, want := range map[string]error{"": wallet.ErrToken, strings.Repeat("0", 64): wallet.ErrWrongToken} {
		c, err := wallet.NewClient(node.URL, token)
		require.NoError(t, err)
		require.ErrorIs(t, c.Submit(t.Context(), mempool.Transaction{}, ""), want)
	}
}
