package hostile_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/lab/loopback"
	"strata/harness/proof/hostile"
	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/node/process/tcphost"
	"strata/p2p"
	"strata/solutions"
)

// script is a hostile peer of a suite: which node of the scenario is the victim, whom it dials, how much
// faster than its simulation the script runs (0: as fast), and what the guard has to notice. That is left
// open where attackers are peers among others, who may lose each other again (P2P-8): TestStrangersWhoBreakTheRulesAreBanned
// in node has those in a simulated network.
type script struct {
	name    string
	victim  int
	dials   []int
	speed   int
	offence guard.Offence
	noticed bool
}

var scripts = []script{
	{name: "network/too-big", offence: guard.TooBig, noticed: true},
	{name: "network/big-claims", offence: guard.TooBig, noticed: true},
	{name: "network/slow-drip", offence: guard.Protocol, noticed: true}, // no messages, when they are whole
	{name: "network/cut-short"},
	{name: "messaging/malformed", offence: guard.Protocol, noticed: true},
	{name: "messaging/flooded"},
	{name: "messaging/false-responses"},
	{name: "p2p/silence", victim: 3, dials: []int{1, 2}, speed: 4},
	{name: "p2p/hello-twice", offence: guard.Protocol, noticed: true},
	{name: "p2p/hello-flood"},
	{name: "p2p/never-itself", victim: 2, dials: []int{0}},
	{name: "p2p/long-list", victim: 3, dials: []int{0}},
	{name: "p2p/strangers"},
	{name: "gossip/flooded"},
	{name: "gossip/short"},
	{name: "gossip/collision"},
	{name: "mempool/forged-dies", victim: 1, dials: []int{0}, speed: 2},
	{name: "mempool/hostile", victim: 1, dials: []int{0}},
	{name: "stack/only-work", speed: 4},
	{name: "stack/genesis", speed: 4},
	{name: "stack/invalid", speed: 4},
	{name: "stack/orphans", speed: 4},
	{name: "stack/withheld", speed: 6},
}

// run runs the script against a node of its own, which then has to serve an honest one.
func (c script) run(t *testing.T) {
	s, ok := hostile.Find(suites.All(solutions.Stack()), c.name)
	require.True(t, ok, "there is no such scenario any more")
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	var v *victim
	start := func(bootstrap []network.Addr) {
		cfg := p2p.Config{Self: addrs[0], Bootstrap: bootstrap, BackoffMax: time.Second, HelloWithin: 2 * time.Second}
		if v, err = launch(t, node.Config{P2P: cfg}); err != nil {
			panic(err) // on the scenario's loop, which reports it
		}
	}
	r := loopback.Run(hostile.Aim(s, c.victim, max(1, c.speed), addrs[0], c.dials, start), loopback.Options{Seed: 1})
	require.False(t, r.Failed(), r.String())
	totals := v.totals(t)
	require.NotZero(t, totals.BytesIn, "the script has not reached the node")
	if c.noticed {
		require.NotZero(t, totals.Offences[c.offence], "%v: %+v", c.offence, totals)
	}
	v.serves(t)
	v.do(t, func() { require.LessOrEqual(t, len(v.Node.Guard().Conns()), 2*40+32) })
}

// heapBound is for everything in this process: all victims, all honest nodes and all attackers, at
// the same time.
const heapBound = 96 << 20

// TestNoHostilePeerOverTCPTakesTheNodeDown: each script against a node of its own, all at once. Each node
// goes on to serve an honest peer, and the memory of all together stays bounded.
func TestNoHostilePeerOverTCPTakesTheNodeDown(t *testing.T) {
	before := live()
	highest := watchHeap()
	var all sync.WaitGroup // not Parallel: the scripts wait for most of the time, whatever the number of cores
	for _, script := range scripts {
		all.Go(func() { t.Run(script.name, func(t *testing.T) { script.run(t) }) })
	}
	all.Wait()
	most := highest()
	require.Less(t, most, uint64(heapBound), "at the highest")
	require.Less(t, live(), before+32<<20, "after it is over")
	t.Logf("heap: %d MiB at the highest, %d MiB when all is over", most>>20, live()>>20)
}
