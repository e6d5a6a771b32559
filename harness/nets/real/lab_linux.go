package real

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"strata/harness/nets/run"
	"strata/scenario"
)

// lab is a run under way. One goroutine uses it, but for what the router's has.
type lab struct {
	cfg      Config
	plan     *run.Plan
	nodes    []*process
	reports  chan report
	packets  chan packet
	told     [][]run.Told
	began    time.Time
	routed   Stats // once the router has ended
	routing  sync.WaitGroup
	finished chan struct{} // closed when the run is over, however it went
}

// packet is something that a node sent.
type packet struct {
	from int
	data []byte
}

// Times of a run that are not the experiment's.
const (
	readyWithin = 30 * time.Second // until all processes have come up
	lead        = 300 * time.Millisecond
	endWithin   = 3 * time.Second
)

// Do carries out the plan with processes, and returns what they told. It leaves nothing behind, however it ends. Errors:
// ErrUnavailable; DeadError; ctx's.
func Do(ctx context.Context, plan *run.Plan, cfg Config) (*Outcome, error) {
	if err := Possible(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l := &lab{cfg: cfg, plan: plan, reports: make(chan report), packets: make(chan packet, 256),
		told: make([][]run.Told, len(plan.Addrs)), finished: make(chan struct{})}
	err := l.begin(ctx)
	if err == nil {
		err = l.run(ctx)
	}
	cancel()
	l.end()
	if err != nil {
		return nil, err
	}
	res, err := plan.Result(l.told)
	return &Outcome{res, l.routed}, err
}

// begin starts all processes, and then the clock.
func (l *lab) begin(ctx context.Context) error {
	for i, addr := range l.plan.Addrs {
		o, err := orderOf(l.cfg.Job, i)
		if err != nil {
			return err
		}
		p, err := begin(ctx, l.cfg, o, addr, l.report)
		if p != nil {
			l.nodes = append(l.nodes, p)
		}
		if err != nil {
			return err
		}
	}
	if err := l.allReady(ctx); err != nil {
		return err
	}
	s := start{int64(monotonic() + lead)}
	l.began = time.Now().Add(lead)
	for _, p := range l.nodes {
		l.routing.Go(func() { l.read(p) })
	}
	l.routing.Go(l.route)
	for _, p := range l.nodes {
		if err := p.say(s); err != nil {
			return err
		}
	}
	return nil
}

// report brings what a process wrote to the run's goroutine.
func (l *lab) report(r report) {
	select {
	case l.reports <- r:
	case <-l.finished:
	}
}

// allReady waits until every process has read its order.
func (l *lab) allReady(ctx context.Context) error {
	late := time.NewTimer(readyWithin)
	defer late.Stop()
	dead := l.firstDead(ctx)
	for waiting := len(l.nodes); waiting > 0; {
		select {
		case r := <-l.reports:
			if r.err != nil {
				return fmt.Errorf("node %d: %w", r.node, r.err)
			}
			waiting--
		case p := <-dead:
			return p.dead()
		case <-late.C:
			return fmt.Errorf("%d of %d processes are not up after %v: want fewer nodes, or a faster machine", waiting, len(l.nodes), readyWithin)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// firstDead brings each process that ends.
func (l *lab) firstDead(ctx context.Context) <-chan *process {
	dead := make(chan *process)
	for _, p := range l.nodes {
		go func() {
			<-p.ended
			select {
			case dead <- p:
			case <-ctx.Done():
			}
		}()
	}
	return dead
}

// run waits until the run is over, does to processes what faults do to them, and keeps what is told.
func (l *lab) run(ctx context.Context) error {
	s := l.cfg.Job.Spec.Run
	dead, strikes := l.firstDead(ctx), l.strikes()
	until := s.For.Duration + s.Settle.Duration
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		now := time.Since(l.began)
		for ; len(strikes) > 0 && strikes[0].at <= now; strikes = strikes[1:] {
			strikes[0].do()
		}
		if now >= until {
			return nil
		}
		wake := until
		if len(strikes) > 0 {
			wake = min(wake, strikes[0].at)
		}
		next.Reset(wake - now)
		select {
		case <-next.C:
		case r := <-l.reports:
			if r.err != nil {
				return fmt.Errorf("node %d: %w", r.node, r.err)
			}
			l.told[r.node] = append(l.told[r.node], r.told)
		case p := <-dead:
			if !p.done && ctx.Err() == nil {
				return p.dead()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// strike is what a fault does to a process.
type strike struct {
	at time.Duration
	do func()
}

// strikes are those of all faults that are not the router's, by time.
func (l *lab) strikes() (all []strike) {
	signal := func(at time.Duration, p *process, s syscall.Signal, last bool) {
		all = append(all, strike{at, func() { p.done = p.done || last; _ = p.cmd.Process.Signal(s) }})
	}
	for _, f := range l.plan.Faults {
		for _, p := range l.nodes {
			switch {
			case !slices.Contains(f.A, p.addr):
			case f.Kind == scenario.Pause:
				signal(f.At, p, syscall.SIGSTOP, false)
				signal(f.At+f.For, p, syscall.SIGCONT, false)
			case f.Kind == scenario.Leave:
				signal(f.At, p, syscall.SIGKILL, true)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b strike) int { return cmp.Compare(a.at, b.at) })
	return all
}

// end ends all processes and the router, and waits until nothing is left of them.
func (l *lab) end() {
	close(l.finished)
	var all sync.WaitGroup
	for _, p := range l.nodes {
		all.Go(func() { p.end(endWithin) })
	}
	all.Wait()
	l.routing.Wait()
}

// read hands the router what a node sends, until its device is closed.
func (l *lab) read(p *process) {
	for {
		data := make([]byte, 1600) // more than the device takes at once
		n, err := p.tun.Read(data)
		if err != nil {
			return // closed: the run is over
		}
		select {
		case l.packets <- packet{p.node, data[:n]}:
		case <-l.finished:
			return
		}
	}
}

// route is the router's goroutine.
func (l *lab) route() {
	r := NewRouter(l.plan, l.cfg.Loss, l.cfg.Job.Seed)
	wake := time.NewTimer(0)
	defer wake.Stop()
	for {
		select {
		case p := <-l.packets:
			r.Take(time.Since(l.began), p.from, p.data)
		case <-wake.C:
		case <-l.finished:
			l.routed = r.Stats()
			return
		}
		for {
			to, data, ok := r.Due(time.Since(l.began))
			if !ok {
				break
			}
			if _, err := l.nodes[to].tun.Write(data); err != nil && !gone(err) {
				fmt.Fprintf(l.cfg.Log, "strata: to node %d: %v\n", to, err)
			}
		}
		if at, ok := r.Next(); ok {
			wake.Reset(at - time.Since(l.began))
		}
	}
}

// gone says whether a device takes nothing because its node has left.
func gone(err error) bool { return errors.Is(err, os.ErrClosed) || errors.Is(err, syscall.EIO) }
