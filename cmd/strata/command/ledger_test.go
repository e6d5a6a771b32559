package command

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"
)

// hashes are as random as the keys of members.
var hashes = regexp.MustCompile(`\b[0-9a-f]{16}\b`)

// The playground is what its transcript shows: three members in this process, and a client.
func TestPlay_Transcript(t *testing.T) {
	datadriven.RunTest(t, "testdata/play", func(t *testing.T, d *datadriven.TestData) string {
		s := newSession(t)
		var out, errs bytes.Buffer
		w := s.world(&out, &errs)
		w.In = strings.NewReader(d.Input)
		status := Main(t.Context(), w, []string{"play", "leader"})
		text := hashes.ReplaceAllString(out.String(), "HASH") + errs.String()
		if status != 0 {
			text += fmt.Sprintf("exit status %d\n", status)
		}
		return text
	})
}

// On a terminal lines are edited: arrows bring earlier ones back, Tab completes words and keys.
func TestPlay_HistoryAndCompletion(t *testing.T) {
	p := &playground{}
	for _, key := range []string{"color", "colour", "shape", "color"} {
		p.named(key)
	}
	for line, want := range map[string]string{"": "", "e": "exit", "ti": "tip", "g": "get ", "get c": "get colo",
		"get s": "get shape", "colou": "colour=", "co": "colo"} {
		got, pos, ok := p.complete(line, len(line), '\t')
		require.True(t, ok, line)
		require.Equal(t, want, got)
		require.Equal(t, len(got), pos)
	}
	for _, line := range []string{"x", "get x"} {
		_, _, ok := p.complete(line, len(line), '\t')
		require.False(t, ok, line)
	}
	_, _, ok := p.complete("co", 2, 'x')
	require.False(t, ok, "any other key is itself")

	var screen bytes.Buffer
	terminal := p.terminal(struct {
		io.Reader
		io.Writer
	}{strings.NewReader("sh\tround\r\x1b[A\r\x03"), &screen})
	for range 2 {
		line, err := terminal.ReadLine()
		require.NoError(t, err)
		require.Equal(t, "shape=round", line)
	}
}

// One founds a ledger, three processes run it, and one plays attached, through the loss of a leader.
func TestNode_LedgerInThreeProcesses(t *testing.T) {
	s := newSession(t)
	addrs := []string{freeAddr(t), freeAddr(t), freeAddr(t)}
	status, out, errs := s.run(t, "init", "--ledger", "leader", "--member", strings.Join(addrs, ","), "--out", "net")
	require.Zero(t, status, errs)
	require.Regexp(t, `^chain [0-9a-f]{64}\nnet/genesis\nnet/0: member 0 at `+addrs[0]+`\nnet/1: member 1 at .*\nnet/2: member 2 at .*\n$`, out)
	nodes := make([]*program, 3)
	for i := range nodes {
		nodes[i] = startLedgerNode(t, "leader", i, 3)
	}
	play := func(at int, lines string) string {
		t.Helper()
		var out, errs bytes.Buffer
		w := s.world(&out, &errs)
		w.In = strings.NewReader(lines)
		require.Zero(t, Main(t.Context(), w, []string{"play", "leader", "--data", fmt.Sprintf("net/%d", at)}), errs.String())
		return out.String()
	}
	require.Contains(t, play(1, "color=blue 3\nget color\n"), "blue (height 1")
	require.Contains(t, refusedProcess(t, "node", "--ledger", "leader", "--data", "net/0", "--api", "off"), "is used by another node")
	require.NoError(t, nodes[0].cmd.Process.Kill())
	<-nodes[0].exited
	require.Contains(t, play(2, "color=red\ntip\n"), "led by member")
	nodes[0] = startLedgerNode(t, "leader", 0, 3)
	require.Contains(t, play(0, "color=green\nget color\n"), "green (height 3")
	for _, n := range nodes {
		n.end(syscall.SIGTERM, 0)
	}
	require.NoFileExists(t, "net/0/api.address")
}

// Three processes run replicas of one document: what one is given over its API the others have, also one that was killed
// meanwhile, and one whose key genesis does not name.
func TestNode_CausalInThreeProcesses_S01_S08(t *testing.T) {
	s := newSession(t)
	status, out, errs := s.run(t, "init", "--ledger", "causal", "--document", "minutes", "--member", freeAddr(t)+","+freeAddr(t), "--out", "net")
	require.Zero(t, status, errs)
	require.Contains(t, out, "net/1: member 1 at ")
	status, out, errs = s.run(t, "init", "--ledger", "causal", "--genesis", "net/genesis", "--out", "net/2")
	require.Zero(t, status, errs)
	require.Contains(t, out, "net/2: an observer\n")
	require.Contains(t, refusedProcess(t, "node", "--ledger", "causal", "--data", "net/2"), "needs to be told where to listen, with --listen")
	nodes := []*program{startLedgerNode(t, "causal", 0, 2), startLedgerNode(t, "causal", 1, 2)}
	writeLine := func(at int, text string) {
		t.Helper()
		body := fmt.Sprintf(`{"operations": [{"action": "insert", "list": "lines", "text": %q}]}`, text)
		resp, err := http.Post(apiOf(t, at).URL+"/v1/updates", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
	}
	reads := func(at int, texts ...string) {
		t.Helper()
		require.Eventually(t, func() bool {
			resp, err := http.Get(apiOf(t, at).URL + "/v1/document?list=lines")
			require.NoError(t, err)
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			return strings.Count(string(text), `"id"`) == len(texts) && !slices.ContainsFunc(texts, func(one string) bool { return !bytes.Contains(text, []byte(one)) })
		}, patience, 50*time.Millisecond)
	}
	writeLine(0, "first")
	reads(1, "first")
	require.NoError(t, nodes[1].cmd.Process.Kill())
	<-nodes[1].exited
	writeLine(0, "while it was away")
	nodes[1] = startLedgerNode(t, "causal", 1, 2)
	reads(1, "first", "while it was away")
	nodes = append(nodes, start(t, "node", "--ledger", "causal", "--data", "net/2", "--listen", freeAddr(t), "--api", "127.0.0.1:0"))
	nodes[2].next(nodes[2].out, "its page", func(line string) bool { return strings.Contains(line, "page and API at http://") })
	reads(2, "first", "while it was away")
	writeLine(2, "by nobody in particular")
	reads(0, "first", "while it was away", "by nobody in particular")
	require.Contains(t, refusedProcess(t, "node", "--ledger", "causal", "--data", "net/0", "--api", "off"), "is used by another node")
	for _, n := range nodes {
		n.end(syscall.SIGTERM, 0)
	}
	require.NoFileExists(t, "net/0/api.address")
}

// startLedgerNode starts a member of net and waits until it is up.
func startLedgerNode(t *testing.T, ledger string, member, of int) *program {
	t.Helper()
	p := start(t, "node", "--ledger", ledger, "--data", fmt.Sprintf("net/%d", member), "--api", "127.0.0.1:0")
	line := p.next(p.out, "the node is up", func(line string) bool { return strings.Contains(line, " is up: ") })
	require.Contains(t, line, fmt.Sprintf("ledger %s, member %d of %d, ", ledger, member, of))
	p.next(p.out, "its page", func(line string) bool { return strings.Contains(line, "page and API at http://") })
	return p
}

// Where everybody keeps their own key, genesis is written first, and each founds their own directory.
func TestInit_FromKeys(t *testing.T) {
	s := newSession(t)
	key := func(name string) string {
		status, out, errs := s.run(t, "keys", "new", "--out", name)
		require.Zero(t, status, errs)
		return strings.TrimSpace(out)
	}
	a, b := key("a.key"), key("b.key")
	status, out, errs := s.run(t, "init", "--ledger", "leader", "--member", a+"@127.0.0.1:4001", "--member", b+"@127.0.0.1:4002", "--out", "net")
	require.Zero(t, status, errs)
	chain, _, _ := strings.Cut(out, "\n")
	require.NoDirExists(t, "net/0", "whose key is another's")
	for i, name := range []string{"a", "b"} {
		status, out, errs := s.run(t, "init", "--ledger", "leader", "--genesis", "net/genesis", "--key", name+".key", "--out", name)
		require.Zero(t, status, errs)
		require.Equal(t, fmt.Sprintf("%s\n%s: member %d\n", chain, name, i), out)
	}
	_, out, _ = s.run(t, "init", "--ledger", "leader", "--genesis", "net/genesis", "--out", "c")
	require.Equal(t, chain+"\nc: an observer\n", out)
	require.NoError(t, os.WriteFile("bad", []byte("leader 1\nx"), 0o600))
	for _, c := range []struct {
		want string
		args []string
	}{
		{"say with --ledger which: leader, validators, lattice, causal", nil},
		{`unknown ledger "leadr"; did you mean "leader"?`, []string{"--ledger", "leadr"}},
		{"say with --out which directory to make", []string{"--ledger", "leader"}},
		{"say with --member who the members are, or with --genesis where that stands", []string{"--ledger", "leader", "--out", "x"}},
		{"--key goes with --genesis", []string{"--ledger", "leader", "--out", "x", "--member", "127.0.0.1:1", "--key", "a.key"}},
		{"c is there already; it is left as it is: a node's directory is made once", []string{"--ledger", "leader", "--genesis", "net/genesis", "--out", "c"}},
		{"net/genesis is there already; it is left as it is", []string{"--ledger", "leader", "--member", "127.0.0.1:1", "--out", "net"}},
		{`bad: genesis: line 2: "x" is no key of 64 hex digits`, []string{"--ledger", "leader", "--genesis", "bad", "--out", "x"}},
		{`--member: bad address "localhost": want host:port`, []string{"--ledger", "leader", "--member", "localhost", "--out", "x"}},
		{`--member: "" has no address: want ADDRESS or KEY@ADDRESS`, []string{"--ledger", "leader", "--member", "", "--out", "x"}},
		{`member 0: "zz" is neither a public key in hex nor a key file`, []string{"--ledger", "leader", "--member", "zz@127.0.0.1:1", "--out", "x"}},
		{`net/genesis: not a key file: want a PEM block "PRIVATE KEY"`,
			[]string{"--ledger", "leader", "--genesis", "net/genesis", "--key", "net/genesis", "--out", "x"}},
		{"net/genesis is a genesis of ledger leader, not validators", []string{"--ledger", "validators", "--genesis", "net/genesis", "--out", "x"}},
		{"--faucet goes with --ledger validators and --member: it is an account of a new genesis",
			[]string{"--ledger", "leader", "--member", "127.0.0.1:1", "--faucet", "5", "--out", "x"}},
		{"validators: validator 0 has stake 0, want at least min-self (10000)",
			[]string{"--ledger", "validators", "--member", "127.0.0.1:1", "--stake", "0", "--out", "x"}},
		{"validators: stakes and balances together are 4611686018427387904 or more, want less",
			[]string{"--ledger", "validators", "--member", "127.0.0.1:1", "--faucet", "18446744073709551615", "--out", "x"}},
		{`--stake: "-5" is not a number: want 0 or more, in digits`, []string{"--ledger", "validators", "--member", "127.0.0.1:1", "--stake", "-5", "--out", "x"}},
		{"--document goes with --ledger causal and --member: it names the document of a new genesis",
			[]string{"--ledger", "leader", "--member", "127.0.0.1:1", "--document", "x", "--out", "x"}},
		{`causal: the document's name is "X", want 1 to 64 of a-z, 0-9 and dash`,
			[]string{"--ledger", "causal", "--member", "127.0.0.1:1", "--document", "X", "--out", "x"}},
		{"leader: member 1 has the key or the address of another", []string{"--ledger", "leader", "--member", "127.0.0.1:1,127.0.0.1:1", "--out", "x"}},
	} {
		require.Equal(t, c.want, s.refused(t, append([]string{"init"}, c.args...)...), c.args)
	}
	require.NoDirExists(t, "x", "nothing is half made")
}

// What a node of a ledger cannot do is refused before anything runs.
func TestNode_LedgerRefuses(t *testing.T) {
	s := newSession(t)
	require.NoError(t, os.MkdirAll(filepath.Join("empty"), 0o700))
	status, _, errs := s.run(t, "init", "--ledger", "leader", "--member", freeAddr(t), "--out", "net")
	require.Zero(t, status, errs)
	for _, c := range []struct {
		want string
		args []string
	}{
		{`unknown ledger "x"`, []string{"node", "--ledger", "x"}},
		{"--mine, --repair: only a node of the chain has that, not one with --ledger", []string{"node", "--ledger", "leader", "--mine", "--repair"}},
		{"say with --data which directory of `strata init --ledger leader` is the node's", []string{"node", "--ledger", "leader"}},
		{"empty is no directory of a ledger's node: it has no genesis; `strata init` makes one", []string{"node", "--ledger", "leader", "--data", "empty"}},
		{"net is no directory of a ledger's node: it has a genesis and no identity.key; those that `strata init` made are in it, such as net/0",
			[]string{"node", "--ledger", "leader", "--data", "net"}},
		{"--lost-disk goes with --ledger", []string{"node", "--lost-disk"}},
		{"net/0 is the directory of a node of ledger leader, not validators", []string{"node", "--ledger", "validators", "--data", "net/0"}},
		{"--faucet goes with --ledger validators", []string{"node", "--ledger", "leader", "--data", "net/0", "--faucet", "x"}},
		{"--sign-from goes with --ledger validators", []string{"node", "--ledger", "leader", "--data", "net/0", "--sign-from", "3"}},
		{"net/0 is the directory of a node of ledger leader, not causal", []string{"node", "--ledger", "causal", "--data", "net/0"}},
		{"would tell two stories under one key (CAU-7)", []string{"node", "--ledger", "causal", "--data", "net/0", "--lost-disk"}},
		{"limit-messages is 0: want 1 to", []string{"node", "--ledger", "leader", "--data", "net/0", "--limit-messages", "0"}},
		{"cannot listen at 203.0.113.1:4000", []string{"node", "--ledger", "leader", "--data", "net/0", "--listen", "203.0.113.1:4000"}},
		{"no such host", []string{"node", "--ledger", "leader", "--data", "net/0", "--api", "300.1.1.1:5"}},
		{`--api is "foo": want the URL of a node's API, such as http://127.0.0.1:11180`, []string{"play", "leader", "--api", "foo"}},
		{`unknown ledger "chain"`, []string{"play", "chain"}},
		{"play wants a LEDGER: leader, validators", []string{"play"}},
		{"--api and --data do not go together: choose one", []string{"play", "leader", "--api", "x", "--data", "y"}},
		{"data directory empty: no node with an API runs on it", []string{"play", "leader", "--data", "empty"}},
		{"nobody answers", []string{"play", "leader", "--api", "http://" + freeAddr(t)}},
		{"nodes is 22: want 1 to 21", []string{"play", "leader", "--nodes", "22"}},
		{"nodes is 22: want 1 to 21", []string{"demo", "--ledger", "leader", "--nodes", "22"}},
	} {
		require.Contains(t, s.refused(t, c.args...), c.want, c.args)
	}
}

// Like any layer the elective can be tried: by its playground.
func TestTry_Leader(t *testing.T) {
	s := newSession(t)
	var out, errs bytes.Buffer
	w := s.world(&out, &errs)
	w.In = strings.NewReader("color=blue\nget color\n")
	require.Zero(t, Main(t.Context(), w, []string{"try", "leader"}), errs.String())
	require.Equal(t, "final at height 1\nblue (height 1)\n", out.String())
	require.Contains(t, s.refused(t, "try", "leader", "--bootstrap", "127.0.0.1:1"), "--bootstrap does not go with leader")
}
