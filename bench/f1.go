package main

import (
	"bufio"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"strata/chain"
	"strata/mempool"
	chainnode "strata/node"
	"strata/node/process/daemon"
	"strata/node/process/tcphost"
	"strata/p2p"
	"strata/solutions"
)

// The node that F1 weighs: what it holds, who is around it, and how long it is watched.
const (
	f1Peers      = 8
	f1Blocks     = 1000
	f1Difficulty = 1
	f1Settle     = 12 * time.Second // after it has caught up; then it is idle
	f1Load       = 10 * time.Second // of blocks, transactions and questions
	f1Within     = time.Minute      // for it to catch up
)

const mib = 1 << 20

// f1 is what a node costs: its program on the disk, and the memory of its process.
func f1() []figure {
	return []figure{
		{id: "F1", title: "size of strata-node, stripped", unit: "MiB", ours: side{"ours", f1Size}, target: atMost(10)},
		{id: "F1", title: "resident, 8 peers and 1,000 blocks, idle", unit: "MiB",
			ours: side{"ours", f1Idle}, target: atMost(32)},
		{id: "F1", title: "resident, 8 peers and 1,000 blocks, at most under load", unit: "MiB",
			ours: side{"ours", f1Loaded}, target: atMost(64)},
	}
}

// f1Build builds strata-node as it is shipped.
func f1Build(dir string) (string, error) {
	path := filepath.Join(dir, "strata-node")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "strata/cmd/strata-node")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
}

func f1Size() (float64, error) {
	dir, err := os.MkdirTemp("", "strata-f1-*")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	path, err := f1Build(dir)
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / mib, nil
}

func f1Idle() (float64, error) {
	return f1Weigh(func(w *weighed) (float64, error) { return w.resident() })
}
func f1Loaded() (float64, error) { return f1Weigh((*weighed).load) }

// weighed is a strata-node among peers, which run in this process.
type weighed struct {
	cmd   *exec.Cmd
	api   string
	peers []*daemon.Running
	key   ed25519.PrivateKey
	tip   chain.Block
	nonce uint64
}

// f1Weigh starts a node, lets it catch up and calm down, and weighs it.
func f1Weigh(weigh func(*weighed) (float64, error)) (float64, error) {
	dir, err := os.MkdirTemp("", "strata-f1-*")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	path, err := f1Build(dir)
	if err != nil {
		return 0, err
	}
	w := &weighed{key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), tip: chain.Genesis()}
	defer w.stop()
	if err := w.surround(); err != nil {
		return 0, err
	}
	for range f1Blocks {
		if err := w.block(); err != nil {
			return 0, err
		}
	}
	if err := w.start(path, dir); err != nil {
		return 0, err
	}
	if err := w.caughtUp(f1Blocks); err != nil {
		return 0, err
	}
	time.Sleep(f1Settle)
	return weigh(w)
}

// surround starts the peers, which know each other.
func (w *weighed) surround() error {
	addrs, err := tcphost.LoopbackAddrs(f1Peers)
	if err != nil {
		return err
	}
	for i, addr := range addrs {
		r, err := daemon.Run(solutions.Stack(), chainnode.Config{
			P2P:    p2p.Config{Self: addr, Bootstrap: addrs[:min(i, 1)]},
			Params: chain.Params{Difficulty: f1Difficulty},
		}, slog.DiscardHandler)
		if err != nil {
			return err
		}
		w.peers = append(w.peers, r)
	}
	return nil
}

// block adds a block with as many transactions as there is room for, at the first peer.
func (w *weighed) block() error {
	params, err := chain.Params{Difficulty: f1Difficulty}.Complete()
	if err != nil {
		return err
	}
	self := mempool.PublicKey(w.key.Public().(ed25519.PublicKey))
	b := chain.Block{Number: w.tip.Number + 1, Parent: w.tip.Hash(), Coinbase: self}
	for range params.MaxTransactions {
		if w.tip.Number == 0 {
			break // nothing to send yet
		}
		b.Transactions = append(b.Transactions,
			mempool.Sign(w.key, mempool.PublicKey{byte(w.nonce), byte(w.nonce >> 8)}, w.nonce, 1))
		w.nonce++
	}
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	w.tip = b
	var failed error
	err = w.peers[0].Do(func() { failed = w.peers[0].Node.AddBlock(b) })
	return errors.Join(err, failed)
}

// start starts the node and reads from it where its API is.
func (w *weighed) start(path, dir string) error {
	addrs, err := tcphost.LoopbackAddrs(1)
	if err != nil {
		return err
	}
	w.cmd = exec.Command(path, "-listen", string(addrs[0]), "-data", filepath.Join(dir, "data"), "-api", "127.0.0.1:0",
		"-difficulty", strconv.Itoa(f1Difficulty), "-bootstrap", joined(w.peers), "-log-level", "warn")
	w.cmd.Stderr = os.Stderr
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := w.cmd.Start(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, rest, ok := strings.Cut(lines.Text(), "page and API at "); ok {
			w.api, _, _ = strings.Cut(rest, ",")
			return nil
		}
	}
	return errors.New("the node ended before it was up")
}

func joined(peers []*daemon.Running) string {
	var addrs []string
	for _, p := range peers {
		addrs = append(addrs, string(p.Addr))
	}
	return strings.Join(addrs, ",")
}

// caughtUp waits until the node has all peers and that height.
func (w *weighed) caughtUp(height uint64) error {
	var status struct {
		Height uint64
		Peers  int
	}
	for deadline := time.Now().Add(f1Within); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get(w.api + "v1/status")
		if err != nil {
			return err
		}
		err = json.NewDecoder(answer.Body).Decode(&status)
		answer.Body.Close()
		if err != nil {
			return err
		}
		if status.Height >= height && status.Peers >= f1Peers {
			return nil
		}
	}
	return fmt.Errorf("the node is at height %d with %d peers after %v", status.Height, status.Peers, f1Within)
}

// resident is the resident set of the node's process, in MiB.
func (w *weighed) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(value)[0])
			return float64(kib) / 1024, err
		}
	}
	return 0, errors.New("no VmRSS: this figure needs Linux")
}

// load gives the node twenty full blocks a second, as many transactions that wait, and questions all
// the time, and returns the most that it was seen to hold.
func (w *weighed) load() (float64, error) {
	most := 0.0
	pages := []string{"v1/blocks?limit=100", "v1/forks?depth=500", "v1/mempool?limit=1000", "metrics",
		"v1/openapi.json", "v1/topology"}
	for end, i := time.Now().Add(f1Load), 0; time.Now().Before(end); i++ {
		if err := w.block(); err != nil {
			return 0, err
		}
		_ = w.peers[1].Do(func() { // refused if too many of the sender wait
			for n := range uint64(10) {
				_ = w.peers[1].Node.Submit(mempool.Sign(w.key, mempool.PublicKey{7}, w.nonce+20+uint64(i)%40+n, 1))
			}
		})
		for range 5 {
			answer, err := http.Get(w.api + pages[i%len(pages)])
			if err != nil {
				return 0, err
			}
			answer.Body.Close()
		}
		held, err := w.resident()
		if err != nil {
			return 0, err
		}
		most = max(most, held)
		time.Sleep(50 * time.Millisecond)
	}
	return most, w.caughtUp(w.tip.Number)
}

// stop ends the node and its peers.
func (w *weighed) stop() {
	if w.cmd != nil && w.cmd.Process != nil {
		_ = w.cmd.Process.Signal(os.Interrupt)
		_ = w.cmd.Wait()
	}
	for _, p := range w.peers {
		_ = p.Stop()
	}
}
