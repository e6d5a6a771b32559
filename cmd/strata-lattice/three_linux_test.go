package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"strata/harness/proof/netns"
)

// threeNodes are processes of a lattice, each in a namespace of its own: node 0 is in namespace 1. Node 0 has half of
// the weight, so it decides with either of the others, and they do not without it.
type threeNodes struct {
	session
	nets  *netns.Nets
	nodes [3]*exec.Cmd
}

func startThreeNodes(t *testing.T) *threeNodes {
	s := &threeNodes{session: session{t: t, dir: t.TempDir(), words: map[string]string{}}, nets: netns.New(t, 3)}
	s.run("strata-lattice wallet new")
	all := strings.Fields(s.run("strata-lattice wallet addresses --count 3"))
	s.words["$A"], s.words["$B"], s.words["$C"] = all[0], all[1], all[2]
	const light = "f000000000000000"
	s.run("strata-lattice init --nodes 3 --holder $A=500 --holder $B=250 --holder $C=250 --out net --send-work " + light +
		" --receive-work " + light)
	for node := range s.nodes {
		s.startNode(node)
	}
	return s
}

// at is a command in the namespace of a node, about that node.
func (s *threeNodes) at(node int, line string) *exec.Cmd {
	s.t.Helper()
	cmd := s.command(fmt.Sprintf("strata-lattice %s --data net/%d", line, node))
	inside := s.nets.Command(node+1, cmd.Path, cmd.Args[1:]...)
	inside.Dir, inside.Env = cmd.Dir, cmd.Env
	return inside
}

func (s *threeNodes) startNode(node int) {
	s.t.Helper()
	line := fmt.Sprintf("node --listen %s:7176 --api 127.0.0.1:0", s.nets.IP(node+1))
	for other := range s.nodes {
		line += fmt.Sprintf(" --bootstrap %s:7176", s.nets.IP(other+1))
	}
	s.nodes[node] = s.up(s.at(node, line))
}

// lists waits until the wallet is the same at all nodes, with these amounts in it.
func (s *threeNodes) lists(amounts ...string) {
	s.t.Helper()
	require.EventuallyWithT(s.t, func(c *assert.CollectT) {
		for node := range s.nodes {
			out, err := s.at(node, "wallet list").Output()
			require.NoError(c, err)
			for _, amount := range amounts {
				require.Contains(c, string(out), amount, "node %d", node)
			}
		}
	}, 2*time.Minute, 200*time.Millisecond)
}

// A wallet pays over the API of three processes with addresses of their own, while one is cut off and while one is
// killed. The side with a quorum goes on, the other one decides nothing, and in the end all have the same (LAT-5, LAT-8).
func TestThreeNamespaces_LatticePartitionKillAgree_LAT5_LAT8_NeedsRoot(t *testing.T) {
	s := startThreeNodes(t)
	s.output(s.at(0, "wallet send --to $B --amount 1"))
	s.output(s.at(1, "wallet receive"))
	s.lists("499, pending 0", "251, pending 0", "250, pending 0")

	s.nets.Plug(1, 3)
	s.output(s.at(0, "wallet send --to $B --amount 2"))
	alone := s.at(2, "wallet send --from 2 --to $B --amount 4 --wait 3s")
	said, err := alone.CombinedOutput()
	require.Error(t, err, "a quarter of the weight decides nothing: %s", said)
	s.nets.Plug(0, 3)
	s.lists("497, pending 0", "251, pending 6", "246, pending 0")

	require.NoError(t, s.nodes[2].Process.Kill())
	_ = s.nodes[2].Wait() // it was killed
	s.output(s.at(1, "wallet receive"))
	s.startNode(2)
	s.lists("497, pending 0", "257, pending 0", "246, pending 0")
}
