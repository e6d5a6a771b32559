package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/tcphost"
)

var newTip = regexp.MustCompile(`msg="new tip" .* number=(\d+) `)

// ended waits until the node ends by itself, with that status. It returns the last line of its log,
// without the program's name, and the last tip that it told of.
func (d *child) ended(status int) (last string, tip uint64) {
	d.t.Helper()
	for line := range d.logs {
		if m := newTip.FindStringSubmatch(line); m != nil {
			tip, _ = strconv.ParseUint(m[1], 10, 64)
		}
		last = line
	}
	var exit *exec.ExitError
	require.True(d.t, errors.As(d.cmd.Wait(), &exit))
	require.Equal(d.t, status, exit.ExitCode(), last)
	text, ok := strings.CutPrefix(last, "strata-node: ")
	require.True(d.t, ok, last)
	return text, tip
}

// height asks the node for its height.
func (d *child) height() (height uint64) {
	d.t.Helper()
	_, text := d.request("GET", "/v1/status", "")
	var status struct{ Height *uint64 }
	status.Height = &height
	require.NoError(d.t, json.Unmarshal([]byte(text), &status), text)
	return height
}

// program runs a strata-node that ends by itself.
func program(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	path, err := binary()
	require.NoError(t, err)
	var o, e bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		require.True(t, errors.As(err, &exit), "%v", err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// refused runs a strata-node that cannot run as asked, and returns its one line.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := program(t, append([]string{"-listen", "127.0.0.1:1", "-api", "127.0.0.1:0"}, args...)...)
	require.Equal(t, 2, status, errs)
	require.Empty(t, out)
	line, ok := strings.CutPrefix(strings.TrimSuffix(errs, "\n"), "strata-node: ")
	require.True(t, ok, errs)
	require.NotContains(t, line, "\n")
	return line
}

// Health is 0 from a node that lives, and 1 from one that does not answer.
func TestHealth(t *testing.T) {
	t.Chdir(t.TempDir())
	d := start(t, "-data", "data")
	at := strings.TrimPrefix(d.url, "http://")
	status, out, errs := program(t, "-health", "-api", at)
	require.Zero(t, status, errs)
	require.Empty(t, out+errs)

	// From all of this machine's addresses it takes its own.
	all := start(t, "-api", "0.0.0.0:0")
	_, port, _ := strings.Cut(strings.TrimPrefix(all.url, "http://"), "]:")
	status, _, errs = program(t, "-health", "-api", "0.0.0.0:"+port)
	require.Zero(t, status, errs)
	all.stop()

	d.stop()
	status, out, errs = program(t, "-health", "-api", at)
	require.Equal(t, 1, status)
	require.Empty(t, out)
	require.Regexp(t, `^strata-node: the node is not well: .*connection refused\n$`, errs)

	require.Contains(t, refused(t, "-health", "-api", "off"), "which is off: say with --api where it is")
	require.Contains(t, refused(t, "-health", "-difficulty", "0"), "difficulty is 0")
}

// What a kill leaves behind is every block that was told of, and no lock.
func TestKilled_ComesBackWithWhatItToldOf(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"-data", "data", "-difficulty", "3", "-mine", "-coinbase", strings.Repeat("ab", 32)}
	tip := uint64(0)
	for range 3 {
		d := start(t, args...)
		require.GreaterOrEqual(t, d.height(), tip)
		d.logged("new tip")
		tip = d.height()
		require.NoError(t, d.cmd.Process.Kill())
		for range d.logs {
		}
		_ = d.cmd.Wait()
	}
}

// Faults of a start say what there is to do.
func TestStart_Faults(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("file", []byte("precious"), 0o600))
	require.Contains(t, refused(t, "-data", "file"), "data directory file: ")
	require.Equal(t, "cannot listen at 192.0.2.1:11120: bind: cannot assign requested address", refused(t, "-listen", "192.0.2.1:11120"))

	d := start(t, "-data", "data", "-difficulty", "3")
	require.Equal(t, "data directory data is used by another node", refused(t, "-data", "data", "-difficulty", "3"))
	at := strings.TrimPrefix(d.url, "http://")
	require.Equal(t, "api: cannot listen at "+at+": address in use; choose another with --api, or off",
		refused(t, "-api", at, "-listen", free(t)))
	self := d.self()
	require.Equal(t, "cannot listen at "+self+": address in use; choose another with --listen", refused(t, "-listen", self))
	d.stop()

	// Flags are not kept: a second start without them says where they would be.
	line := refused(t, "-data", "data")
	require.Contains(t, line, "store is of a chain with other params: it has difficulty 3")
	require.Contains(t, line, "if the store is right, say its difficulty with --difficulty, or for good in "+filepath.Join("data", "strata.toml"))
	require.Contains(t, line, "if the store was begun with a slip, begin another one", "H8: nobody is sent to a wrong difficulty")
	text, err := os.ReadFile("file")
	require.NoError(t, err)
	require.Equal(t, "precious", string(text))
}

// A settings file that was broken while the node runs changes nothing, also not after it is mended.
func TestHangup_BrokenSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	d := start(t, "-data", "data")
	path := filepath.Join("data", "strata.toml")
	require.NoError(t, os.WriteFile(path, []byte("[node\nlog-level = "), 0o600))
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGHUP))
	d.logged("settings not read again")
	require.NoError(t, os.Remove(path))
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGHUP))
	d.logged("settings not read again")
	require.NoError(t, os.WriteFile(path, []byte("[node]\nlog-level = \"debug\"\n"), 0o600))
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGHUP))
	d.logged("settings read again")
	answer, err := http.Get(d.url + "/healthz")
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	d.stop()
}

// Nodes may go by names. One that its peers cannot look up yet is dialled again, until it can be.
func TestNames(t *testing.T) {
	t.Chdir(t.TempDir())
	_, port, _ := strings.Cut(free(t), ":")
	name := "localhost:" + port
	second := start(t, "-bootstrap", name, "-bootstrap", "nosuch.invalid:1")
	first := start(t, "-listen", name)
	require.Equal(t, name, first.self())
	first.waitPeers(1)
	second.waitPeers(1)
	_, peers := second.request("GET", "/v1/peers", "")
	require.Contains(t, peers, `"address":"`+name+`"`)
	first.stop()
	second.stop()
}

// self is where the node says that it is.
func (d *child) self() string {
	d.t.Helper()
	_, text := d.request("GET", "/v1/status", "")
	var status struct{ Self string }
	require.NoError(d.t, json.Unmarshal([]byte(text), &status), text)
	return status.Self
}

// waitPeers listens until the node has that many peers.
func (d *child) waitPeers(n int) {
	d.t.Helper()
	d.waitStatus(func(s status) bool { return s.Peers >= n })
}

// status is what these tests want of a node's status.
type status struct {
	Height uint64
	Tip    string
	Peers  int
	Mining bool
}

// get asks a node's API.
func (d *child) get(ctx context.Context, path string) (io.ReadCloser, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+path, nil)
	if err != nil {
		return nil, err
	}
	a, err := d.http.Do(q)
	if err != nil {
		return nil, err
	}
	return a.Body, nil
}

// waitStatus listens to the node's events until its status is as wanted.
func (d *child) waitStatus(wanted func(status) bool) status {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	s, err := d.listen(ctx, wanted)
	require.NoError(d.t, err)
	return s
}

func (d *child) listen(ctx context.Context, wanted func(status) bool) (s status, err error) {
	events, err := d.get(ctx, "/v1/events")
	if err != nil {
		return s, err
	}
	defer events.Close()
	now, err := d.get(ctx, "/v1/status") // events tell of what changes from now on
	if err != nil {
		return s, err
	}
	defer now.Close()
	if err := json.NewDecoder(now).Decode(&s); err != nil || wanted(s) {
		return s, err
	}
	kind := ""
	for lines := bufio.NewScanner(events); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			kind = name
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || kind != "status" {
			continue
		}
		if err := json.Unmarshal([]byte(data), &s); err != nil {
			return s, err
		}
		if wanted(s) {
			return s, nil
		}
	}
	return s, fmt.Errorf("%s: waited in vain: %+v", d.data, s)
}

// free is an address of this machine that nobody uses.
func free(t *testing.T) string {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	return string(addrs[0])
}

// H11: one bit of a block that flips on the disk under a running node ends it, as soon as anybody asks for the block,
// with what there is to do; and that brings back all but what was lost.
func TestABitFlipsUnderARunningNode_H11(t *testing.T) {
	t.Chdir(t.TempDir())
	coinbase := strings.Repeat("ab", 32)
	d := start(t, "-data", "data", "-difficulty", "3", "-mine", "-coinbase", coinbase)
	d.waitStatus(func(s status) bool { return s.Height >= 12 })
	status, _ := d.request("POST", "/v1/mining", `{"on":false}`)
	require.Equal(t, http.StatusOK, status)
	f, err := os.OpenFile(filepath.Join("data", "strata.db"), os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	text, err := io.ReadAll(f)
	require.NoError(t, err)
	copies := blockFive.FindAllIndex(text, -1) // pages that are no longer used have some, too
	require.NotEmpty(t, copies)
	for _, m := range copies {
		at := m[0] + len("5:")
		_, err = f.WriteAt([]byte{text[at] ^ 1}, int64(at))
		require.NoError(t, err)
	}
	answer, _ := d.request("GET", "/v1/blocks/5", "")
	require.GreaterOrEqual(t, answer, 500)
	last, _ := d.ended(2)
	require.Contains(t, last, "store is corrupt")
	require.Contains(t, last, "`strata node --repair --data data` makes a new store of the blocks that are whole")
	code, out, errs := program(t, "-repair", "-data", "data", "-difficulty", "3")
	require.Zero(t, code, errs)
	require.Contains(t, out, "kept the chain up to block 4 ")
}

// blockFive is the beginning of a block's text: number, nonce, parent.
var blockFive = regexp.MustCompile(`5:\d+:[0-9a-f]{64}:abab`)
