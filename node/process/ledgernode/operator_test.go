package ledgernode

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/process/operator"
)

// get asks an API and wants a status.
func get(t *testing.T, url string, status int) string {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, status, resp.StatusCode, string(text))
	return string(text)
}

// What an operator looks at is served, says what the node did, and is there again after a restart.
func TestValidators_Operator_Z21_Z22_Z31_Z34_Z41(t *testing.T) {
	r := newValidators(t, 1)
	node := r.run(0)
	api := r.serve(node)
	_, err := api.Submit(t.Context(), r.pay(1), maxWait)
	require.NoError(t, err)
	_, err = api.Submit(t.Context(), []byte("no operation"), maxWait)
	require.Error(t, err)
	require.Eventually(t, func() bool {
		report, ok := node.Report()
		return ok && report.Finals == 1 && report.Own == 1
	}, patience, lookEvery/4)
	var report operator.Report
	require.NoError(t, json.Unmarshal([]byte(get(t, api.URL+"/v1/health", 200)), &report))
	require.True(t, report.Ready)
	require.Len(t, report.Checks, 7)
	require.Contains(t, get(t, api.URL+"/metrics", 200), "strata_validator_height 1\n")
	require.Contains(t, get(t, api.URL+"/metrics", 200), `strata_validator_rejections_total{kind="submission",code="malformed"} 1`)
	require.Contains(t, get(t, api.URL+"/v1/slo", 200), `"settlement_throughput","status":"meeting"`)
	require.Contains(t, get(t, api.URL+"/v1/round", 200), `"state":"idle"`)
	require.Equal(t, "[]\n", get(t, api.URL+"/v1/alerts", 200))
	get(t, api.URL+"/healthz", 200)
	require.NoError(t, node.Stop())
	get(t, api.URL+"/healthz", 503)
	get(t, api.URL+"/metrics", 503)
	require.FileExists(t, filepath.Join(r.path(0), FileHistory))

	text := get(t, r.serve(r.run(0)).URL+"/v1/history", 200)
	var h history
	require.NoError(t, json.Unmarshal([]byte(text), &h))
	var kinds []string
	for _, a := range h.Actions {
		require.Equal(t, operator.Completed, a.Status)
		kinds = append(kinds, a.Kind)
	}
	require.Equal(t, []string{"proposal", "prevote", "precommit", "decide"}, kinds)
	require.Equal(t, "malformed", h.Rejections[0].Code)
}

// A faucet gives each gift once, to anybody, and says what is wrong with what it is asked.
func TestValidators_Faucet_Z33(t *testing.T) {
	r := newValidators(t, 1)
	d, err := Open(r.path(0))
	require.NoError(t, err)
	node, err := Run(r.ledger, Config{Directory: d, Faucet: account(2), Log: slog.DiscardHandler})
	require.NoError(t, err)
	defer node.Stop()
	api := r.serve(node)
	to := addressOf(account(9))
	for range 2 {
		o, err := api.Give(t.Context(), Gift{ID: "a", Account: to.String(), Amount: 5})
		require.NoError(t, err)
		require.Equal(t, "final", o.State)
	}
	o, err := api.Give(t.Context(), Gift{ID: "b", Account: to.String(), Amount: 7})
	require.NoError(t, err)
	require.EqualValues(t, 2, o.Height)
	a, err := api.Account(t.Context(), to)
	require.NoError(t, err)
	require.EqualValues(t, 12, a.Balance)
	for body, want := range map[string]string{
		`{"id": "c", "account": "zz", "amount": 1}`:                          "account is wanted",
		`{"id": "c", "account": "` + to.String() + `", "amount": 0}`:         "want 1 to 1000000",
		`{"id": "c", "account": "` + to.String() + `", "amount": -1}`:        "the body is no gift",
		`{"account": "` + to.String() + `", "amount": 1}`:                    "id is wanted",
		`{"id": "c", "account": "` + to.String() + `", "amount": 1, "x": 1}`: "the body is no gift",
		``: "the body is no gift",
	} {
		resp, err := http.Post(api.URL+"/v1/faucet", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, 400, resp.StatusCode)
		require.Contains(t, string(text), want)
	}
	other := r.serve(newValidators(t, 1).run(0))
	_, err = other.Give(t.Context(), Gift{ID: "a", Account: to.String(), Amount: 1})
	require.ErrorContains(t, err, "this node has no faucet")
}

// A faucet remembers over a restart what it gave, and what waits: a gift is given once, and the next one comes behind it. What
// is damaged is put aside.
func TestValidators_FaucetRemembersOverARestart_Z33(t *testing.T) {
	r := newValidators(t, 4)
	faucet := func() *Running {
		d, err := Open(r.path(0))
		require.NoError(t, err)
		node, err := Run(r.ledger, Config{Directory: d, Faucet: account(2), Log: slog.DiscardHandler})
		require.NoError(t, err)
		t.Cleanup(func() { _ = node.Stop() })
		return node
	}
	give := func(node *Running, id string, wait time.Duration) string {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		defer cancel()
		o, err := node.Give(ctx, Gift{ID: id, Account: addressOf(account(9)).String(), Amount: 5})
		require.NoError(t, err)
		return o.State
	}
	node := faucet()
	require.Equal(t, "waiting", give(node, "a", time.Millisecond), "one of four is no quorum")
	require.NoError(t, node.Stop())
	require.NoError(t, os.Remove(filepath.Join(r.path(0), FileWaiting)), "as if the process had been killed before it wrote that")
	node = faucet()
	require.Equal(t, "waiting", give(node, "b", time.Millisecond))
	for i := range 3 {
		r.run(i + 1)
	}
	require.Equal(t, "final", give(node, "a", patience))
	require.Equal(t, "final", give(node, "b", patience))
	require.NoError(t, node.Stop())
	node = faucet()
	require.Equal(t, "final", give(node, "a", patience))
	a, err := node.Account(addressOf(account(9)))
	require.NoError(t, err)
	require.EqualValues(t, 10, a.Balance)
	require.NoError(t, node.Stop())
	file := filepath.Join(r.path(0), FileGifts)
	require.NoError(t, os.WriteFile(file, []byte("no gifts"), 0o600))
	require.NoError(t, faucet().Stop())
	require.FileExists(t, file+".damaged")
}
