package ledgernode

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
	"strata/node/process/atomicfile"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// Three members over TLS on loopback: what is written at one is final at all, and there again after a restart.
func TestMembers_WriteStopAndStartAgain_LDR3_LDR9(t *testing.T) {
	r := newRig(t, 3)
	a, b, c := r.run(0), r.run(1), r.run(2)
	for i := range uint64(5) {
		r.write([]*Running{a, b, c}[i%3], r.tx(1, i+1, "key", string(rune('a'+i))))
	}
	require.NoError(t, c.Stop())
	o := r.write(b, r.tx(1, 6, "key", "f"))
	require.Positive(t, o.Height, "two of three are a quorum")
	again := r.run(2)
	r.write(again, r.tx(1, 7, "key", "g"))
	r.write(again, r.tx(1, 7, "key", "g")) // LED-2: the same once more
	v, err := again.Value(t.Context(), []byte("key"))
	require.NoError(t, err)
	require.Equal(t, "g", string(v.Value))
	s, err := again.Status()
	require.NoError(t, err)
	require.Equal(t, 2, s.Member)
	require.Len(t, s.Members, 3)
}

// Each member that stops is replaced as the leader, and an observer has what they have.
func TestObserver_GetsWhatIsFinal_LDR1(t *testing.T) {
	r := newRig(t, 3)
	a, b := r.run(0), r.run(1)
	r.run(2)
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	key, err := keyfile.New()
	require.NoError(t, err)
	require.NoError(t, Init(r.path(9), r.genesis, key))
	d, err := Open(r.path(9))
	require.NoError(t, err)
	_, err = Run(stack(), Config{Directory: d})
	require.ErrorContains(t, err, "--listen")
	o, err := Run(stack(), Config{Directory: d, Listen: addrs[0]})
	require.NoError(t, err)
	defer o.Stop()
	r.write(a, r.tx(1, 1, "key", "value"))
	require.NoError(t, a.Stop())
	r.write(b, r.tx(1, 2, "key", "later"))
	r.write(o, r.tx(1, 3, "key", "last"))
	v, err := o.Value(t.Context(), []byte("key"))
	require.NoError(t, err)
	require.Equal(t, "last", string(v.Value))
	require.False(t, v.Latest, "an observer does not lead")
}

// A member whose disk is put aside starts as one that has lost it, and takes part again (LDR-11).
func TestLostDisk_ByTheOperatorsWord_LDR11(t *testing.T) {
	r := newRig(t, 3)
	a, b, c := r.run(0), r.run(1), r.run(2)
	r.write(a, r.tx(1, 1, "key", "value"))
	_, err := c.Config.Directory.SetAside()
	require.ErrorIs(t, err, tcphost.ErrInUse)
	require.NoError(t, c.Stop())
	aside, err := c.Config.Directory.SetAside()
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(aside, "founded"))
	back := r.run(2)
	require.Eventually(t, func() bool {
		s, err := back.Status()
		require.NoError(t, err)
		return s.View > 0 && s.View == s.LastNormal
	}, patience, 50*time.Millisecond, "a view begins without its word")
	require.NoError(t, b.Stop())
	r.write(back, r.tx(1, 2, "key", "later")) // only with its word is there a quorum
}

// A directory belongs to one chain, one key and one process, and says which of them is wrong.
func TestDirectory_BelongsToOneChainAndKey(t *testing.T) {
	r, other := newRig(t, 3), newRig(t, 3)
	require.ErrorIs(t, Init(r.path(0), r.genesis, r.keys[0]), atomicfile.ErrExists)
	running := r.run(0)
	require.ErrorIs(t, r.refused(0), tcphost.ErrInUse)
	require.NoError(t, running.Stop())

	replace(t, filepath.Join(r.path(0), FileKey), filepath.Join(other.path(0), FileKey))
	d, err := Open(r.path(0))
	require.NoError(t, err)
	_, err = Run(stack(), Config{Directory: d, Listen: r.genesis.Roster()[0].Addr})
	require.ErrorIs(t, err, ledgers.ErrForeign, "another node's key file")
	require.ErrorContains(t, err, "that of key "+network.PublicKey(keyfile.Public(r.keys[0])).String())

	replace(t, filepath.Join(r.path(1), FileGenesis), filepath.Join(other.path(1), FileGenesis))
	replace(t, filepath.Join(r.path(1), FileKey), filepath.Join(other.path(1), FileKey))
	require.ErrorIs(t, r.refused(1), ledgers.ErrForeign, "another chain's genesis")

	require.NoError(t, os.RemoveAll(filepath.Join(r.path(2), FileGenesis)))
	require.ErrorContains(t, r.refused(2), "strata init")
	for text, want := range map[string]string{
		"":                         "line 1",
		"chain 1\n":                "want the name of a ledger",
		"leader 2\n":               "line 1",
		"leader 1\nzz 1.2.3.4:5\n": "line 2",
		"leader 1\n":               "0 members",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(r.path(2), FileGenesis), []byte(text), 0o600))
		require.ErrorContains(t, r.refused(2), want)
		require.ErrorContains(t, r.refused(2), filepath.Join(r.path(2), FileGenesis))
	}
	require.NoError(t, os.WriteFile(filepath.Join(r.path(2), FileGenesis), []byte(r.genesis.Text()), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(r.path(2), FileKey), []byte("no key"), 0o600))
	require.ErrorContains(t, r.refused(2), "not a key file")
}

// replace puts the content of one file in the place of another's.
func replace(t *testing.T, file, with string) {
	t.Helper()
	text, err := os.ReadFile(with)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
}

// A log or a snapshot that is damaged, or another chain's, is refused with the file and what there is to do, and
// left as it is (LDR-9).
func TestDisk_DamagedOrForeign_LDR9(t *testing.T) {
	r, other := newRig(t, 1), newRig(t, 1)
	for _, rig := range []*rig{r, other} {
		d, err := Open(rig.path(0))
		require.NoError(t, err)
		running, err := Run(Leader(solutions.Electives().Leader(), leader.Config{Snapshot: 3}), Config{Directory: d})
		require.NoError(t, err)
		for i := range uint64(7) {
			rig.write(running, rig.tx(1, i+1, "key", "value"))
		}
		require.Eventually(t, func() bool { // until then the log carries the blocks, and needs no other file
			_, err := os.Stat(filepath.Join(rig.path(0), DirDisk, "snapshot"))
			log, errLog := os.Stat(filepath.Join(rig.path(0), DirDisk, "log"))
			return err == nil && errLog == nil && log.Size() < 1000
		}, patience, 20*time.Millisecond, "the log begins behind the snapshot")
		require.NoError(t, running.Stop())
	}
	disk := func(r *rig, name string) string { return filepath.Join(r.path(0), DirDisk, name) }
	flip := func(text []byte) []byte {
		broken := bytes.Clone(text)
		broken[5] ^= 1
		return broken
	}
	theirs := func(name string) func([]byte) []byte {
		return func([]byte) []byte {
			text, err := os.ReadFile(disk(other, name))
			require.NoError(t, err)
			return text
		}
	}
	for _, c := range []struct {
		name string
		make func([]byte) []byte
		want error
	}{
		{"log", flip, ledgers.ErrDamaged},
		{"log", theirs("log"), ledgers.ErrDamaged}, // its blocks are not in the block store
		{"blocks", flip, ledgers.ErrDamaged},
		{"snapshot", flip, ledgers.ErrDamaged},
		{"snapshot", theirs("snapshot"), ledgers.ErrForeign},
		{"founded", theirs("founded"), ledgers.ErrForeign},
		{"founded", func(text []byte) []byte { return text[:40] }, ledgers.ErrDamaged},
	} {
		whole, err := os.ReadFile(disk(r, c.name))
		require.NoError(t, err)
		broken := c.make(whole)
		require.NoError(t, os.WriteFile(disk(r, c.name), broken, 0o600))
		err = r.refused(0)
		require.ErrorIs(t, err, c.want, c.name)
		if errors.Is(c.want, ledgers.ErrDamaged) {
			require.ErrorContains(t, err, "--lost-disk", c.name)
		}
		left, err := os.ReadFile(disk(r, c.name))
		require.NoError(t, err)
		if c.name == "log" || c.name == "blocks" { // an end that is no whole record has been cut: of one record, all
			require.True(t, bytes.HasPrefix(broken, left), "%s is as it was, but for its end", c.name)
		} else {
			require.True(t, bytes.Equal(broken, left), "%s is as it was", c.name)
		}
		require.NoError(t, os.WriteFile(disk(r, c.name), whole, 0o600))
	}
	require.NoError(t, r.run(0).Stop(), "with its own files it starts")
}

// The API says what the ledger has, and refuses what is no operation, in words.
func TestAPI(t *testing.T) {
	r := newRig(t, 1)
	node := r.run(0)
	api := r.serve(node)
	o, err := api.Submit(t.Context(), r.tx(1, 1, "color", "blue"), maxWait)
	require.NoError(t, err)
	require.Equal(t, "final", o.State)
	require.Equal(t, uint64(1), o.Height)
	v, err := api.Value(t.Context(), []byte("color"))
	require.NoError(t, err)
	require.Equal(t, Value{Value: []byte("blue"), Found: true, Height: 1, Latest: true}, v)
	s, err := api.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, r.genesis.Chain().String(), s.Chain)
	require.Equal(t, uint64(1), s.Height)

	forged := r.tx(1, 2, "color", "red")
	forged[len(forged)-1] ^= 1
	for _, c := range []struct {
		op   []byte
		want string
	}{
		{forged, ledgers.ErrSignature.Error()},
		{[]byte("no operation"), ledgers.ErrMalformed.Error()},
		{nil, ledgers.ErrMalformed.Error()},
		{r.tx(1, 1, "color", "green"), ledgers.ErrStale.Error()},
		{make([]byte, ledgers.MaxOperation+1), "at most 4096 bytes"},
	} {
		_, err := api.Submit(t.Context(), c.op, maxWait)
		var known Known
		require.ErrorAs(t, err, &known)
		require.ErrorContains(t, err, c.want)
	}

	ask := func(method, path, host, kind string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, api.URL+path, strings.NewReader("x"))
		require.NoError(t, err)
		if host != "" {
			req.Host = host
		}
		req.Header.Set("Content-Type", kind)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(text)
	}
	status, page := ask("GET", "/", "", "")
	require.Equal(t, 200, status)
	require.Contains(t, page, "height 1, block")
	require.Contains(t, page, o.ID)
	for _, c := range []struct {
		method, path, host, kind string
		status                   int
	}{
		{"GET", "/v1/status", "evil.example", "", 403},
		{"POST", "/v1/operations", "", "text/plain", 415},
		{"POST", "/v1/operations?wait=forever", "", binary, 400},
		{"GET", "/v1/value", "", "", 400},
		{"GET", "/v1/value?key=zz", "", "", 400},
		{"GET", "/v1/operations/12", "", "", 400},
		{"GET", "/v1/operations/" + strings.Repeat("ab", 33), "", "", 400},
		{"GET", "/v1/operations/" + strings.Repeat("ab", 32), "", "", 200},
	} {
		status, text := ask(c.method, c.path, c.host, c.kind)
		require.Equal(t, c.status, status, "%s %s: %s", c.method, c.path, text)
	}
	require.NoError(t, node.Stop())
	_, err = api.Status(t.Context())
	require.Error(t, err, "a node that has ended says so")
}
