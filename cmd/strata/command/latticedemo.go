package command

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/latticenode"
	"strata/node/process/settings"
	"strata/node/process/tcphost"
)

// demoWork is the threshold of work in the demo and the playground: a payment takes some thousands of tries.
const demoWork = 0xFFF8000000000000

// demoStake is what each account has in the demo, in raw.
const demoStake = 1_000_000

// latticeDemo is representatives with equal weights, each of which owns an account. The accounts pay each other.
type latticeDemo struct {
	stack   lattice.Stack
	configs []latticenode.Config
	genesis lattice.Genesis
	fleet[*latticenode.Running]
	began time.Time

	hearing sync.Mutex            // guards final
	final   map[ledgers.OpID]bool // what a node has said to be final
}

// Final is ledgers.Watcher's; it is called on the loops of all nodes.
func (d *latticeDemo) Final(id ledgers.OpID, _ ledgers.Digest) {
	d.hearing.Lock()
	defer d.hearing.Unlock()
	d.final[id] = true
}
func (d *latticeDemo) Undone(ledgers.OpID)         {}
func (d *latticeDemo) Refused(ledgers.OpID, error) {}
func (d *latticeDemo) Blamed(network.Addr, error)  {}

// runLatticeDemo runs the demo of elective 9 and says how it ended.
func (w World) runLatticeDemo(cmd *cobra.Command, s DemoSettings) (err error) {
	if err := settings.InRange("nodes", int(s.Nodes), 1, ledgers.MaxMembers); err != nil {
		return err
	}
	stack, err := w.stack(cmd, s.Stack)
	if err != nil {
		return err
	}
	log, err := openLog(s.Log)
	if err != nil {
		return err
	}
	defer log.Close()
	ctx, cancel := s.within(cmd.Context())
	defer cancel()
	d := &latticeDemo{stack: stack.Lattice(), final: map[ledgers.OpID]bool{}, began: time.Now()}
	agreed := false
	if err = d.found(int(s.Nodes)); err == nil {
		for i := range d.configs {
			d.configs[i].Log = log
		}
		agreed, err = d.play(ctx, w.Out)
	}
	if err = errors.Join(err, d.stop()); err != nil {
		return w.inStudentsWords(err, s.Stack)
	}
	if !agreed {
		return errAnswerNo
	}
	return nil
}

// found makes genesis and the nodes' settings.
func (d *latticeDemo) found(n int) error {
	addrs, err := tcphost.LoopbackAddrs(n)
	if err != nil {
		return err
	}
	if d.dir, err = os.MkdirTemp("", "strata-lattice-*"); err != nil {
		return err
	}
	d.genesis = lattice.Genesis{Least: lattice.Whole, Send: demoWork, Receive: demoWork}
	for i, addr := range addrs {
		key, err := keyfile.New()
		if err != nil {
			return err
		}
		account := network.PublicKey(keyfile.Public(key))
		d.genesis.Accounts = append(d.genesis.Accounts,
			lattice.Opening{Account: account, Balance: lattice.Raw(demoStake), Representative: account})
		d.configs = append(d.configs, latticenode.Config{
			Directory: latticenode.Directory{Path: filepath.Join(d.dir, strconv.Itoa(i)), Key: key},
			Listen:    addr, Bootstrap: addrs, Watch: d,
		})
	}
	for i := range d.configs {
		dir := &d.configs[i].Directory
		dir.Genesis = d.genesis
		if err := latticenode.Init(dir.Path, d.genesis, dir.Key); err != nil {
			return err
		}
	}
	d.running = make([]*latticenode.Running, n)
	d.run = func(i int) (*latticenode.Running, error) { return latticenode.Run(d.stack, d.configs[i]) }
	return nil
}

// play starts the nodes, has the accounts pay each other, and a representative stop now and then, until the context
// ends. It says whether all nodes agree afterwards.
func (d *latticeDemo) play(ctx context.Context, out io.Writer) (agreed bool, err error) {
	for i := range d.configs {
		if err := d.start(i); err != nil {
			return false, err
		}
	}
	fmt.Fprintf(out, "strata: %d representatives of ledger %s on loopback TCP\n", len(d.configs), lattice.Name)
	var owners sync.WaitGroup
	for i := range d.configs {
		owners.Go(func() { d.owner(ctx, i) })
	}
	err = d.fall(ctx, out)
	owners.Wait()
	if err != nil {
		return false, err
	}
	return d.settle(out)
}

// fall stops a representative every few seconds, if the others are a quorum without it, and starts it again.
func (d *latticeDemo) fall(ctx context.Context, out io.Writer) error {
	next := 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(fallEvery):
		}
		if len(d.configs) < 4 {
			continue
		}
		i := next % len(d.configs)
		next++
		d.say(out, "representative %d stops", i)
		if err := d.halt(i); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(fallFor):
		}
		if err := d.start(i); err != nil {
			return err
		}
		d.say(out, "representative %d is back: %s", i, d.stands(i))
	}
}

// say prints a line of what the demo does.
func (d *latticeDemo) say(out io.Writer, format string, args ...any) {
	fmt.Fprintf(out, "%5.1fs %s\n", time.Since(d.began).Seconds(), fmt.Sprintf(format, args...))
}

// stands is where a node stands.
func (d *latticeDemo) stands(i int) string {
	r := d.node(i)
	if r == nil {
		return "it is down"
	}
	s, err := r.Status()
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d blocks cemented, %d not", s.Digest.Position, s.Loose)
}

// owner has one account pay the next one, and receive what it is paid, until the context ends.
func (d *latticeDemo) owner(ctx context.Context, i int) {
	open := d.genesis.Blocks()[i]
	chain := d.genesis.Chain()
	head, balance := open.Hash(chain), open.Balance
	to := d.genesis.Accounts[(i+1)%len(d.configs)].Account
	for ctx.Err() == nil {
		balance = balance.Minus(lattice.Raw(1))
		b := &lattice.Block{Account: open.Account, Previous: head, Representative: open.Representative, Balance: balance, Link: to}
		finishBlock(b, chain, d.configs[i].Directory.Key)
		head = b.Hash(chain)
		for !d.isFinal(head) && ctx.Err() == nil {
			for at := range d.configs { // any node will do: the next one, if this one is down
				if r := d.node((i + at) % len(d.configs)); r != nil {
					_, _ = r.Submit(b) // whatever it says, what counts is whether the block becomes final
					break
				}
			}
			d.wait(ctx, head)
		}
	}
}

// finishBlock works for a block and signs it.
func finishBlock(b *lattice.Block, chain ledgers.ChainID, key ed25519.PrivateKey) {
	hash := b.Hash(chain)
	for first := uint64(0); ; first += 1 << 20 {
		if nonce, ok := lattice.FindWork(hash, demoWork, first, 1<<20); ok {
			b.Work = nonce
			break
		}
	}
	b.Sign(chain, key)
}

func (d *latticeDemo) isFinal(hash lattice.Hash) bool {
	d.hearing.Lock()
	defer d.hearing.Unlock()
	return d.final[ledgers.OpID(hash)]
}

// wait waits until a block is final, for a second at most.
func (d *latticeDemo) wait(ctx context.Context, hash lattice.Hash) {
	for range 100 {
		if d.isFinal(hash) || ctx.Err() != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// settle waits until nothing waits and all nodes have one digest.
func (d *latticeDemo) settle(out io.Writer) (agreed bool, err error) {
	var all []latticenode.Status
	for until := time.Now().Add(agreeWithin); time.Now().Before(until); time.Sleep(lookEvery) {
		all = all[:0]
		same := true
		for i := range d.configs {
			s, err := d.node(i).Status()
			if err = errors.Join(err, s.Failure); err != nil {
				return false, err
			}
			all = append(all, s)
			same = same && s.Digest == all[0].Digest && s.Loose == 0
		}
		if same {
			fmt.Fprintf(out, "all %d representatives agree: %d blocks cemented, sum %.16s; %d payments final\n",
				len(all), all[0].Digest.Position, ledgers.ChainID(all[0].Digest.Hash), len(d.final))
			return true, nil
		}
	}
	for i := range all {
		fmt.Fprintf(out, "representative %d: %s\n", i, d.stands(i))
	}
	fmt.Fprintf(out, "they do not agree after %v\n", agreeWithin)
	return false, nil
}
