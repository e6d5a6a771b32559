package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/node/process/api"
	"strata/node/process/keyfile"
)

// submit hands in a transaction and returns the answer's type, "" if it was taken.
func (r *rig) submit(status int, tx mempool.Transaction, replaces ...string) string {
	r.t.Helper()
	body := `{"text":"` + string(tx.Text()) + `"`
	for _, id := range replaces {
		body += `,"replaces":"` + id + `"`
	}
	kind, _ := r.answer(status, "POST", "/v1/transactions", body+"}")["type"].(string)
	return kind
}

// H2: what can never get into a block is refused: a used nonce, and more than the balance with what waits.
func TestSubmit_RefusesWhatCanNeverBe_H2(t *testing.T) {
	r := newRig(t, api.Config{})
	r.extend() // alice has 10,000
	require.Equal(t, "urn:strata:problem:balance", r.submit(409, mempool.Sign(alice, keyfile.Public(bob), 0, 10_001)))
	first := mempool.Sign(alice, keyfile.Public(bob), 0, 6_000)
	require.Empty(t, r.submit(202, first))
	require.Equal(t, "urn:strata:problem:balance", r.submit(409, mempool.Sign(alice, keyfile.Public(bob), 1, 4_001)))
	require.Empty(t, r.submit(202, mempool.Sign(alice, keyfile.Public(bob), 1, 4_000)))
	require.Equal(t, "urn:strata:problem:balance", r.submit(409, mempool.Sign(bob, keyfile.Public(alice), 0, 1)))
	require.Empty(t, r.submit(202, first), "again is as good as once")

	account := r.get("/v1/accounts/" + keyfile.Public(alice).String())
	require.Equal(t, []any{"10000", "0"}, []any{account["pending_out"], account["pending_in"]})
	require.Equal(t, "10000", r.get("/v1/accounts/" + keyfile.Public(bob).String())["pending_in"])
	require.Equal(t, []any{1.0, r.tip.Hash().String()}, []any{account["height"], account["tip"]})

	r.extend(first)
	require.Equal(t, "urn:strata:problem:used-nonce", r.submit(409, mempool.Sign(alice, keyfile.Public(bob), 0, 1)))
	require.Empty(t, r.submit(202, first), "so is one that a block has")
}

// A transaction that waits gives way to one that says so, and to no other.
func TestSubmit_Replaces(t *testing.T) {
	r := newRig(t, api.Config{})
	r.extend()
	first, second := mempool.Sign(alice, keyfile.Public(bob), 0, 6_000), mempool.Sign(alice, keyfile.Public(alice), 0, 0)
	require.Empty(t, r.submit(202, first))
	require.Equal(t, "urn:strata:problem:conflict", r.submit(409, second))
	require.Equal(t, "urn:strata:problem:bad-parameter", r.submit(400, second, "x"))
	require.Empty(t, r.submit(202, second, first.ID().String()))
	require.Empty(t, r.submit(202, second, first.ID().String()), "again is as good as once")
	r.answer(404, "GET", "/v1/transactions/"+first.ID().String(), "")
	third := mempool.Sign(alice, keyfile.Public(bob), 1, 10_000)
	require.Empty(t, r.submit(202, third, first.ID().String()), "what is forgotten already is no hindrance")
}

// While the index is far behind, nobody is told that a transaction is nowhere: it may be in a block that the
// index has still to take in, and would be paid again.
func TestTransaction_IndexFarBehind_H2(t *testing.T) {
	r := newRig(t, api.Config{})
	first := r.extend()
	tx := mempool.Sign(alice, keyfile.Public(bob), 0, 7)
	parent := r.ahead(first, tx)
	for range 20 {
		parent = r.ahead(parent)
	}
	require.Equal(t, "urn:strata:problem:no-index", r.answer(503, "GET", "/v1/transactions/"+tx.ID().String(), "")["type"])
}

// H12: a token that is missing and one that is wrong are told apart.
func TestToken_MissingAndWrong_H12(t *testing.T) {
	r := newRig(t, api.Config{})
	kind := func(authorization string) any {
		return r.answer(401, "POST", "/v1/mining", `{"on":false}`, "Authorization", authorization)["type"]
	}
	require.Equal(t, "urn:strata:problem:token", kind(""))
	require.Equal(t, "urn:strata:problem:wrong-token", kind("Bearer "+token[1:]+"0"))
}
