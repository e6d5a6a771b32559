package command

import (
	"context"
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
	"strata/ledgers/causal"
	"strata/network"
	"strata/node/process/causalnode"
	"strata/node/process/keyfile"
	"strata/node/process/settings"
	"strata/node/process/tcphost"
)

// demoList is the list that the replicas of the demo write.
const demoList = "notes"

// causalDemo is replicas of one document, each with somebody who writes.
type causalDemo struct {
	stack   causal.Stack
	configs []causalnode.Config
	fleet[*causalnode.Running]
	began time.Time

	counting sync.Mutex // guards written
	written  int
}

// runCausalDemo runs the demo of elective 10 and says how it ended.
func (w World) runCausalDemo(cmd *cobra.Command, s DemoSettings) (err error) {
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
	d := &causalDemo{stack: stack.Causal(), began: time.Now()}
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

// found makes genesis and the replicas' settings.
func (d *causalDemo) found(n int) error {
	addrs, err := tcphost.LoopbackAddrs(n)
	if err != nil {
		return err
	}
	if d.dir, err = os.MkdirTemp("", "strata-causal-*"); err != nil {
		return err
	}
	genesis := causal.Genesis{Document: "demo"}
	for i, addr := range addrs {
		key, err := keyfile.New()
		if err != nil {
			return err
		}
		genesis.Members = append(genesis.Members, ledgers.Member{Key: network.PublicKey(keyfile.Public(key)), Addr: addr})
		d.configs = append(d.configs, causalnode.Config{Key: key, Addr: addr, Dir: filepath.Join(d.dir, strconv.Itoa(i))})
	}
	for i := range d.configs {
		d.configs[i].Genesis = genesis
	}
	d.running = make([]*causalnode.Running, n)
	d.run = func(i int) (*causalnode.Running, error) { return causalnode.Run(d.stack, d.configs[i]) }
	return nil
}

// play starts the replicas, has somebody write at each, and one of them stop now and then, until the context ends. It
// says whether all have one document afterwards.
func (d *causalDemo) play(ctx context.Context, out io.Writer) (agreed bool, err error) {
	for i := range d.configs {
		if err := d.start(i); err != nil {
			return false, err
		}
	}
	fmt.Fprintf(out, "strata: %d replicas of ledger %s on loopback TCP\n", len(d.configs), causal.Name)
	var writers sync.WaitGroup
	for i := range d.configs {
		writers.Go(func() { d.writer(ctx, i) })
	}
	err = d.fall(ctx, out)
	writers.Wait()
	if err != nil {
		return false, err
	}
	return d.settle(out)
}

// fall stops a replica every few seconds, and starts it again. Nobody waits for it: there is no quorum to lose.
func (d *causalDemo) fall(ctx context.Context, out io.Writer) error {
	for i := 0; ; i = (i + 1) % len(d.configs) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(fallEvery):
		}
		d.say(out, "replica %d stops", i)
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
		d.say(out, "replica %d is back: %s", i, d.stands(i))
	}
}

// say prints a line of what the demo does.
func (d *causalDemo) say(out io.Writer, format string, args ...any) {
	fmt.Fprintf(out, "%5.1fs %s\n", time.Since(d.began).Seconds(), fmt.Sprintf(format, args...))
}

// stands is where a replica stands.
func (d *causalDemo) stands(i int) string {
	s, err := d.node(i).Status()
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d updates, heads: %d", s.Updates, s.Heads)
}

// writer writes at one replica until the context ends; while that is stopped, it waits.
func (d *causalDemo) writer(ctx context.Context, i int) {
	for n := 0; ctx.Err() == nil; n++ {
		if r := d.node(i); r != nil && r.Write(d.change(i, n)) == nil {
			d.counting.Lock()
			d.written++
			d.counting.Unlock()
		}
		select {
		case <-ctx.Done():
		case <-time.After(writeEvery):
		}
	}
}

// change writes a line at the end of the list; every fourth time it deletes the first one as well.
func (d *causalDemo) change(i, n int) func(causal.Document) []causal.Op {
	return func(doc causal.Document) []causal.Op {
		list := causal.Key{Kind: causal.List, Name: demoList}
		line := causal.Op{Action: causal.Insert, Key: list, Value: fmt.Appendf(nil, "line %d of %d", n, i)}
		all := doc.List(demoList)
		if len(all) == 0 {
			return []causal.Op{line}
		}
		line.Element = all[len(all)-1].ID
		if n%4 < 3 {
			return []causal.Op{line}
		}
		return []causal.Op{line, {Action: causal.Delete, Key: list, Element: all[0].ID}}
	}
}

// settle waits until all replicas have the same heads.
func (d *causalDemo) settle(out io.Writer) (agreed bool, err error) {
	for until := time.Now().Add(agreeWithin); time.Now().Before(until); time.Sleep(lookEvery) {
		var first causalnode.Status
		same := true
		for i := range d.configs {
			s, err := d.node(i).Status()
			if err = errors.Join(err, s.Failure, s.Blamed); err != nil {
				return false, err
			}
			if i == 0 {
				first = s
			}
			same = same && s.Digest == first.Digest
		}
		if same {
			lines := 0
			err := d.node(0).Look(func(doc causal.Document) { lines = len(doc.List(demoList)) })
			fmt.Fprintf(out, "all %d replicas agree: %d updates, %d lines, heads %x; %d writes\n",
				len(d.configs), first.Updates, lines, first.Digest[:8], d.written)
			return true, err
		}
	}
	for i := range d.configs {
		fmt.Fprintf(out, "replica %d: %s\n", i, d.stands(i))
	}
	fmt.Fprintf(out, "they do not agree after %v\n", agreeWithin)
	return false, nil
}
