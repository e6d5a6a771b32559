package command

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// apiOf waits until the node says where its API is.
func (p *program) apiOf() string {
	p.t.Helper()
	where := regexp.MustCompile(`page and API at (http://[^/]+)/`)
	line := p.next(p.out, "the API's address", where.MatchString)
	return where.FindStringSubmatch(line)[1]
}

// A key, rewards for it, three payments in a row, and what both accounts show of them.
func TestWallet_AgainstANode(t *testing.T) {
	s := walletSession(t)
	alice := s.ok(t, "wallet", "new", "--wallet", "alice.wallet", "--password-file", "password")
	bob := s.ok(t, "wallet", "new", "--wallet", "bob.wallet", "--password-file", "password")
	node, _ := startNodeAt(t, freeAddr(t), "--data", "chain", "--difficulty", quick, "--mine", "--coinbase", alice)
	api := node.apiOf()
	node.waitTip("a reward", func(tip) bool { return true })
	asks := func(wallet, command string, more ...string) []string {
		return append([]string{"wallet", command, "--wallet", wallet + ".wallet", "--api", api}, more...)
	}
	sends := func(wallet string, more ...string) []string {
		return asks(wallet, "send", append(more, "--password-file", "password", "--token-file", "chain/api.token")...)
	}
	require.Regexp(t, `^[1-9]\d*0000$`, s.ok(t, asks("alice", "balance")...))
	require.Equal(t, "0", s.ok(t, asks("bob", "balance")...))
	require.Equal(t, "nothing sent and nothing received; what a block pays its miner is in the balance alone", s.ok(t, asks("bob", "history")...))

	// Who has not the token, or a wrong one, sends nothing, and that is not remembered as sent.
	send := asks("alice", "send", bob, "1", "--password-file", "password")
	require.Equal(t, "the node wants its token: give --token-file DATA/api.token, where DATA is the node's data directory, or set STRATA_TOKEN",
		s.refused(t, send...))
	s.env["STRATA_TOKEN"] = strings.Repeat("00", 32)
	require.Equal(t, "the token is not this node's, which listens at "+api+": each node has its own, in api.token of its data directory",
		s.refused(t, send...))

	first := s.ok(t, sends("alice", "bob.wallet", "100")...)
	second := s.ok(t, sends("alice", bob, "200")...)
	third, block, found := strings.Cut(s.ok(t, sends("alice", bob, "300", "--wait", "1")...), "\n")
	require.True(t, found)
	require.Regexp(t, `^in block [1-9]\d*(, \d+ deep)?$`, block)
	require.Equal(t, "600", s.ok(t, asks("bob", "balance")...))

	require.Equal(t, "600", s.ok(t, "wallet", "balance", bob, "--api", api), "of any address")
	require.Contains(t, s.ok(t, asks("bob", "balance", "--json")...), `"balance": "600"`)
	received := strings.Split(s.ok(t, asks("bob", "history")...), "\n")
	require.Len(t, received, 4)
	for i, want := range []string{`^state +block +deep +amount +with +transaction$`, `^confirmed +\d+ +\d+ +\+300 +` + alice + ` +` + third, `\+200 +` + alice + ` +` + second, `\+100 +` + alice + ` +` + first} {
		require.Regexp(t, want, received[i])
	}
	var last []struct{ State, Amount, With, Transaction string }
	require.NoError(t, json.Unmarshal([]byte(s.ok(t, asks("alice", "history", "--limit", "1", "--json")...)), &last))
	require.Equal(t, []any{"confirmed", "300", bob, third}, []any{last[len(last)-1].State, last[len(last)-1].Amount, last[len(last)-1].With, last[len(last)-1].Transaction})

	require.Contains(t, s.refused(t, sends("bob", alice, "601")...), "600 of 600 are free, wanted 601")
	s.ok(t, sends("bob", alice, "600", "--wait", "1")...)
	require.Equal(t, "0", s.ok(t, asks("bob", "balance")...))
}

// A payment that no block has yet can be replaced and cancelled, and the history says what became of all three.
func TestWallet_ReplaceAndCancel(t *testing.T) {
	s := walletSession(t)
	alice := s.ok(t, "wallet", "new", "--password-file", "password")
	node, _ := startNodeAt(t, freeAddr(t), "--data", "chain", "--difficulty", quick, "--mine", "--coinbase", alice)
	api := node.apiOf()
	node.waitTip("a reward", func(tip) bool { return true })
	token, err := os.ReadFile("chain/api.token")
	require.NoError(t, err)
	s.env["STRATA_TOKEN"] = strings.TrimSpace(string(token))
	mining := func(on string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, api+"/v1/mining", strings.NewReader(`{"on":`+on+`}`))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+s.env["STRATA_TOKEN"])
		r.Header.Set("Content-Type", "application/json")
		a, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, a.Body.Close())
		require.Equal(t, http.StatusOK, a.StatusCode)
	}
	mining("false")
	other := strings.Repeat("0a", 32)
	wallet := func(command string, more ...string) string {
		return s.ok(t, append([]string{"wallet", command, "--api", api}, more...)...)
	}
	password := []string{"--password-file", "password"}
	first := wallet("send", append(password, other, "5")...)
	require.Regexp(t, `(?m)^pending +- +- +-5 +`+other+` +`+first+`$`, wallet("history"))
	_, out, errs := s.run(t, "wallet", "balance", "--api", api)
	require.Regexp(t, `^[1-9]\d*0000\n$`, out)
	require.Equal(t, "waiting for a block: +0 -5\n", errs)
	second := wallet("replace", append(password, first[:10], other, "7")...)
	third := wallet("cancel", append(password, second)...)
	mining("true")
	require.Eventually(t, func() bool { return strings.Contains(wallet("history"), "confirmed") }, patience, 50*time.Millisecond)
	history := wallet("history")
	require.Regexp(t, `(?m)^replaced .* `+first+`$`, history)
	require.Regexp(t, `(?m)^replaced .* `+second+`$`, history)
	require.Regexp(t, `(?m)^confirmed .* -0 +itself +`+third+`$`, history)
	refused := s.refused(t, append([]string{"wallet", "cancel", third, "--api", api}, password...)...)
	require.Regexp(t, "it cannot be replaced|knows no such payment", refused, "the latter once it is a hundred blocks deep")
	wallet("forget", first)
	require.NotContains(t, wallet("history"), first)
}

// What docs/wallet.md shows works, line by line and in its order. Its node is started at other ports and
// with less work to do.
func TestDocs_Wallet_NeedsBash(t *testing.T) {
	bash := needs.Program(t, "apt-get install bash", "bash")
	page, err := os.ReadFile("../../../docs/wallet.md")
	require.NoError(t, err)
	walletSession(t)
	path, err := strataBinary()
	require.NoError(t, err)
	script := fmt.Sprintf("set -euo pipefail\nexport STRATA_PASSWORD='correct horse'\nPATH=%q:$PATH\n", filepath.Dir(path))
	ran := 0
	shell := func(lines string) string {
		out, err := exec.CommandContext(t.Context(), bash, "-c", script+lines).CombinedOutput()
		require.NoError(t, err, "%s%s", lines, out)
		return strings.TrimSpace(string(out))
	}
	inBlock := false
	for line := range strings.Lines(string(page)) {
		switch {
		case strings.HasPrefix(line, "```"):
			inBlock = line == "```sh\n"
		case !inBlock:
		case strings.HasPrefix(line, "export "):
			script += line
		case strings.HasPrefix(line, "strata node "):
			args := strings.Fields(shell("echo " + strings.TrimPrefix(line, "strata node ")))
			node, _ := startNodeAt(t, freeAddr(t), append(args, "--difficulty", quick)...)
			api := node.apiOf()
			node.waitTip("a reward", func(tip) bool { return true })
			script += fmt.Sprintf("strata() { case \"$2\" in balance|send|history|replace|cancel) command strata \"$@\" --api %s ;; *) command strata \"$@\" ;; esac; }\n", api)
		default:
			require.NotEmpty(t, shell(line), line)
			ran++
		}
	}
	require.Equal(t, 14, ran)
	require.Equal(t, "750", shell("strata wallet balance --wallet bob.wallet"))
	require.Equal(t, shell("strata wallet address"), shell("strata wallet address --wallet third.wallet"))
}
