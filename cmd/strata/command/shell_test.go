package command

import (
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A script of a shell asks, pays and looks; it ends at the first line that fails, and says which.
func TestNodeShell(t *testing.T) {
	s := walletSession(t)
	s.env["STRATA_PASSWORD"] = "correct horse"
	alice := s.ok(t, "wallet", "new")
	node, _ := startNodeAt(t, freeAddr(t), "--data", "chain", "--difficulty", quick, "--mine", "--coinbase", alice)
	node.waitTip("a reward", func(tip) bool { return true })
	says := func(script string) (status int, out, errs string) {
		s.in = strings.NewReader(script)
		return s.run(t, "node", "shell", "--data", "chain")
	}
	other := strings.Repeat("0a", 32)
	status, out, errs := says("# a comment\n\nmine off\nstatus\nnonce\nsend " + other + " 5\nbalance\nnonce\nhistory\nlatest 1\npeers\npeers add 192.0.2.1:11120\npeers drop 192.0.2.1:11120\nhelp\nquit\nnonsense\n")
	require.Zero(t, status, errs)
	for _, want := range []string{`height [1-9]`, `0 on the chain, next 0`, `(?m)^[0-9a-f]{64}$`, `waiting for a block: \+0 -5`, `0 on the chain, next 1`,
		`pending .* -5 +` + other, `to ` + alice, `no peers`, `send RECIPIENT AMOUNT`} {
		require.Regexp(t, want, out)
	}
	for script, want := range map[string]string{
		"status\npears\n":               `line 2: there is no "pears"; did you mean "peers"?; ` + "`help` lists the commands",
		"send 5\n":                      "line 1: send takes RECIPIENT AMOUNT",
		"peers all\n":                   "line 1: peers takes nothing, or add ADDRESS, or drop ADDRESS",
		"peers add x\n":                 `line 1: the node at http://127.0.0.1:`,
		"latest 1000\n":                 `line 1: "1000" is not a number of blocks: want 1 to 100`,
		"mine now\n":                    "line 1: mine takes on or off",
		"send " + other + " 99999999\n": "line 1: the balance is not sufficient",
	} {
		status, _, errs := says(script)
		require.Equal(t, 1, status)
		require.Contains(t, errs, want)
	}
	require.Contains(t, s.ok(t, "node", "--page", "--data", "chain"), "page and API at http://127.0.0.1:")
	node.end(syscall.SIGTERM, 0)
	require.Equal(t, "data directory chain: no node with an API runs on it", s.refused(t, "node", "--page", "--data", "chain"))
	require.Equal(t, "data directory chain: no node with an API runs on it", s.refused(t, "node", "shell", "--data", "chain"))
}
