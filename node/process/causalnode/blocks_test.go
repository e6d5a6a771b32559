package causalnode

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

const jsonType = "application/json"

// fleet is members over TCP that agree on a block each fifth of a second, each with its API.
type fleet struct {
	t       *testing.T
	configs []Config
	nodes   []*Running
	urls    []string
}

func newFleet(t *testing.T, n int) *fleet {
	addrs, err := tcphost.LoopbackAddrs(n)
	require.NoError(t, err)
	f := &fleet{t: t, configs: make([]Config, n), nodes: make([]*Running, n), urls: make([]string, n)}
	genesis := causal.Genesis{Document: "notes"}
	for i := range f.configs {
		key, err := keyfile.New()
		require.NoError(t, err)
		public := network.PublicKey(keyfile.Public(key))
		genesis.Members = append(genesis.Members, ledgers.Member{Key: public, Addr: addrs[i]})
		genesis.Accounts = append(genesis.Accounts, causal.Account{Key: public, Balance: 100})
		dir := t.TempDir()
		f.configs[i] = Config{Key: key, Addr: addrs[i], Dir: filepath.Join(dir, "disk"), Distrust: filepath.Join(dir, FileDistrust), Interval: time.Second / 5}
	}
	for i := range f.configs {
		f.configs[i].Genesis = genesis
		f.start(i)
	}
	return f
}

// start starts a node and its API, until it is stopped or the test ends.
func (f *fleet) start(i int) {
	r, err := Run(solutions.Electives().Causal(), f.configs[i])
	require.NoError(f.t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(f.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { _ = r.Serve(ctx, l) }()
	f.nodes[i], f.urls[i] = r, "http://"+l.Addr().String()
	f.t.Cleanup(func() {
		cancel()
		require.NoError(f.t, r.Stop())
	})
}

// key is a node's.
func (f *fleet) key(i int) string { return f.configs[i].Genesis.Members[i].Key.String() }

// get reads an answer of a node.
func (f *fleet) get(i int, path string, value any) (status int) {
	status, text := asks(f.t, "GET", f.urls[i]+path, "", "")
	require.NoError(f.t, json.Unmarshal([]byte(text), value), text)
	return status
}

func (f *fleet) post(i int, path, body string, value any) {
	status, text := asks(f.t, "POST", f.urls[i]+path, jsonType, body)
	require.Equal(f.t, 200, status, text)
	require.NoError(f.t, json.Unmarshal([]byte(text), value), text)
}

// blocks are where a node's blocks stand.
func (f *fleet) blocks(i int) BlockStatus {
	var s Standing
	f.get(i, "/v1/status", &s)
	return s.Blocks
}

func (f *fleet) eventually(met func() bool) {
	f.t.Helper()
	require.Eventually(f.t, met, time.Minute, 20*time.Millisecond)
}

// Deeds that are posted are executed at each node, or refused; balances and deeds are shown, on the page too (CAU-8).
func TestBlocks_DeedsAndBalances_S06_CAU8(t *testing.T) {
	f := newFleet(t, 4)
	var w Written
	f.post(0, "/v1/updates", fmt.Sprintf(`{"operations": [{"action": "transfer", "to": %q, "amount": 30},
		{"action": "transfer", "to": %q, "amount": 80}]}`, f.key(1), f.key(2)), &w)
	for i := range f.nodes {
		var b Balance
		f.eventually(func() bool { f.get(i, "/v1/balances/"+f.key(0), &b); return b.Balance == 70 })
		var v DeedView
		require.Equal(t, 200, f.get(i, "/v1/deeds/"+w.ID+"/1", &v))
		require.Equal(t, DeedView{ID: w.ID + "/1", By: f.key(0), Height: v.Height, Refused: causal.ErrFunds.Error(),
			Deed: Operation{Action: "transfer", DeedFields: DeedFields{To: f.key(2), Amount: 80}}}, v)
		var all []DeedView
		f.get(i, "/v1/deeds", &all)
		require.Len(t, all, 2)
		require.Equal(t, v, all[1])
		_, page := asks(t, "GET", f.urls[i]+"/", "", "")
		require.Contains(t, page, "made by member 0 in round 0, signed by")
		require.Contains(t, page, fmt.Sprintf("<th>balance</th><td>%d</td>", []int{70, 130, 100, 100}[i]))
		require.Contains(t, page, "transfer 30 to <code>"+f.key(1)+"</code>, by <code>"+f.key(0))
		require.Contains(t, page, "refused: the balance does not suffice")
	}
	var failed struct{ Error string }
	require.Equal(t, 404, f.get(0, "/v1/deeds/"+w.ID+"/2", &failed))
	require.Contains(t, failed.Error, "no block has such a deed yet")
	require.Equal(t, 400, f.get(0, "/v1/balances/x", &failed))
	status, text := asks(t, "POST", f.urls[0]+"/v1/deeds", jsonType, `{"operations": [{"action": "transfer", "to": "`+f.key(1)+`", "amount": 1}]}`)
	require.Equal(t, 400, status)
	require.Contains(t, text, "want one lock, redeem or refund")
}

// Two of four operators distrust the leader: another one leads, and a node that starts again remembers whom it distrusts.
// Who leads when fewer do, and that the new leader stays, is for virtual time: causal/trusted and causal/distrusted.
func TestBlocks_OperatorsDistrust_S06_CAU8(t *testing.T) {
	f := newFleet(t, 4)
	f.eventually(func() bool { return f.blocks(0).Height > 0 })
	var b BlockStatus
	f.post(1, "/v1/members/0/distrust", "", &b)
	require.Equal(t, []int{0}, b.Distrusted)
	height := f.blocks(1).Height
	f.eventually(func() bool { return f.blocks(1).Height > height+3 })
	f.post(2, "/v1/members/0/distrust", "{}", &b)
	f.eventually(func() bool { return f.blocks(3).Maker != 0 })
	require.NoError(t, f.nodes[1].Stop())
	f.start(1)
	require.Equal(t, []int{0}, f.blocks(1).Distrusted, "after a restart")
	for _, i := range []int{1, 2} {
		f.post(i, "/v1/members/0/trust", "", &b)
		require.Empty(t, b.Distrusted)
	}
	height = f.blocks(3).Height
	f.eventually(func() bool { return f.blocks(3).Height > height+2 })
}

// A member whose disk is lost signs nothing: it might have signed something else before (VAL-6, CAU-7).
func TestBlocks_ALostDisk_VAL6_CAU7(t *testing.T) {
	f := newFleet(t, 1)
	require.NoError(t, f.nodes[0].Stop())
	require.NoError(t, os.RemoveAll(f.configs[0].Dir))
	f.configs[0].Founded = true
	_, err := Run(solutions.Electives().Causal(), f.configs[0])
	require.ErrorIs(t, err, ledgers.ErrNotFounded)
	require.ErrorContains(t, err, "`strata init --ledger causal --genesis FILE` makes a directory with another")
}

// A node whose files are damaged does not start, and names the file that is: the decided blocks, or the updates of which
// these speak (VAL-6, CAU-8).
func TestBlocks_DamagedFilesAreNamed_VAL6_CAU8(t *testing.T) {
	f := newFleet(t, 4)
	var w Written
	f.post(1, "/v1/updates", fmt.Sprintf(`{"operations": [{"action": "transfer", "to": %q, "amount": 30}]}`, f.key(2)), &w)
	var b Balance
	f.eventually(func() bool { f.get(0, "/v1/balances/"+f.key(2), &b); return b.Balance == 130 && f.blocks(0).Height > 2 })
	require.NoError(t, f.nodes[0].Stop())
	for name, want := range map[string]string{"updates": "updates: an update of a decided block is gone", "decided": "decided at byte"} {
		file := filepath.Join(f.configs[0].Dir, name)
		whole, err := os.ReadFile(file)
		require.NoError(t, err)
		broken := bytes.Clone(whole)
		broken[9] ^= 1
		require.NoError(t, os.WriteFile(file, broken, 0o600))
		_, err = Run(solutions.Electives().Causal(), f.configs[0])
		require.ErrorIs(t, err, ledgers.ErrDamaged, name)
		require.ErrorContains(t, err, want)
		require.NoError(t, os.WriteFile(file, whole, 0o600))
	}
	file := filepath.Join(f.configs[0].Dir, "decided")
	require.NoError(t, os.Remove(file))
	_, err := Run(solutions.Electives().Causal(), f.configs[0])
	require.ErrorIs(t, err, ledgers.ErrDamaged)
	require.ErrorContains(t, err, "decided is gone")
}

// What operators say at one time is all kept: the file has whom the node distrusts.
func TestBlocks_DistrustAtOnce(t *testing.T) {
	f := newFleet(t, 4)
	var told sync.WaitGroup
	for i := range 40 {
		told.Go(func() { assert.NoError(t, f.nodes[0].Trust(i%4, i < 37)) })
	}
	told.Wait()
	text, err := os.ReadFile(f.configs[0].Distrust)
	require.NoError(t, err)
	var kept []int
	for i := range f.nodes {
		if strings.Contains(string(text), f.key(i)) {
			kept = append(kept, i)
		}
	}
	require.ElementsMatch(t, f.blocks(0).Distrusted, kept)
}

// The page's own button works, another site's does not; what is wrong is said.
func TestBlocks_WhoMayDistrust(t *testing.T) {
	f := newFleet(t, 1)
	ask := func(path, kind string) (int, string) { return asks(t, "POST", f.urls[0]+path, kind, "") }
	status, _ := ask("/v1/members/0/distrust", "application/x-www-form-urlencoded")
	require.Equal(t, 415, status)
	resp, err := http.Get(f.urls[0])
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'", "nobody is led to press it")
	status, _ = ask("/v1/members/0/trust", jsonType+"; charset=utf-8")
	require.Equal(t, 200, status)
	status, text := ask("/v1/members/1/distrust", jsonType)
	require.Equal(t, 400, status)
	require.Contains(t, text, "there is no member 1: they have the numbers 0 to 0")
	status, text = ask("/v1/members/x/trust", jsonType)
	require.Equal(t, 400, status)
	require.Contains(t, text, "is no member's number")
	require.Empty(t, f.blocks(0).Distrusted)

	file := f.configs[0].Distrust
	require.NoError(t, os.WriteFile(file, []byte("abc\n"), 0o600))
	require.NoError(t, f.nodes[0].Stop())
	_, err = Run(solutions.Electives().Causal(), f.configs[0])
	require.ErrorContains(t, err, "line 1")
	require.ErrorContains(t, err, "delete the file")
	require.True(t, strings.Contains(err.Error(), file))
}
