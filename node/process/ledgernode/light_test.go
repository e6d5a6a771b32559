package ledgernode

import (
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers/validators"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// A node that comes to a chain over TCP fetches a snapshot from its peers and goes on from there, also after a restart; an
// account is proved to a light client that asks it.
func TestValidators_NewcomerFetchesASnapshot_VAL11_Z28(t *testing.T) {
	r := newValidators(t, 4)
	r.ledger = Validators(solutions.Electives().Validators(), validators.Config{
		EmptyInterval: time.Hour, SnapshotEvery: 2, SnapshotBehind: 5,
	})
	var members []*Running
	for i := range 4 {
		members = append(members, r.run(i))
	}
	for nonce := range uint64(7) {
		r.write(members[0], r.pay(nonce+1))
	}
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	key, err := keyfile.New()
	require.NoError(t, err)
	require.NoError(t, Init(r.path(9), r.genesis, key))
	newcomer := func() *Running {
		d, err := Open(r.path(9))
		require.NoError(t, err)
		o, err := Run(r.ledger, Config{Directory: d, Listen: addrs[0], Guard: strict(), Log: slog.DiscardHandler})
		require.NoError(t, err)
		t.Cleanup(func() { _ = o.Stop() })
		return o
	}
	began := func(o *Running) {
		require.Eventually(t, func() bool { return r.status(o).Height >= 7 }, patience, 10*time.Millisecond)
		require.NoError(t, o.do(func() {
			first, err := o.ledger.(*validatorsNode).Certified(1)
			require.NoError(t, err)
			require.Nil(t, first, "it has executed nothing of before")
		}))
	}
	o := newcomer()
	began(o)
	require.NoError(t, o.Stop())
	o = newcomer()
	began(o)
	r.write(o, r.pay(8))
	acc, absent, err := r.light(o).Account(t.Context(), addressOf(account(3)))
	require.NoError(t, err)
	require.False(t, absent)
	require.EqualValues(t, 80, acc.Balance)
}

// light is a light client that asks nodes.
func (r *rig) light(nodes ...*Running) *Light {
	var clients []Client
	for _, n := range nodes {
		clients = append(clients, r.serve(n))
	}
	judge := solutions.Electives().Validators().NewJudge()
	told := func(url string, why error) { require.NoError(r.t, why, url) }
	return NewLight(validators.NewLight(r.genesis.(validators.Genesis), judge), told, clients...)
}

// spoiled is a node that passes on what another one answers, after a change.
func spoiled(t *testing.T, of Client, path string, change func(text string) string) Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		text := get(t, of.URL+req.URL.String(), 200)
		if strings.HasPrefix(req.URL.Path, path) {
			text = change(text)
		}
		_, err := w.Write([]byte(text))
		require.NoError(t, err)
	}))
	t.Cleanup(s.Close)
	return Client{URL: s.URL}
}

// changed is a document with one field changed.
func changed[T any](t *testing.T, change func(v *T)) func(text string) string {
	return func(text string) string {
		var v T
		require.NoError(t, json.Unmarshal([]byte(text), &v))
		change(&v)
		b, err := json.Marshal(v)
		require.NoError(t, err)
		return string(b)
	}
}

// flip changes a digit of hex in the middle.
func flip(text string) string {
	b, _ := hex.DecodeString(text)
	b[len(b)/2] ^= 1
	return hex.EncodeToString(b)
}

// A light client believes no node: each that lies, withholds, or is of another chain is named, and the next is asked.
func TestLight_NamesLiarsAndAsksOthers_VAL11_ZB3(t *testing.T) {
	r := newValidators(t, 1)
	node := r.run(0)
	r.write(node, r.pay(1))
	r.write(node, r.pay(2))
	honest := r.serve(node)
	other := newValidators(t, 1)
	foreign := other.run(0)
	other.write(foreign, other.pay(1))
	nodes := []Client{
		other.serve(foreign),
		spoiled(t, honest, "/v1/headers", changed(t, func(h *Headers) { h.Headers[0] = flip(h.Headers[0]) })),
		spoiled(t, honest, "/v1/headers", changed(t, func(h *Headers) { h.Headers = nil })),
		spoiled(t, honest, "/v1/headers", changed(t, func(h *Headers) { h.Headers[0] = "zz" })),
		spoiled(t, honest, "/v1/headers", func(string) string { return strings.Repeat(" ", 2<<20) }),
		spoiled(t, honest, "/v1/proofs", changed(t, func(p *Proof) { p.Value = flip(p.Value) })),
		spoiled(t, honest, "/v1/proofs", changed(t, func(p *Proof) { p.Value = "" })),
		spoiled(t, honest, "/v1/proofs", changed(t, func(p *Proof) { p.Path = flip(p.Path) })),
		spoiled(t, honest, "/v1/proofs", changed(t, func(p *Proof) { p.Height = 1 })),
		{URL: "http://127.0.0.1:1"},
		honest,
	}
	judge := solutions.Electives().Validators().NewJudge()
	g := r.genesis.(validators.Genesis)
	var told []string
	tell := func(url string, why error) { require.Error(t, why); told = append(told, url) }
	l := NewLight(validators.NewLight(g, judge), tell, nodes...)
	acc, absent, err := l.Account(t.Context(), addressOf(account(3)))
	require.NoError(t, err)
	require.False(t, absent)
	require.EqualValues(t, 20, acc.Balance)
	require.EqualValues(t, 2, l.Height())
	var liars []string
	for _, c := range nodes[:len(nodes)-1] {
		liars = append(liars, c.URL)
	}
	require.Equal(t, liars, told)
	_, absent, err = l.Account(t.Context(), addressOf(account(77)))
	require.NoError(t, err)
	require.True(t, absent, "that there is none is proved as well")

	// Who begins with a header that somebody has named gets that one alone.
	h := l.Header()
	begins, err := Trust(t.Context(), g, judge, 2, h.Hash(g.Chain()), tell, nodes[1], honest)
	require.NoError(t, err)
	require.Equal(t, h, begins.Header())
	_, err = Trust(t.Context(), g, judge, 1, h.Hash(g.Chain()), tell, honest)
	require.ErrorIs(t, err, errNobody)
	_, _, err = NewLight(begins, tell, nodes[0]).Account(t.Context(), addressOf(account(3)))
	require.ErrorIs(t, err, errNobody)
}

// Questions that are none are refused.
func TestValidators_HeadersAndProofsRefuse(t *testing.T) {
	r := newValidators(t, 1)
	api := r.serve(r.run(0))
	for path, status := range map[string]int{"/v1/headers": 400, "/v1/headers?after=-1&to=2": 400, "/v1/headers?after=0&to=5": 200, "/v1/proofs/zz": 400} {
		get(t, api.URL+path, status)
	}
}
