package hostile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool/mempooltest"
	"strata/network"
	"strata/node"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// TestManyGuardedNodesOnOneMachine: nodes that share one IP address, as in a demonstration, are neither limited
// in connections nor blamed.
func TestManyGuardedNodesOnOneMachine(t *testing.T) {
	const count = 8
	addrs, err := tcphost.LoopbackAddrs(count)
	require.NoError(t, err)
	var nodes []*victim
	for _, addr := range addrs {
		v := run(t, node.Config{P2P: p2p.Config{Self: addr, Bootstrap: addrs[:1], BackoffMax: time.Second}})
		nodes = append(nodes, v)
	}
	for _, v := range nodes {
		arrived := make(chan int, 1000)
		v.do(t, func() {
			arrived <- len(v.Node.Peers())
			v.Node.OnPeer(func(_ network.Addr, _ bool) { arrived <- len(v.Node.Peers()) })
		})
		await(t, arrived, count-1)
	}
	tx := mempooltest.Pay(0, 1, 0, 5)
	nodes[3].do(t, func() { require.NoError(t, nodes[3].Node.Submit(tx)) })
	for _, v := range nodes {
		await(t, v.transactions, tx)
		totals := v.totals(t)
		require.Zero(t, totals.Offences, "%+v", totals)
		require.Zero(t, totals.Refused, "%+v", totals)
	}
}
