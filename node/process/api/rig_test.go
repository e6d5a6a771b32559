package api_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/chain"
	"strata/mempool"
	"strata/node"
	"strata/node/guard"
	"strata/node/process/api"
	"strata/node/process/index"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/node/store"
	"strata/p2p"
	"strata/solutions"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// patience is how long a test waits for what has to come.
const patience = 2 * time.Minute

// rig is a node with its API, on loopback.
type rig struct {
	t      *testing.T
	loop   *tcphost.Loop
	node   *node.Node
	store  store.Store
	index  *index.Index
	level  *slog.LevelVar
	server *api.Server
	http   *httptest.Server
	tip    chain.Block
}

var (
	alice = ed25519.NewKeyFromSeed([]byte(strings.Repeat("a", ed25519.SeedSize)))
	bob   = ed25519.NewKeyFromSeed([]byte(strings.Repeat("b", ed25519.SeedSize)))
)

// packedFile is a text of the page that the page has compressed alone.
var packedFile = func() []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(strings.Repeat("packed ", 1000)))
	_ = z.Close()
	return packed.Bytes()
}()

// needsPeers is whether the nodes of rigs are ready only with peers.
var needsPeers = false

// newRig starts a node whose blocks are easy to find, and its API.
func newRig(t *testing.T, cfg api.Config) *rig {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	cfg.Token = token
	r := &rig{t: t, loop: tcphost.NewLoop(tcphost.LoopConfig{}), store: store.NewMemory(), level: new(slog.LevelVar), tip: chain.Genesis()}
	r.index = index.New(store.NewMemory())
	host := r.loop.Host(addrs[0])
	r.do(func() {
		r.node, err = node.New(host, solutions.Stack(), node.Config{
			P2P: p2p.Config{Self: addrs[0]}, Params: chain.Params{Difficulty: 1}, Store: r.store, Coinbase: keyfile.Public(alice),
			Guard: &guard.Config{},
		})
		require.NoError(t, err)
		require.NoError(t, r.node.Start())
	})
	r.server, err = api.New(cfg, api.Backend{
		Node: r.node, Do: r.loop.Do, Store: r.store, Index: func() *index.Index { return r.index }, Level: r.level,
		Log: logger(), Version: "test", Started: time.Unix(1_800_000_000, 0), Alone: !needsPeers,
	}, fstest.MapFS{"index.html": {Data: []byte("<p>page")}, "views/a.js": {Data: []byte("1")}, "long.js": {Data: []byte(strings.Repeat("long ", 1000))}, "packed.js.gz": {Data: packedFile}})
	require.NoError(t, err)
	r.http = httptest.NewServer(r.server.Handler())
	t.Cleanup(func() {
		r.server.Close()
		r.http.Close()
		r.loop.Do(r.node.Stop)
		r.loop.Close()
		r.http.Client().CloseIdleConnections()
	})
	return r
}

func (r *rig) do(f func()) {
	r.t.Helper()
	require.True(r.t, r.loop.Do(f))
}

// mine adds a block on a parent.
func (r *rig) mine(parent chain.Block, txs ...mempool.Transaction) chain.Block {
	r.t.Helper()
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: keyfile.Public(alice), Transactions: txs}
	for params := (chain.Params{Difficulty: 1}); !params.MeetsDifficulty(b.Hash()); {
		b.Nonce++
	}
	r.do(func() { require.NoError(r.t, r.node.AddBlock(b)) })
	for more := true; more; {
		var err error
		more, err = r.index.Step(r.store, 2)
		require.NoError(r.t, err)
	}
	return b
}

// extend adds a block to the chain.
func (r *rig) extend(txs ...mempool.Transaction) chain.Block {
	r.t.Helper()
	r.tip = r.mine(r.tip, txs...)
	return r.tip
}

// request asks, with the token if the method is not GET.
func (r *rig) request(method, path, body string, headers ...string) *http.Response {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), method, r.http.URL+path, strings.NewReader(body))
	require.NoError(r.t, err)
	if method != http.MethodGet {
		q.Header.Set("Authorization", "Bearer "+token)
		q.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			q.Host = headers[i+1]
		}
		q.Header.Set(headers[i], headers[i+1])
	}
	a, err := r.http.Client().Do(q)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { a.Body.Close() })
	return a
}

// answer asks and reads the JSON that it is answered with.
func (r *rig) answer(status int, method, path, body string, headers ...string) map[string]any {
	r.t.Helper()
	a := r.request(method, path, body, headers...)
	text, err := io.ReadAll(a.Body)
	require.NoError(r.t, err)
	require.Equal(r.t, status, a.StatusCode, "%s %s: %s", method, path, text)
	if len(text) == 0 {
		return nil
	}
	var value map[string]any
	require.NoError(r.t, json.Unmarshal(text, &value), "%s", text)
	if status >= 400 {
		require.Equal(r.t, "application/problem+json", a.Header.Get("Content-Type"))
		require.NotEmpty(r.t, value["remedy"])
	}
	return value
}

func (r *rig) get(path string) map[string]any {
	r.t.Helper()
	return r.answer(http.StatusOK, http.MethodGet, path, "")
}

// far is a time that the test does not live to see.
func (r *rig) far() time.Time { return time.Now().Add(time.Hour) }

// dial sends bytes on a connection of their own and reads what comes back, if anything, until the
// server ends it or has answered.
func (r *rig) dial(raw string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.http.Listener.Addr().String())
	require.NoError(r.t, err)
	defer conn.Close()
	_, _ = io.WriteString(conn, raw)
	_ = conn.(*net.TCPConn).CloseWrite() // the server may have ended it
	_, _ = io.Copy(io.Discard, io.LimitReader(conn, 1<<10))
}
