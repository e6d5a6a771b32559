package command

import (
	"bytes"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers/lattice"
)

// A node of the lattice is run by strata, too: founded, started, stopped, and its store put aside.
func TestNode_Lattice_N32(t *testing.T) {
	s := newSession(t)
	a := lattice.Address(lattice.Seed{1}.Account(0))
	status, out, errs := s.run(t, "init", "--ledger", "lattice", "--nodes", "1", "--holder", a+"=5", "--out", "net")
	require.Zero(t, status, errs)
	require.Regexp(t, `^chain [0-9a-f]{64}\nnet/genesis\nnet/0: node smn_[a-z0-9]{60}\n$`, out)
	up := func(args ...string) (*program, string) {
		p := start(t, append([]string{"node", "--ledger", "lattice", "--data", "net/0", "--listen", freeAddr(t), "--api", "127.0.0.1:0"}, args...)...)
		line := p.next(p.out, "the node is up", func(line string) bool { return strings.Contains(line, " is up: ") })
		p.next(p.out, "its page", func(line string) bool { return strings.Contains(line, "pages and API at http://") })
		return p, line
	}
	p, line := up()
	require.Contains(t, line, "it votes with 5000000000000000000000000 raw")
	require.Contains(t, refusedProcess(t, "node", "--ledger", "lattice", "--data", "net/0"), "is used by another node")
	_, out, _ = s.run(t, "node", "--ledger", "lattice", "--data", "net/0", "--page")
	require.Contains(t, out, "pages and API at http://")
	p.end(syscall.SIGTERM, 0)
	p, line = up("--lost-disk")
	require.Contains(t, line, "it votes for nothing")
	p.end(syscall.SIGTERM, 0)
	require.FileExists(t, "net/0/lattice.db.1")

	for _, c := range []struct {
		want string
		args []string
	}{
		{"net/1 is no directory of a lattice", []string{"node", "--ledger", "lattice", "--data", "net/1"}},
		{"say with --data", []string{"node", "--ledger", "lattice"}},
		{"--mine: only a node of the chain", []string{"node", "--ledger", "lattice", "--data", "net/0", "--mine"}},
		{"--sign-from goes with", []string{"node", "--ledger", "lattice", "--data", "net/0", "--sign-from", "1"}},
		{"no node with an API", []string{"node", "--ledger", "lattice", "--data", "net/0", "--page"}},
		{"names no addresses", []string{"init", "--ledger", "lattice", "--member", "127.0.0.1:1", "--out", "x"}},
		{"say with --holder", []string{"init", "--ledger", "lattice", "--nodes", "1", "--out", "x"}},
		{"the check of", []string{"init", "--ledger", "lattice", "--nodes", "1", "--holder", a[:63] + "1", "--out", "x"}},
		{"go with --ledger lattice", []string{"init", "--ledger", "leader", "--nodes", "1", "--out", "x"}},
		{"say with --out", []string{"init", "--ledger", "lattice"}},
		{"no node with an API", []string{"play", "lattice", "--data", "net/0"}},
		{"the node's own wallet pays", []string{"play", "lattice", "--key", "x"}},
		{"so say with --data", []string{"play", "lattice", "--api", "http://127.0.0.1:1"}},
		{"nodes is 22: want 1 to 21", []string{"play", "lattice", "--nodes", "22"}},
	} {
		require.Contains(t, s.refused(t, c.args...), c.want, c.args)
	}
}

// The lattice has a playground, too: a wallet beside three nodes in this process. A script ends at the first line that
// is wrong.
func TestPlay_Lattice(t *testing.T) {
	s := newSession(t)
	for _, command := range [][]string{{"play", "lattice"}, {"try", "lattice"}} {
		var out, errs bytes.Buffer
		w := s.world(&out, &errs)
		w.In = strings.NewReader("# a comment\n\npay 0 1 2.5\nnew\npay 1 3 1\nlist\nreps\ntip\nhelp\nexit\nnot read\n")
		require.Zero(t, Main(t.Context(), w, command), errs.String())
		require.Equal(t, 2, strings.Count(out.String(), "final: "), out.String())
		require.Contains(t, out.String(), "0 "+lattice.Address(lattice.Seed{}.Account(0))+" 3333330.833333333333333333333334, pending 0\n")
		require.Contains(t, out.String(), "a quorum is 6666666.666666666666666666666667 of 10000000\n")
		require.Regexp(t, `\d+ blocks cemented, \d+ not`, out.String())
	}
	for line, want := range map[string]string{
		"pay 0 9 1":     `line 1: "9" is none of the accounts 0 to 0`,
		"pay 0 0":       "line 1: pay whom what?",
		"pay 0 0 1.":    "line 1: no amount",
		"pay 0 smn_1 1": "line 1: no address",
		"what":          `line 1: "what" is nothing to say here`,
	} {
		var out, errs bytes.Buffer
		w := s.world(&out, &errs)
		w.In = strings.NewReader(line + "\n")
		require.Equal(t, 1, Main(t.Context(), w, []string{"play", "lattice", "--nodes", "1"}), line)
		require.Contains(t, errs.String(), want)
	}
}
