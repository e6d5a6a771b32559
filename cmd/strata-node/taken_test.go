package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool"
)

// payer owns what the miner of these tests finds.
var payer = ed25519.NewKeyFromSeed([]byte(strings.Repeat("p", ed25519.SeedSize)))

func payerKey() mempool.PublicKey { return mempool.PublicKey(payer.Public().(ed25519.PublicKey)) }

// payment is one of the payer, of a coin.
func payment(nonce uint64) mempool.Transaction {
	return mempool.Sign(payer, mempool.PublicKey{9}, nonce, 1)
}

// hands posts a transaction and returns the status of the answer; 0: there was none, for the node was killed meanwhile.
func (d *child) hands(ctx context.Context, tx mempool.Transaction, token string) int {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url+"/v1/transactions", strings.NewReader(`{"text":"`+string(tx.Text())+`"}`))
	if err != nil {
		return 0
	}
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Content-Type", "application/json")
	a, err := d.http.Do(q)
	if err != nil {
		return 0
	}
	a.Body.Close()
	return a.StatusCode
}

// token is that of the node's data directory.
func (d *child) token() string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.data, "api.token"))
	require.NoError(d.t, err)
	return strings.TrimSpace(string(text))
}

// waitNonce waits until so many of the payer's transactions are on the chain.
func (d *child) waitNonce(nonce uint64) {
	d.t.Helper()
	require.Eventually(d.t, func() bool { // a listener to events that asks in between is too slow for them
		_, account := d.request("GET", "/v1/accounts/"+payerKey().String(), "")
		return strings.Contains(account, fmt.Sprintf(`"nonce":"%d"`, nonce))
	}, patience, 20*time.Millisecond)
}

// kill ends the node as a power cut would.
func (d *child) kill() {
	d.t.Helper()
	require.NoError(d.t, d.cmd.Process.Kill())
	for range d.logs {
	}
	_ = d.cmd.Wait()
}

// G7: every payment that the API took is announced by the next life of a node that was killed, whatever it was about, and
// so gets into a block in the end.
func TestKilled_WhatItTookIsAnnouncedAgain_G7(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"-data", "data", "-difficulty", "3", "-coinbase", payerKey().String()}
	d := start(t, append(args, "-mine")...)
	d.waitStatus(func(s status) bool { return s.Height >= 2 })
	d.stop()
	next := uint64(0)
	for _, payments := range []int{1, 4, 9} {
		d = start(t, args...)
		token := d.token()
		for range payments {
			require.Equal(t, http.StatusAccepted, d.hands(t.Context(), payment(next), token))
			next++
		}
		answered := make(chan int)
		go func() { answered <- d.hands(t.Context(), payment(next), token) }() // it is on its way when the node is killed
		d.kill()
		told := <-answered == http.StatusAccepted
		d = start(t, args...)
		_, pool := d.request("GET", "/v1/mempool", "")
		for nonce := range next {
			require.Contains(t, pool, payment(nonce).ID().String())
		}
		if kept := strings.Contains(pool, payment(next).ID().String()); kept {
			next++
		} else {
			require.False(t, told)
		}
		d.kill()
	}
	d = start(t, append(args, "-mine")...)
	d.waitNonce(next)
	d.stop()
	d = start(t, args...)
	_, pool := d.request("GET", "/v1/mempool", "")
	require.NotContains(t, pool, payment(0).ID().String(), "what is in is let go of")
	d.stop()
}
