package run

import (
	"context"
	"fmt"
	"time"

	"strata/chain"
	"strata/harness/nets/places"
	"strata/harness/nets/topology"
	"strata/harness/sim"
	"strata/mempool"
	"strata/network"
	"strata/node/offloop/signatures"
	"strata/node/store"
	"strata/scenario"
)

// chainRun is a network of whole nodes.
type chainRun struct {
	*world
	params   chain.Params
	verifier mempool.Verifier // of all nodes: a signature's verdict depends on nothing else
	members  []*member
	miners   []*miner // the attacker is the last one, if there is one
	dials    [][]int32
	degree   []int
	book     *book
	tallies  []*tally // by worker
	quiet    bool     // nobody finds blocks or pays from then on; changed between runs of the network only
	began    time.Duration
	ended    time.Duration // when blocks were found
	attack   attack        // nil: none
	epoch    time.Time     // when it began, as hosts see it
	raids    []*raid       // one after the other; changed between runs of the network only
	raider   *raider       // who is behind them; nil: there are none
	stacks   []chain.Stack
	order    []int             // of nodes, in which miners take them
	heals    []time.Duration   // when partitions end
	ends     [][]time.Duration // when each of the faults ends, each time
	numbers  []int             // of each of the faults, as the simulator counts them; the last time, if there are several
	injected int               // faults that the simulator has
	around   topology.Neighbours
	records  *records
	signed   *signed
}

// newChain sets up whole nodes in a simulated network.
func newChain(w *world, cfg *sim.Config) (*chainRun, error) {
	r, err := newMembers(w)
	if err != nil {
		return nil, err
	}
	r.nearby(cfg)
	cfg.Signed = r.signed.add
	if err := w.simulate(cfg, func(i int, h network.Host) { r.members[i].boot(h) }); err != nil {
		return nil, err
	}
	r.churn()
	if err := r.scheduleRaids(); err != nil {
		return nil, err
	}
	return r, r.faults(func(f scenario.Fault) { r.net.Inject(f) })
}

// newMembers says what each node of the network is, and who mines.
func newMembers(w *world) (*chainRun, error) {
	params, err := chain.Params{Difficulty: 1, MaxTransactions: w.Spec.Network.MaxBlock}.Complete()
	if err != nil {
		return nil, err
	}
	r := &chainRun{world: w, params: params, verifier: signatures.Remember(mempool.ZIP215{}), dials: w.graph.Dials(),
		book: newBook(w.Workers), epoch: sim.Epoch(), records: newRecords(), signed: newSigned(), members: make([]*member, w.graph.Nodes)}
	for range w.Workers {
		r.tallies = append(r.tallies, newTally())
	}
	r.around = w.graph.Neighbours()
	if w.Spec.Measure.Hops {
		r.book.nodes, r.book.byAddr = w.graph.Nodes, map[network.Addr]int{}
		for i := range w.graph.Nodes {
			r.book.byAddr[Addr(i)] = i
		}
	}
	for i := range r.members {
		stack, err := w.stack(i)
		if err != nil {
			return nil, err
		}
		r.stacks = append(r.stacks, stack.Stack)
		r.degree = append(r.degree, r.around.Degree(int32(i)))
		r.members[i] = &member{run: r, index: i, hostile: hostile(w.member(i))}
	}
	return r, r.enlist()
}

// enlist gives each miner its node and its share of the hash power.
func (r *chainRun) enlist() error {
	shares, regions, err := r.powers()
	if err != nil {
		return err
	}
	honest := 1.0
	hasAttacker := r.Spec.Attack.Kind != "" && r.Spec.Attack.Kind != "eclipse"
	if hasAttacker {
		honest = 1 - float64(r.Spec.Attack.Share)
	}
	for i, share := range shares {
		m, err := r.settle(i, regions)
		if err != nil {
			return err
		}
		r.miners = append(r.miners, r.newMiner(m, share*honest))
	}
	if hasAttacker {
		m, err := r.settle(len(shares), nil)
		if err != nil {
			return err
		}
		r.miners = append(r.miners, r.newMiner(m, float64(r.Spec.Attack.Share)))
		r.attack = newAttack(r.miners[len(shares)], r.Spec.Attack)
	}
	return nil
}

// powers are the shares of the honest hash power, and the regions of its miners if these are known.
func (r *chainRun) powers() (shares []float64, regions []string, err error) {
	m := r.Spec.Miners
	switch {
	case m.Pools != "":
		pools, err := places.Pools(m.Pools)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range pools {
			shares, regions = append(shares, p.Share), append(regions, p.Region)
		}
		return shares, regions, nil
	case len(m.Shares) > 0:
		sum := 0.0
		for _, s := range m.Shares {
			sum += float64(s)
		}
		for _, s := range m.Shares {
			shares = append(shares, float64(s)/sum)
		}
		return shares, nil, nil
	}
	for range m.Count {
		shares = append(shares, 1/float64(m.Count))
	}
	return shares, nil, nil
}

// settle finds a node for the i-th miner: the first of an order that the seed draws which has none, is honest, is no hub and
// lies in the region that the data name, if there is one.
func (r *chainRun) settle(i int, regions []string) (*member, error) {
	if r.order == nil {
		r.order = make([]int, len(r.members))
		for j := range r.order {
			r.order[j] = j
		}
		places.Shuffle(len(r.order), r.Seed, forMinerNode, func(a, b int) { r.order[a], r.order[b] = r.order[b], r.order[a] })
	}
	var free *member
	for _, j := range r.order {
		m := r.members[j]
		if m.miner != nil || m.hostile != "" || r.Spec.Network.Topology.Kind == "star" && j == 0 {
			continue
		}
		if i < len(regions) && r.places.Regions[r.places.Region[j]] != regions[i] {
			if free == nil {
				free = m
			}
			continue
		}
		return m, nil
	}
	if free == nil {
		return nil, fmt.Errorf("%d miners and not as many nodes for them", i+1)
	}
	return free, nil
}

// churn has nodes come and go.
func (r *chainRun) churn() {
	c := r.Spec.Churn
	if c.Share == 0 {
		return
	}
	comes := places.Divide(len(r.members), []float64{1 - float64(c.Share), float64(c.Share)}, r.Seed, forChurn)
	stay, gap := places.NewLaw(c.Session), places.NewLaw(c.Gap)
	for i, m := range r.members {
		if comes[i] == 1 && m.miner == nil {
			m.churned = true
			r.net.Churn(r.addrs[i], func(number, draw uint64) time.Duration {
				if number%2 == 0 {
					return stay.Draw(draw)
				}
				return gap.Draw(draw)
			})
		}
	}
}

// run is protocol's: links are made, then blocks are found until there are enough, then everything settles.
func (r *chainRun) run(ctx context.Context) error {
	s := r.Spec.Run
	if until := s.Until.Duration; until > 0 {
		r.began = min(s.Warmup.Duration, until)
		err := r.runUntil(ctx, until)
		r.ended = r.net.Now()
		return err
	}
	if err := r.runUntil(ctx, s.Warmup.Duration); err != nil {
		return err
	}
	r.began = r.net.Now()
	if s.For.Duration > 0 {
		if err := r.runUntil(ctx, max(s.For.Duration, r.began)); err != nil {
			return err
		}
	} else if err := r.untilFound(ctx, s.Blocks); err != nil {
		return err
	}
	r.ended, r.quiet = r.net.Now(), true
	return r.runUntil(ctx, r.ended+s.Settle.Duration)
}

// untilFound runs until so many blocks were found. The network is stopped to count them, at times that depend on nothing
// but the counts before.
func (r *chainRun) untilFound(ctx context.Context, blocks int) error {
	interval := r.Spec.Miners.Interval.Duration
	for !r.over() {
		rest := blocks - r.found()
		if rest <= 0 {
			return nil
		}
		if err := r.runUntil(ctx, r.net.Now()+interval*time.Duration(max(1, rest*3/4))); err != nil {
			return err
		}
	}
	return nil
}

// found is how many blocks all miners have found.
func (r *chainRun) found() (blocks int) {
	for _, t := range r.tallies {
		blocks += t.found
	}
	return blocks
}

// newStore is a node's disk.
func (r *chainRun) newStore() store.Store { return newDisk(r.records) }
