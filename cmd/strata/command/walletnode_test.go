package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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

	// Who has not the token sends nothing, and that is not remembered as sent.
	s.env["STRATA_TOKEN"] = strings.Repeat("00", 32)
	require.Equal(t, "the node wants its token: give --token-file DATA/api.token, where DATA is the node's data directory, or set STRATA_TOKEN",
		s.refused(t, asks("alice", "send", bob, "1", "--password-file", "password")...))

	first := s.ok(t, sends("alice", "bob.wallet", "100")...)
	second := s.ok(t, sends("alice", bob, "200")...)
	third, block, found := strings.Cut(s.ok(t, sends("alice", bob, "300", "--wait")...), "\n")
	require.True(t, found)
	require.Regexp(t, `^in block [1-9]\d*$`, block)
	require.Equal(t, "600", s.ok(t, asks("bob", "balance")...))

	received := strings.Split(s.ok(t, asks("bob", "history")...), "\n")
	require.Len(t, received, 4)
	for i, want := range []string{`^block +amount +with +transaction$`, `\+300 +` + alice + ` +` + third, `\+200 +` + alice + ` +` + second, `\+100 +` + alice + ` +` + first} {
		require.Regexp(t, want, received[i])
	}
	last := strings.Split(s.ok(t, asks("alice", "history", "--limit", "1")...), "\n")
	require.Len(t, last, 2)
	require.Regexp(t, `-300 +`+bob+` +`+third, last[1])

	require.Contains(t, s.refused(t, sends("bob", alice, "601")...), "600 of 600 are free, wanted 601")
	s.ok(t, sends("bob", alice, "600", "--wait")...)
	require.Equal(t, "0", s.ok(t, asks("bob", "balance")...))
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
			script += fmt.Sprintf("strata() { case \"$2\" in balance|send|history) command strata \"$@\" --api %s ;; *) command strata \"$@\" ;; esac; }\n", api)
		default:
			require.NotEmpty(t, shell(line), line)
			ran++
		}
	}
	require.Equal(t, 13, ran)
	require.Equal(t, "750", shell("strata wallet balance --wallet bob.wallet"))
	require.Equal(t, shell("strata wallet address"), shell("strata wallet address --wallet third.wallet"))
}
