package latticenode

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// patience is how long a test waits for what has to come.
const patience = time.Minute

// rig is a network on loopback, whose money belongs to the first accounts of a seed: one for each node, which
// represents it.
type rig struct {
	t       *testing.T
	dir     string
	seed    lattice.Seed
	genesis lattice.Genesis
	addrs   []network.Addr
}

func newRig(t *testing.T, n int) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), seed: lattice.Seed{1, 2, 3}}
	r.genesis = lattice.Genesis{Least: lattice.Whole, Send: 1 << 62, Receive: 1 << 60}
	var err error
	r.addrs, err = tcphost.LoopbackAddrs(n)
	require.NoError(t, err)
	keys := make([]ed25519.PrivateKey, n)
	for i := range keys {
		keys[i], err = keyfile.New()
		require.NoError(t, err)
		r.genesis.Accounts = append(r.genesis.Accounts, lattice.Opening{
			Account: r.seed.Account(uint32(i)), Balance: lattice.Raw(1000), Representative: network.PublicKey(keyfile.Public(keys[i])),
		})
	}
	for i, key := range keys {
		require.NoError(t, Init(r.path(i), r.genesis, key))
	}
	return r
}

func (r *rig) path(node int) string { return filepath.Join(r.dir, fmt.Sprint(node)) }

// config is that of a node.
func (r *rig) config(node int) Config {
	r.t.Helper()
	d, err := Open(r.path(node))
	require.NoError(r.t, err)
	return Config{Directory: d, Listen: r.addrs[node], Bootstrap: r.addrs, Guard: &guard.Config{}, Log: slog.DiscardHandler}
}

// run starts a node, which stops with the test at the latest.
func (r *rig) run(node int) *Running {
	r.t.Helper()
	running, err := Run(solutions.Electives().Lattice(), r.config(node))
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = running.Stop() })
	return running
}

// password is that of the wallet beside a node.
const password = "long enough"

// serve starts a node as a service, with the wallet of the seed, which is open if s.Password says so, and returns a
// client of its API that has the token.
func (r *rig) serve(node int, s Service) Client {
	r.t.Helper()
	s.Stack, s.Config, s.API, s.Out = solutions.Electives().Lattice(), r.config(node), "127.0.0.1:0", line{up: make(chan string, 2)}
	s.Open = func(given []byte) (lattice.Seed, error) {
		if string(given) != password {
			return lattice.Seed{}, ErrPassword
		}
		return r.seed, nil
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	r.t.Cleanup(func() { cancel(); require.NoError(r.t, <-ended) })
	for range 2 {
		select {
		case <-s.Out.(line).up:
		case err := <-ended:
			ended <- nil
			require.NoError(r.t, err)
		case <-time.After(patience):
			require.Fail(r.t, "the node did not come up")
		}
	}
	url, err := APIOf(r.path(node))
	require.NoError(r.t, err)
	token, err := TokenOf(r.path(node))
	require.NoError(r.t, err)
	return Client{URL: url, Token: token, Wait: patience}
}

// line hands on what is printed, a write at a time.
type line struct{ up chan string }

func (l line) Write(b []byte) (int, error) { l.up <- string(b); return len(b), nil }

// ask asks, and wants an answer.
func (r *rig) ask(c Client, into any, action string, fields ...string) {
	r.t.Helper()
	require.NoError(r.t, c.Ask(r.t.Context(), fieldsOf(action, fields), into))
}

// refused is the name of the error that comes of a question.
func (r *rig) refused(c Client, action string, fields ...string) string {
	r.t.Helper()
	var answer json.RawMessage
	err := c.Ask(r.t.Context(), fieldsOf(action, fields), &answer)
	var known Known
	require.True(r.t, errors.As(err, &known), "%s %v: %v %s", action, fields, err, answer)
	require.NotContains(r.t, known.Text, "\n", "one line")
	return known.Name
}

func fieldsOf(action string, fields []string) map[string]string {
	q := map[string]string{"action": action, "wait": "30s"}
	for i := 0; i < len(fields); i += 2 {
		q[fields[i]] = fields[i+1]
	}
	return q
}

// eventually waits until something is so.
func (r *rig) eventually(what string, is func() bool) {
	r.t.Helper()
	require.Eventually(r.t, is, patience, 10*time.Millisecond, what)
}

// synced waits until all that the node has cemented is on its disk: what is not a node may forget, and asks its peers again.
func (r *rig) synced(node *Running) {
	r.t.Helper()
	done := make(chan error, 1)
	require.NoError(r.t, node.do(func() { node.host.Disk().SyncNames(func(err error) { done <- err }) }))
	require.NoError(r.t, <-done)
}

// free is a place where nobody listens.
func (r *rig) free() network.Addr {
	r.t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(r.t, err)
	return addrs[0]
}
