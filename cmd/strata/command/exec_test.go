package command

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// moduleDir is the module's root.
func moduleDir(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	return root
}

// C12: a command of the user's is run only if they say that they trust it; whatever is wrong with it is said before.
func TestExec_Refused(t *testing.T) {
	root := moduleDir(t)
	s := newSession(t)
	go1 := "go version"
	for _, args := range [][]string{{"grade"}, {"replay", "gossip/once/1"}, {"explore", "gossip/orders-triangle"}, {"debug", "gossip/once/1"}, {"node"}, {"demo"}} {
		require.Contains(t, s.refused(t, append(args, "--exec", go1, "--root", root)...), "add --trust", args)
	}
	require.Contains(t, s.refused(t, "grade", "--exec", "no-such-program-here x", "--trust", "--root", root), "executable file not found")
	require.Contains(t, s.refused(t, "grade", "--exec", `go -c 'x'`, "--trust", "--root", root), "no shell reads it")
	require.Contains(t, s.refused(t, "grade", "--exec", " ", "--trust", "--root", root), "--exec is empty")
	require.Contains(t, s.refused(t, "grade", "solutions", "--exec", go1, "--trust", "--root", root), "and not solutions")
	require.Contains(t, s.refused(t, "boundary", "check"), "wants the command of a kit")
	require.Contains(t, s.refused(t, "boundary", "check", "--", "/no/such/program"), "cannot be started")
}

// A program that is no kit fails, and the report says why.
func TestExec_NoKit(t *testing.T) {
	root := moduleDir(t)
	s := newSession(t)
	status, out, _ := s.run(t, "boundary", "check", "--", "go", "version")
	require.Equal(t, 1, status)
	require.Contains(t, out, `its first line has to be {"strata":1}, not "go version`)
	status, out, _ = s.run(t, "grade", "--exec", "go version", "--trust", "--quiet", "--seeds", "1", "--step", "chain.1", "--root", root)
	require.Equal(t, 1, status)
	require.Contains(t, out, "its first line has to be")
	for _, args := range [][]string{{"try", "gossip"}, {"node"}} {
		line := s.refused(t, append(args, "--exec", "go version", "--trust")...)
		require.Contains(t, line, "its first line has to be", args)
		require.Contains(t, line, "strata boundary check -- COMMAND", args)
	}
}

// A command runs no elective: whoever would have it run one hears so, and why.
func TestExec_NoElective(t *testing.T) {
	root := moduleDir(t)
	data := filepath.Join(t.TempDir(), "net")
	s := newSession(t)
	status, out, errs := s.run(t, "init", "--ledger", "leader", "--member", "127.0.0.1:11200", "--out", data)
	require.Zero(t, status, out+errs)
	for _, args := range [][]string{{"demo", "--ledger", "leader"}, {"play", "leader"}, {"try", "leader"}} {
		require.Contains(t, s.refused(t, append(args, "--exec", "go version", "--trust")...), "a command runs the six layers, and no elective", args)
	}
	require.Contains(t, s.refused(t, "node", "--ledger", "leader", "--data", filepath.Join(data, "0"), "--exec", "go version", "--trust"),
		"only a node of the chain has that, not one with --ledger")
	for _, args := range [][]string{{"grade", "--layer", "leader"}, {"replay", "leader/ack/1"}, {"debug", "leader/ack/1"},
		{"explore", "leader/orders-commit"}} {
		require.Contains(t, s.refused(t, append(args, "--exec", "go version", "--trust", "--root", root)...), "a command cannot run leader", args)
	}
	require.Contains(t, s.refused(t, "grade", "--sealed", "--layer", "lattice", "--root", root), "lattice cannot be sealed")
}

// The skeleton of a kit keeps to the protocol; each of its steps is not written yet.
func TestExec_Python_NeedsPython(t *testing.T) {
	needs.Program(t, "apt-get install python3", "python3")
	module := moduleDir(t)
	s := newSession(t)
	t.Chdir(filepath.Join(module, "kits", "python"))
	status, out, errs := s.run(t, "boundary", "check", "--", "python3", "-m", "workshop")
	require.Zero(t, status, out+errs)
	require.Contains(t, out, "all 17 items are right")
	status, out, _ = s.run(t, "grade", "--exec", "python3 -m workshop", "--trust", "--quiet", "--seeds", "1", "--layer", "gossip", "--root", module)
	require.Equal(t, 1, status)
	require.Contains(t, out, "0 of 15 points")
	require.Contains(t, out, "not written yet")
	status, out, _ = s.run(t, "replay", "gossip/once/1", "--exec", "python3 -m reference", "--trust", "--root", module)
	require.Zero(t, status, out)
}
