package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/latticenode"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// What L3 measures: three representatives on this machine, and accounts that hand in a block as soon as their last one
// is cemented.
const (
	l3Nodes    = 3
	l3Accounts = 600
	l3For      = 5 * time.Second
	l3Settle   = 12 * time.Second // after the load; then the nodes are idle
)

// l3 is elective 9 over TCP with TLS, every final vote synced: how many blocks three nodes cement in a second, by the
// clock and by the processor time of all three and of the load; what a block takes on the disk; and what the program
// takes as it is shipped.
func l3() []figure {
	speed, weight := &l3Speed{}, &l3Weight{}
	return []figure{
		{id: "L3", title: "size of strata-lattice, stripped", unit: "MiB", ours: side{"ours", weight.size}, target: atMost(10)},
		{id: "L3", title: "lattice, 3 nodes and 600 accounts on this machine: cemented blocks", unit: "blocks/s",
			ours: side{"ours", speed.wall}, target: atLeast(1000)},
		{id: "L3", title: "the same, by processor time of all, on two cores", unit: "blocks/s",
			ours: side{"ours", speed.processor}, target: atLeast(1000)},
		{id: "L3", title: "the same: what a cemented block takes in a node's store", unit: "bytes", ours: side{"ours", speed.stored}},
		{id: "L3", title: "resident, one of three under load", unit: "MiB", ours: side{"ours", weight.loaded}, target: atMost(256), once: true},
		{id: "L3", title: "resident, the same afterwards, idle", unit: "MiB", ours: side{"ours", weight.idle}, target: atMost(64), once: true},
	}
}

// l3Speed is three nodes in this process.
type l3Speed struct {
	once   sync.Once
	err    error
	nodes  []*latticenode.Running
	wallet *latticenode.Wallet
}

// l3Genesis is a network whose money is in equal parts in the accounts of a seed. The work is light: it is the owners'
// cost, not the network's.
func l3Genesis(dir string) (seed lattice.Seed, err error) {
	holders := make([]string, l3Accounts)
	for i := range holders {
		holders[i] = lattice.Address(seed.Account(uint32(i)))
	}
	return seed, latticenode.NewNetwork{
		Out: dir, Nodes: l3Nodes, Holders: holders, Least: lattice.Whole, SendWork: "f000000000000000", ReceiveWork: "f000000000000000",
	}.Make(discard{})
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func (l *l3Speed) open() error {
	dir := filepath.Join(scratch(), "l3-speed")
	seed, err := l3Genesis(dir)
	if err != nil {
		return err
	}
	addrs, err := tcphost.LoopbackAddrs(l3Nodes)
	if err != nil {
		return err
	}
	for i, addr := range addrs {
		d, err := latticenode.Open(filepath.Join(dir, strconv.Itoa(i)))
		if err != nil {
			return err
		}
		r, err := latticenode.Run(solutions.Electives().Lattice(), latticenode.Config{
			Directory: d, Listen: addr, Bootstrap: addrs, Guard: &guard.Config{}, Log: slog.DiscardHandler,
		})
		if err != nil {
			return err
		}
		l.nodes = append(l.nodes, r)
	}
	l.wallet, err = latticenode.OpenWallet(context.Background(), l.nodes[0], seed, 0)
	return err
}

// load loads the nodes, and says what was used of the processors meanwhile.
func (l *l3Speed) load() (loaded latticenode.Loaded, used time.Duration, err error) {
	if l.once.Do(func() { l.err = l.open() }); l.err != nil {
		return loaded, 0, l.err
	}
	before := processorTime()
	loaded, err = latticenode.Load{Wallet: l.wallet, For: l3For}.Run(context.Background())
	return loaded, processorTime() - before, err
}

func (l *l3Speed) wall() (float64, error) {
	loaded, _, err := l.load()
	return float64(loaded.Blocks) / loaded.Took.Seconds(), err
}

func (l *l3Speed) processor() (float64, error) {
	loaded, used, err := l.load()
	return 2 * float64(loaded.Blocks) / used.Seconds(), err
}

func (l *l3Speed) stored() (float64, error) {
	if _, _, err := l.load(); err != nil {
		return 0, err
	}
	s, err := l.nodes[1].Status()
	return float64(s.Stored) / float64(s.Digest.Position-l3Accounts), err
}

// l3Weight is three processes of the program as it is shipped.
type l3Weight struct {
	once      sync.Once
	err       error
	path      string
	most, end float64
}

// size builds the program.
func (l *l3Weight) size() (float64, error) {
	l.path = filepath.Join(scratch(), "strata-lattice")
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "strata").Output()
	if err != nil {
		return 0, err
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", l.path, "strata/cmd/strata-lattice")
	build.Dir = strings.TrimSpace(string(module)) // this module has not all that the program needs
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	info, err := os.Stat(l.path)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / mib, nil
}

func (l *l3Weight) loaded() (float64, error) {
	l.once.Do(func() { l.err = l.run() })
	return l.most, l.err
}

func (l *l3Weight) idle() (float64, error) {
	l.once.Do(func() { l.err = l.run() })
	return l.end, l.err
}

// run loads three processes over their API, and weighs one of them meanwhile and afterwards.
func (l *l3Weight) run() error {
	if l.path == "" {
		if _, err := l.size(); err != nil {
			return err
		}
	}
	dir := filepath.Join(scratch(), "l3-weight")
	seed, err := l3Genesis(dir)
	if err != nil {
		return err
	}
	addrs, err := tcphost.LoopbackAddrs(l3Nodes)
	if err != nil {
		return err
	}
	var urls []string
	var nodes []weighed
	defer func() {
		for _, n := range nodes {
			n.stop()
		}
	}()
	for i, addr := range addrs {
		n := weighed{}
		url, err := n.startLattice(l.path, filepath.Join(dir, strconv.Itoa(i)), addr, addrs)
		nodes = append(nodes, n)
		if err != nil {
			return err
		}
		urls = append(urls, url)
	}
	wallet, err := latticenode.OpenWallet(context.Background(), latticenode.Client{URL: urls[0]}, seed, 0)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := latticenode.Load{Wallet: wallet, For: 4 * l3For}.Run(context.Background())
		ended <- err
	}()
	for loading := true; loading; {
		select {
		case err := <-ended:
			if err != nil {
				return err
			}
			loading = false
		case <-time.After(100 * time.Millisecond):
		}
		held, err := nodes[0].resident()
		if err != nil {
			return err
		}
		l.most = max(l.most, held)
	}
	time.Sleep(l3Settle)
	l.end, err = nodes[0].resident()
	return err
}

// startLattice starts a node, and returns where its API is.
func (w *weighed) startLattice(path, dir string, addr network.Addr, all []network.Addr) (string, error) {
	var others []string
	for _, a := range all {
		others = append(others, string(a))
	}
	w.cmd = exec.Command(path, "node", "--data", dir, "--listen", string(addr), "--bootstrap", strings.Join(others, ","),
		"--api", "127.0.0.1:0", "--log-level", "warn")
	w.cmd.Stderr = os.Stderr
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := w.cmd.Start(); err != nil {
		return "", err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, rest, ok := strings.Cut(lines.Text(), "pages and API at "); ok {
			return strings.TrimSuffix(rest, "/"), nil
		}
	}
	return "", errors.New("the node ended before it was up")
}
