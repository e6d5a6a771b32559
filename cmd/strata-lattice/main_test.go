package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers/lattice"
	"strata/node/process/latticenode"
	"strata/node/process/tcphost"
	"strata/wallet/phrase"
)

// run runs a command with standard input, and returns what it printed.
func run(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	w := world{in: bufio.NewReader(strings.NewReader(in)), out: &out, log: io.Discard, getenv: func(name string) string {
		require.Equal(t, "STRATA_PASSWORD", name)
		return "long enough"
	}}
	err := w.run(t.Context(), args)
	return out.String(), err
}

// succeeds runs a command that has to succeed.
func succeeds(t *testing.T, in string, args ...string) string {
	t.Helper()
	out, err := run(t, in, args...)
	require.NoError(t, err)
	return out
}

// A network from nothing to a payment: a wallet is made, restored from its words, funds a network, pays and receives.
func TestCommand_FromWordsToAPayment_N28_N31(t *testing.T) {
	dir := t.TempDir()
	file, back, net := filepath.Join(dir, "w"), filepath.Join(dir, "back"), filepath.Join(dir, "net")
	words := succeeds(t, "", "wallet", "new", "--wallet", file)
	require.Len(t, strings.Fields(words), phrase.Words)
	first := succeeds(t, words, "wallet", "restore", "--wallet", back)
	require.Equal(t, first, succeeds(t, "", "wallet", "addresses", "--wallet", file))
	addresses := strings.Fields(succeeds(t, "", "wallet", "addresses", "--wallet", back, "--count", "3"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "argon2id")

	succeeds(t, "", "init", "--nodes", "1", "--holder", addresses[0]+"=1000", "--out", net, "--send-work", "8000000000000000", "--receive-work", "8000000000000000")
	data := filepath.Join(net, "0")
	serve(t, data)
	hash := strings.TrimSpace(succeeds(t, "", "wallet", "send", "--wallet", back, "--data", data, "--to", addresses[1], "--amount", "0.5"))
	require.Equal(t, "1 received\n", succeeds(t, "", "wallet", "receive", "--wallet", back, "--data", data))
	require.Equal(t, "0 "+addresses[0]+" 999.5, pending 0\n1 "+addresses[1]+" 0.5, pending 0\n",
		succeeds(t, "", "wallet", "list", "--wallet", back, "--data", data))
	succeeds(t, "", "wallet", "represent", "--wallet", back, "--data", data, "--from", "1", "--by", addresses[0])
	require.Contains(t, succeeds(t, "", "ask", "--data", data, "block_info", "hash="+hash), `"state": "final"`)
	require.Contains(t, succeeds(t, "", "ask", "--data", data, "wallet_unlock", "password=long enough"), addresses[1])
}

// serve runs a node, with a wallet beside it, until the test ends.
func serve(t *testing.T, data string) {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	wallet := filepath.Join(filepath.Dir(data), "..", "w")
	w := world{out: io.Discard, log: io.Discard, getenv: func(string) string { return "" }}
	go func() {
		ended <- w.run(ctx, []string{"node", "--data", data, "--listen", string(addrs[0]), "--api", "127.0.0.1:0", "--wallet", wallet})
	}()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })
	require.Eventually(t, func() bool {
		_, err := latticenode.APIOf(data)
		return err == nil
	}, time.Minute, 10*time.Millisecond)
}

// Each mistake has one line that says what to do.
func TestCommand_BadInput_N31(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "w")
	succeeds(t, "", "wallet", "new", "--wallet", file)
	words := strings.Fields(phrase.Of([32]byte{1, 2, 3}))
	right := lattice.Address(lattice.Seed{}.Account(0))
	for _, c := range []struct {
		in, args, want string
	}{
		{"", "nod", `unknown command "nod"; did you mean "node"?`},
		{"", "node", "say with --data"},
		{"", "node --dat x", "flag provided but not defined"},
		{"", "node x", `unknown argument "x"`},
		{"", "node --data " + dir, "is no directory of a lattice's node"},
		{"", "node --listen nowhere", "nowhere"},
		{"", "wallet new --wallet " + file, "is there already; it is left as it is"},
		{"one two", "wallet restore --wallet " + dir + "/x", "2 words, want 24"},
		{strings.Join(words[:23], " ") + " xyzzy", "wallet restore --wallet " + dir + "/x", `word 24, "xyzzy", is not in the list`},
		{strings.Join(words[1:], " ") + " " + words[0], "wallet restore --wallet " + dir + "/x", "its check is wrong"},
		{"", "wallet list --wallet " + dir + "/x --data y", "no node with an API runs on it"},
		{"", "wallet list --wallet " + dir + "/x --node http://127.0.0.1:1", "there is no wallet"},
		{"", "wallet list --wallet " + file + " --node http://127.0.0.1:1", "nobody answers"},
		{"", "wallet list --wallet " + file + " --node 127.0.0.1", "want http://HOST:PORT"},
		{"", "wallet list --wallet " + file, "say with --node"},
		{"", "checkpoint make --out x", "say with --data which node signs"},
		{"", "checkpoint sign --data " + dir + " --file x", "is no directory of a lattice's node"},
		{"", "init --nodes 1 --holder " + right + " --checkpoint x --out " + dir + "/x", "go with --genesis"},
		{"", "wallet send --to " + right[:63] + "1 --amount 1", "--to: no address: the check of"},
		{"", "wallet send --to " + right + " --amount 0.1234567890123456789012345", "25 digits behind the point, want at most 24"},
		{"", "wallet send --to " + right + " --amount 1.", "want digits on both sides of the point"},
		{"", "wallet addresses --count 0 --wallet " + file, "--count is 0"},
		{"", "wallet represent --by x", "--by: no address"},
		{"", "init --nodes 1", "say with --out"},
		{"", "ask --node http://127.0.0.1:1", "say which action"},
		{"", "ask --node http://127.0.0.1:1 status x", "want FIELD=VALUE"},
	} {
		_, err := run(t, c.in, strings.Fields(c.args)...)
		require.ErrorContains(t, err, c.want, c.args)
		require.NotContains(t, err.Error(), "\n", c.args)
	}
	_, err := openWallet(file, []byte("wrong"))
	require.ErrorIs(t, err, latticenode.ErrPassword)
	require.NoFileExists(t, filepath.Join(dir, "x"))
}

// Each command has help that names its flags, and the list has each command.
func TestCommand_Help(t *testing.T) {
	all := succeeds(t, "", "help")
	for _, c := range commands() {
		require.Contains(t, all, "strata-lattice "+c.name+" ")
		out, err := run(t, "", append(strings.Fields(c.name), "-h")...)
		require.Error(t, err, c.name)
		require.Contains(t, out, "strata-lattice "+c.name+" [flags]")
	}
}
