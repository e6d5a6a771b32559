package layering

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheHouse(t *testing.T) {
	found, err := Breaches("../../..")
	require.NoError(t, err)
	for _, b := range found {
		t.Error(b)
	}
}

func TestArrows(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"p2p", "strata/messaging", true},
		{"p2p", "strata/gossip", false},
		{"p2p", "strata/solutions/messaging", false},
		{"p2p", "strata/solutions", false},
		{"p2p", "strata/harness/sim", false},
		{"p2p", "strata/scenario", false},
		{"p2p", "strata/node/guard", false},
		{"p2p", "strata/messaging/messagingtest", false},
		{"p2p", "github.com/stretchr/testify/require", false},
		{"gossip/search", "strata/gossip", true},
		{"gossip/search", "strata/chain", false},
		{"scenario", "strata/network", true},
		{"scenario", "strata/messaging", false},
		{"p2p/p2ptest", "strata/scenario", true},
		{"p2p/p2ptest", "strata/messaging/messagingtest", true},
		{"p2p/p2ptest", "strata/network/networktest", true},
		{"p2p/p2ptest", "strata/gossip/gossiptest", false},
		{"chain", "strata/node/store", false},
		{"chain", "go.etcd.io/bbolt", false},
		{"ledgers/lattice", "golang.org/x/crypto/blake2b", true},
		{"ledgers/leader", "golang.org/x/crypto/blake2b", false},
		{"node", "strata/chain", true},
		{"node", "strata/node/miner", true},
		{"node", "strata/node/process/boltstore", false},
		{"node", "strata/scenario", false},
		{"node", "strata/solutions", false},
		{"node", "strata/solutions/p2p", false},
		{"node", "strata/exercises", false},
		{"node", "strata/harness/sim", false},
		{"node", "go.etcd.io/bbolt", false},
		{"node/miner", "strata/node/offloop/pow", true},
		{"node/workledger", "strata/ledgers", true},
		{"node/workledger", "strata/ledgers/leader", false},
		{"node/nodetest", "strata/scenario", true},
		{"node/nodetest", "strata/node/simdisk", true},
		{"node/nodetest", "strata/harness/sim", false},
		{"node/store/storetest", "github.com/stretchr/testify/require", true},
		{"node/process/boltstore", "go.etcd.io/bbolt", true},
		{"node/process/daemon", "strata/node", true},
		{"node/process/daemon", "strata/node/process/boltstore", true},
		{"node/process/daemon", "strata/web", true},
		{"node/process/daemon", "strata/solutions", false},
		{"node/process/daemon", "strata/harness/sim", false},
		{"wallet", "strata/mempool", true},
		{"wallet", "strata/node/process/atomicfile", true},
		{"wallet", "strata/solutions/mempool", false},
		{"mempool", "strata/wallet", false},
		{"web", "strata/node", false},
		{"web", "strata/web/kit/parts", true},
		{"web", "strata/web/kit", false},
		{"web/kit", "strata/web/kit/parts", true},
		{"web/kit/parts", "strata/web/kit", false},
		{"solutions/p2p", "strata/messaging", true},
		{"solutions/p2p", "strata/gossip", false},
		{"solutions/p2p", "strata/node/process/tcphost", false},
		{"solutions/p2p", "strata/solutions/network", false},
		{"solutions", "strata/solutions/network", true},
		{"solutions", "strata/chain", true},
		{"solutions", "strata/chain/chaintest", false},
		{"harness/grade/submission", "strata/exercises/network", true},
		{"harness/grade/submission", "strata/solutions/network", false},
		{"exercises/p2p", "strata/p2p", true},
		{"exercises/p2p", "strata/exercises/network", false},
		{"exercises/p2p", "strata/solutions/p2p", false},
		{"harness/grade", "strata/solutions", true},
		{"harness/grade", "strata/solutions/p2p", false},
		{"harness/grade/child", "strata/harness/grade/submission", true},
		{"harness/grade/child", "strata/exercises/p2p", false},
		{"cmd/strata/command", "strata/exercises/p2p", false},
		{"cmd/strata/command", "strata/node/process/boltstore", true},
		{"harness/trace/pcap", "github.com/google/gopacket/reassembly", true},
		{"docs", "strata/network", false},
	} {
		require.Equal(t, c.want, mayImport(c.from, c.to), "%s imports %s", c.from, c.to)
	}
}

// What the grader's child links costs every student a part of each second that they wait.
func TestTheChildLinksNoCaptures(t *testing.T) {
	deps, err := exec.Command("go", "list", "-deps", "strata/harness/grade/child").Output()
	require.NoError(t, err)
	require.NotContains(t, string(deps), "github.com/google/gopacket")
	require.NotContains(t, string(deps), "strata/harness/trace/page")
	deps, err = exec.Command("go", "list", "-deps", "strata/harness/grade/runner").Output()
	require.NoError(t, err)
	require.NotContains(t, string(deps), "strata/harness/boundary", "nobody who watches one layer needs it")
	require.NotContains(t, string(deps), "strata/solutions", "nor all layers")
}

// A student's code may not compile: only the programs that run it link it.
func TestOnlyProgramsImportTheExercises(t *testing.T) {
	root := t.TempDir()
	for file, text := range map[string]string{
		"cmd/a/main.go":    "package main\n\nimport \"strata/harness/grade/submission\"\n",
		"harness/lab/a.go": "package lab\n\nimport \"strata/harness/grade/submission\"\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(text), 0o644))
	}
	found, err := Breaches(root)
	require.NoError(t, err)
	require.Equal(t, []string{"harness/lab/a.go:3: only a program may import strata/harness/grade/submission"}, found)
}

// The binary that people run for years holds nothing of the workshop but the stack that it was given.
func TestTheNodeLinksNoWorkshop(t *testing.T) {
	deps, err := exec.Command("go", "list", "-deps", "strata/cmd/strata-node").Output()
	require.NoError(t, err)
	for _, dep := range strings.Fields(string(deps)) {
		for _, room := range []string{"harness", "exercises", "scenario"} {
			require.False(t, strings.HasPrefix(dep, module+room), dep)
		}
	}
}

// The command puts the stack together: what stands around the layers does not know who wrote them.
func TestNodesKnowNoImplementation(t *testing.T) {
	deps, err := exec.Command("go", "list", "-deps", "strata/node/...").Output()
	require.NoError(t, err)
	require.NotContains(t, string(deps), module+"solutions")
	require.NotContains(t, string(deps), module+"exercises")
}

func TestEffects(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "solutions", "gossip")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "gossip.go"), []byte(`package gossip

import (
	"math/rand/v2"
	"sync"
	"time"
)

func f(r *rand.Rand, c chan int, d time.Duration) {
	go f(r, nil, d)
	select {}
	<-c
	_ = rand.Int()
	_ = time.Now().Add(time.Second)
	var _ sync.Mutex
}
`), 0o644))
	found, err := Breaches(root)
	require.NoError(t, err)
	require.Equal(t, []string{
		"solutions/gossip/gossip.go:5: protocol code must not import sync",
		"solutions/gossip/gossip.go:9: protocol code must not use channels",
		"solutions/gossip/gossip.go:10: protocol code must not start goroutines",
		"solutions/gossip/gossip.go:11: protocol code must not use channels",
		"solutions/gossip/gossip.go:12: protocol code must not use channels",
		"solutions/gossip/gossip.go:13: protocol code must not use math/rand/v2.Int",
		"solutions/gossip/gossip.go:14: protocol code must not use time.Now",
	}, found)
}
