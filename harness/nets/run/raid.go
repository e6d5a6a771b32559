package run

import (
	"fmt"
	"time"

	"strata/harness/nets/spec"
)

// raid is an attack that begins and ends during the run. Meanwhile its share of the hash power is the attacker's, and what
// the miners of the file find is thinned by as much: a Poisson process of which each event is kept with the same chance is
// one again. So every clock stays as it is, and nothing before the raid depends on it.
type raid struct {
	spec.Attack
	by      *raider
	attack  attack // of the attacker's life now; the attacker's node alone touches it
	lives   []attack
	found   uint64 // blocks
	carried uint64 // draws so far
}

// on says whether the raid is under way at that time. Its end is changed between runs of the network only.
func (a *raid) on(at time.Duration) bool {
	return at >= a.At.Duration && at < a.At.Duration+a.For.Duration
}

// raider is the miner behind all raids. It has a node that does not mine, if there is one.
type raider struct{ *miner }

// scheduleRaids has the attacks of the file begin in time.
func (r *chainRun) scheduleRaids() error {
	for _, a := range r.Spec.Raids {
		if err := r.addRaid(a); err != nil {
			return err
		}
	}
	return nil
}

// addRaid adds a raid that begins later than now, after all others.
func (r *chainRun) addRaid(cfg spec.Attack) error {
	if r.raider == nil {
		m := r.pickRaider()
		if m == nil {
			return fmt.Errorf("raid: no node for the attacker: want one that is honest and stays")
		}
		r.raider = &raider{&miner{member: m, number: len(r.miners), wallet: newWallet(r.Seed, len(r.miners))}}
		r.raider.coinbase = r.raider.wallet.public
		m.raider = r.raider
	}
	a := &raid{Attack: cfg, by: r.raider}
	r.raids = append(r.raids, a)
	r.net.Work(cfg.At.Duration, r.addrs[r.raider.index], "an attack begins: "+cfg.Kind, a.begin)
	return nil
}

// pickRaider finds the attacker's node: the last of the order in which miners took theirs that does not mine; if all do,
// the last that mines.
func (r *chainRun) pickRaider() (found *member) {
	for i := len(r.order) - 1; i >= 0; i-- {
		m := r.members[r.order[i]]
		if m.hostile != "" || m.churned || r.Spec.Network.Topology.Kind == "star" && m.index == 0 {
			continue
		}
		if m.miner == nil {
			return m
		}
		if found == nil {
			found = m
		}
	}
	return found
}

// raidNow is the raid under way at that time; nil: none.
func (r *chainRun) raidNow(at time.Duration) *raid {
	for i := len(r.raids) - 1; i >= 0; i-- {
		if r.raids[i].on(at) {
			return r.raids[i]
		}
	}
	return nil
}

// robbed says whether the block that a miner is about to find is a raider's instead.
func (m *miner) robbed() bool {
	a := m.run.raidNow(m.now())
	return a != nil && unit(m.run.drawn(m.now(), forRaid, uint64(m.number), m.ticks)) <= float64(a.Share)
}

// begin has the attacker begin, in this life of its node.
func (a *raid) begin() {
	a.attack = newAttack(a.by.miner, a.Attack)
	a.lives = append(a.lives, a.attack)
	a.tick(a.attack)
}

// tick waits for the attacker's next block.
func (a *raid) tick(of attack) {
	a.carried++
	m := a.by.miner
	mean := float64(m.run.Spec.Miners.Interval.Duration) / float64(a.Share)
	wait := exponential(mean, m.run.drawn(m.now(), forRaid, uint64(m.number), uint64(a.At.Duration), a.carried))
	if early := m.run.Spec.Run.Warmup.Duration - m.now(); early > 0 {
		wait += early
	}
	m.host.After(wait, func() {
		if m.run.quiet || !a.on(m.now()) {
			return
		}
		a.found++
		m.ticks++
		m.tally().found++
		of.find()
		a.tick(of)
	})
}

// returns is called when the attacker's node boots: what it had in secret is lost.
func (r *raider) returns() {
	if a := r.run.raidNow(r.now()); a != nil && r.now() > a.At.Duration {
		a.begin()
	}
}

// heard tells the raid under way of a block of somebody else.
func (r *raider) heard() {
	if a := r.run.raidNow(r.now()); a != nil && a.attack != nil {
		a.attack.heard()
	}
}

// raidValues are about each raid of the file.
func (r *chainRun) raidValues(v map[string]float64, list []*entry) {
	for i, a := range r.raids {
		name := fmt.Sprintf("raid_%d_", i)
		onChain := 0
		for _, e := range list {
			if e.miner == a.by.miner && !e.stale && a.on(e.found) {
				onChain++
			}
		}
		v[name+"found"], v[name+"on_chain"] = float64(a.found), float64(onChain)
		for _, life := range a.lives {
			own := map[string]float64{}
			life.values(own)
			v[name+"attacks"] += own["attacks"]
			v[name+"successes"] += own["successes"]
		}
	}
}
