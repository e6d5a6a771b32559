package layering

import (
	"os"
	"os/exec"
	"path/filepath"
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
		{"p2p", "strata/harness/sim", false},
		{"p2p", "strata/messaging/messagingtest", false},
		{"p2p", "github.com/stretchr/testify/require", false},
		{"gossip/search", "strata/gossip", true},
		{"gossip/search", "strata/chain", false},
		{"node", "strata/node/miner", true},
		{"node", "strata/node/boltstore", false},
		{"node", "strata/node/tcphost", false},
		{"node/boltstore", "go.etcd.io/bbolt", true},
		{"node/daemon", "strata/node/boltstore", true},
		{"node/daemon", "strata/node/tcphost", true},
		{"node/daemon", "strata/solutions", false},
		{"node", "strata/node/daemon", false},
		{"node/daemon", "strata/web", true},
		{"wallet", "strata/mempool", true},
		{"wallet", "strata/solutions/mempool", false},
		{"mempool", "strata/wallet", false},
		{"chain", "go.etcd.io/bbolt", false},
		{"p2p/p2ptest", "strata/messaging/messagingtest", true},
		{"p2p/p2ptest", "strata/network/networktest", true},
		{"p2p/p2ptest", "strata/gossip/gossiptest", false},
		{"solutions/p2p", "strata/messaging", true},
		{"solutions/p2p", "strata/gossip", false},
		{"solutions/p2p", "strata/node/tcphost", false},
		{"solutions/p2p", "strata/solutions/network", false},
		{"exercises/p2p", "strata/p2p", true},
		{"exercises/p2p", "strata/exercises/network", false},
		{"exercises/p2p", "strata/solutions/p2p", false},
		{"solutions", "strata/solutions/p2p", true},
		{"harness/grade", "strata/solutions/p2p", false},
		{"exercises", "strata/exercises/p2p", true},
		{"harness/grade/child", "strata/exercises", true},
		{"cmd/strata", "strata/exercises", false},
		{"cmd/strata", "strata/exercises/p2p", false},
		{"cmd/strata/command", "strata/node/boltstore", true},
		{"harness/trace/pcap", "github.com/google/gopacket/reassembly", true},
		{"harness/trace/pcap", "github.com/google/gopacket/pcap", false},
		{"harness/trace", "github.com/google/gopacket", false},
		{"docs", "strata/network", false},
	} {
		require.Equal(t, c.want, mayImport(c.from, c.to), "%s imports %s", c.from, c.to)
	}
}

// What the grader's child links costs every student a part of each second that they wait.
func TestTheChildLinksNoCaptures(t *testing.T) {
	deps, err := exec.Command("go", "list", "-deps", "strata/harness/grade/child").Output()
	require.NoError(t, err)
	require.NotContains(t, string(deps), captures)
	require.NotContains(t, string(deps), "strata/harness/trace/page")
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
