package main

import (
	"bufio"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// five are nodes 1 to 5 in namespaces of their own; five[0] is nobody.
type five struct {
	t     *testing.T
	nets  *nets
	nodes [6]*child
	args  []string // of each
}

// startFive starts them, with these settings besides, and waits until each has that many peers.
func startFive(t *testing.T, peers int, args ...string) *five {
	f := &five{t: t, nets: newNets(t, 5), args: args}
	t.Chdir(t.TempDir())
	for i := 1; i <= 5; i++ {
		f.start(i)
	}
	for i := 1; i <= 5; i++ {
		f.nodes[i].waitPeers(peers)
	}
	return f
}

// start starts a node that mines when it is told to.
func (f *five) start(i int) {
	f.nodes[i] = f.nets.node(i, append([]string{"-difficulty", "5", "-threads", "1", "-bootstrap", f.nets.IP(1) + ":11120",
		"-coinbase", strings.Repeat(strconv.Itoa(10+i), 32)}, f.args...)...)
}

// mine has a node mine until it has that many blocks more, and tells its tip.
func (f *five) mine(i int, blocks uint64) status {
	f.t.Helper()
	d := f.nodes[i]
	want := d.height() + blocks
	f.mining(d, "true")
	d.waitStatus(func(s status) bool { return s.Height >= want })
	f.mining(d, "false")
	return d.waitStatus(func(s status) bool { return s.Height >= want && !s.Mining })
}

func (f *five) mining(d *child, on string) {
	f.t.Helper()
	code, answer := d.request("POST", "/v1/mining", `{"on":`+on+`}`)
	require.Equal(f.t, 200, code, answer)
}

// agree waits until all of these nodes have that tip.
func (f *five) agree(tip status, nodes ...int) {
	f.t.Helper()
	for _, i := range nodes {
		got := f.nodes[i].waitStatus(func(s status) bool { return s.Tip == tip.Tip })
		require.Equal(f.t, tip.Height, got.Height)
	}
}

// apart has nodes 1 to 3 mine one chain, and 4 and 5 a longer one.
func (f *five) apart() (long status) {
	f.t.Helper()
	short := f.mine(1, 2)
	f.agree(short, 1, 2, 3)
	long = f.mine(4, short.Height+5-f.nodes[4].height())
	f.agree(long, 4, 5)
	f.agree(short, 1, 2, 3)
	return long
}

// reorganised is how many reorganisations a node has made.
func (f *five) reorganised(i int) (n float64) {
	f.t.Helper()
	_, figures := f.nodes[i].request("GET", "/metrics", "")
	for s := bufio.NewScanner(strings.NewReader(figures)); s.Scan(); {
		if text, ok := strings.CutPrefix(s.Text(), "strata_reorganisations_total "); ok {
			n, err := strconv.ParseFloat(text, 64)
			require.NoError(f.t, err)
			return n
		}
	}
	require.FailNow(f.t, "no strata_reorganisations_total among the figures")
	return 0
}

// Five processes with addresses of their own mine, are cut in two, mine on either side, are joined,
// and give the shorter chain up; one is killed, misses blocks, and gets them when it comes back. After
// each they all agree.
func TestFiveNamespaces_PartitionReorganiseKillAgree_FRK3_NeedsRoot(t *testing.T) {
	f := startFive(t, 4)
	f.agree(f.mine(1, 3), 1, 2, 3, 4, 5)
	_, peers := f.nodes[5].request("GET", "/v1/peers", "")
	for i := 1; i <= 4; i++ {
		require.Contains(t, peers, `"remote":"`+f.nets.IP(i)+`:`, "each comes from an address of its own")
	}

	f.nets.Plug(1, 4, 5)
	long := f.apart()

	f.nets.Plug(0, 4, 5)
	f.agree(long, 1, 2, 3, 4, 5)
	for i := 1; i <= 3; i++ {
		require.Positive(t, f.reorganised(i), "node %d has given its chain up", i)
	}

	require.NoError(t, f.nodes[2].cmd.Process.Kill())
	f.nodes[1].waitStatus(func(s status) bool { return s.Peers == 3 })
	missed := f.mine(5, 3)
	f.agree(missed, 1, 3, 4, 5)
	f.start(2)
	f.agree(missed, 1, 2, 3, 4, 5)
	f.agree(f.mine(2, 1), 1, 2, 3, 4, 5)
	for i := 1; i <= 5; i++ {
		f.nodes[i].stop()
	}
}

// A partition that no connection outlives heals too: nodes remember whom they knew.
func TestFiveNamespaces_LongPartition_NeedsRoot(t *testing.T) {
	f := startFive(t, 4)
	f.agree(f.mine(1, 1), 1, 2, 3, 4, 5)
	for i := 1; i <= 5; i++ {
		f.nets.Impatient(i)
	}
	f.nets.Plug(1, 4, 5)
	long := f.apart()
	for i := 1; i <= 3; i++ {
		f.nodes[i].waitStatus(func(s status) bool { return s.Peers == 2 })
	}
	for i := 4; i <= 5; i++ {
		f.nodes[i].waitStatus(func(s status) bool { return s.Peers == 1 })
	}

	f.nets.Plug(0, 4, 5)
	f.agree(long, 1, 2, 3, 4, 5)
}

// With four places each, as the workshop's first nodes had, nobody is left without a peer: blocks reach all five, also
// after one was killed, and after a cut.
func TestFiveNamespaces_FourPlaces_H1_NeedsRoot(t *testing.T) {
	f := startFive(t, 1, "-max-peers", "4")
	f.agree(f.mine(1, 2), 1, 2, 3, 4, 5)
	require.NoError(t, f.nodes[2].cmd.Process.Kill())
	f.agree(f.mine(5, 2), 1, 3, 4, 5)
	f.start(2)
	f.agree(f.mine(3, 1), 1, 2, 3, 4, 5)
	f.nets.Plug(1, 4, 5)
	f.mine(1, 2)
	f.nets.Plug(0, 4, 5)
	f.agree(f.mine(1, 1), 1, 2, 3, 4, 5)
	for i := 1; i <= 5; i++ {
		f.nodes[i].waitPeers(1)
	}
	for i := 1; i <= 5; i++ {
		f.nodes[i].stop()
	}
}
