package daemon_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/network"
	"strata/node"
	"strata/node/process/daemon"
	"strata/node/process/tcphost"
	"strata/p2p"
	"strata/solutions"
)

func freeAddr(t *testing.T) network.Addr {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	return addrs[0]
}

// Code that never returns cannot keep the process for long.
func TestStop_CodeWithoutEndIsLeftBehind(t *testing.T) {
	release, entered := make(chan struct{}), make(chan struct{})
	stack := solutions.Stack()
	newGossip := stack.NewGossip
	stack.NewGossip = func(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
		host.After(0, func() { close(entered); <-release })
		return newGossip(host, peers, cfg)
	}
	addr := freeAddr(t)
	r, err := daemon.Run(stack, node.Config{P2P: p2p.Config{Self: addr}}, slog.DiscardHandler)
	require.NoError(t, err)
	<-entered
	require.EqualError(t, r.Stop(), "node "+string(addr)+" does not answer for 1.5s: a callback in its layers does not return")
	close(release)
	<-r.Loop.Done()
}
