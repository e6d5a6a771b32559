package run

import (
	"time"

	"strata/chain"
	"strata/harness/nets/places"
	"strata/harness/nets/spec"
	"strata/harness/sim"
)

// attack is what a miner does who does not play by the rules. Its methods run on the attacker's node.
type attack interface {
	attacker() *miner
	find()  // its clock says that it finds a block now
	heard() // a block of somebody else has come to its node
	values(v map[string]float64)
}

// newAttack makes the attack of the experiment, or of a raid.
func newAttack(by *miner, cfg spec.Attack) attack {
	own := private{miner: by, cfg: cfg}
	switch cfg.Kind {
	case "selfish":
		return &selfish{private: own}
	case "double-spend":
		return &doubleSpend{private: own}
	case "catch-up":
		return &catchUp{private: own}
	}
	return &reluctant{private: own}
}

// honest says whether a miner plays by the rules.
func (m *miner) honest() bool {
	if raider := m.run.raider; raider != nil && raider.miner == m {
		return false
	}
	return m.run.attack == nil || m.run.attack.attacker() != m
}

// private is a branch of the chain that nobody else knows of yet. Its blocks are empty, which is always valid, so that the
// attacker needs no state for them.
type private struct {
	*miner
	cfg    spec.Attack
	number uint64 // of the branch's tip, and of the block that it begins on as long as it is empty
	tip    chain.BlockHash
	secret []chain.Sealed // not published yet, in ascending order
}

func (p *private) attacker() *miner { return p.miner }

// public is the number of the block that the attacker's node takes for the tip.
func (p *private) public() uint64 { return p.node.State().Number() }

// restart begins a new branch on the public tip.
func (p *private) restart() {
	p.secret, p.number, p.tip = nil, p.node.State().Number(), p.node.State().Hash()
}

// extend adds a block to the branch.
func (p *private) extend() chain.Sealed {
	b := p.solve(chain.Block{Number: p.number + 1, Parent: p.tip, Coinbase: p.coinbase})
	p.secret = append(p.secret, b)
	p.number, p.tip = b.Number, b.Hash()
	return b
}

// release publishes the secret blocks up to a number.
func (p *private) release(upTo uint64) {
	for len(p.secret) > 0 && p.secret[0].Number <= upTo {
		b := p.secret[0]
		p.secret = p.secret[1:]
		if e := p.run.book.find(b.Hash()); e != nil {
			p.run.book.show(e)
		}
		p.publish(b)
	}
}

// selfish keeps its blocks back to waste those of others. Source: I. Eyal and E. G. Sirer, Majority is not enough (2014),
// algorithm 1.
type selfish struct {
	private
	branch bool // there is one: secret, or published and in a race
	race   bool // two branches of the same length are public, and its own is one
}

func (s *selfish) find() {
	if !s.branch {
		s.restart()
	}
	s.branch = true
	s.extend()
	if s.race { // its own branch is longer now
		s.release(s.number)
		s.race, s.branch = false, false
	}
}

func (s *selfish) heard() {
	public := s.public()
	switch {
	case !s.branch:
	case public > s.number: // the others have won
		s.race, s.branch = false, false
	case public == s.number && !s.race: // they have caught up: who is heard first?
		s.release(s.number)
		s.race = true
	case public+1 == s.number: // one ahead is enough
		s.release(s.number)
		s.race, s.branch = false, false
	case public < s.number && !s.race:
		s.release(public)
	}
}

func (s *selfish) values(v map[string]float64) {
	v["attacker_share"] = float64(s.cfg.Share)
}

// doubleSpend pays, waits until the merchant has seen enough confirmations, and publishes a longer branch without the
// payment. It begins when it is one block ahead.
type doubleSpend struct {
	private
	attacking        bool
	began            uint64 // the public tip when the payment was made
	tries, successes uint64
}

func (d *doubleSpend) find() {
	if !d.attacking {
		d.restart()
		d.attacking, d.began = true, d.public()
	}
	d.extend()
	d.look()
}

func (d *doubleSpend) heard() { d.look() }

// look sees whether the attack has come to an end.
func (d *doubleSpend) look() {
	public := d.public()
	switch {
	case !d.attacking:
	case public >= d.began+uint64(d.cfg.Confirmations) && d.number > public:
		d.release(d.number)
		d.successes++
		d.tries++
		d.attacking = false
	case public > d.number+uint64(d.cfg.GiveUp):
		d.tries++
		d.attacking = false
	}
}

func (d *doubleSpend) values(v map[string]float64) {
	v["attacks"], v["successes"] = float64(d.tries), float64(d.successes)
	if d.tries > 0 {
		v["success_share"] = float64(d.successes) / float64(d.tries)
	}
}

// catchUp mines a branch from some blocks back, again and again. It counts how often the branch gets as long as the
// chain, and publishes it as soon as it is longer: then what was on the chain is undone.
type catchUp struct {
	private
	racing           bool
	began            time.Duration
	even             time.Duration // how long it took until the branch was as long as the chain; 0: it has not been
	tries, successes uint64        // races that are over
	rewritten        uint64        // of them those whose branch was published
	took             time.Duration // even of the successes, added up
}

func (c *catchUp) find() {
	if c.racing {
		c.extend()
		c.look()
	}
}

func (c *catchUp) heard() { c.look() }

// look sees how far the race is.
func (c *catchUp) look() {
	public := c.public()
	behind := uint64(c.cfg.Behind)
	if !c.racing {
		if public >= behind+1 {
			c.back(public - behind)
		}
		return
	}
	if c.number >= public && c.even == 0 {
		c.even = c.now() - c.began
	}
	switch {
	case c.number > public:
		c.release(c.number)
		c.rewritten++
		c.end()
	case public > c.number+behind+uint64(c.cfg.GiveUp):
		c.end()
	}
}

// back begins a branch on the block of that number.
func (c *catchUp) back(number uint64) {
	b, ok := c.node.BlockAt(number)
	if !ok {
		return
	}
	c.secret, c.number, c.tip, c.racing, c.even, c.began = nil, number, b.Hash(), true, 0, c.now()
}

// end is the end of a race, won or lost. The next begins with the next block of somebody else.
func (c *catchUp) end() {
	c.tries++
	c.racing = false
	if c.even > 0 {
		c.successes++
		c.took += c.even
	}
}

func (c *catchUp) values(v map[string]float64) {
	v["attacks"], v["successes"], v["rewritten"] = float64(c.tries), float64(c.successes), float64(c.rewritten)
	if c.tries > 0 {
		v["success_share"] = float64(c.successes) / float64(c.tries)
	}
	if c.successes > 0 {
		v["catch_up_s"] = c.took.Seconds() / float64(c.successes)
	}
}

// reluctant is a miner that withholds its blocks for a while, or leaves all transactions out of them.
type reluctant struct{ private }

func (r *reluctant) find() {
	if r.cfg.Kind == "censor" {
		r.restart()
		r.extend()
		r.release(r.number)
		return
	}
	b := r.solve(r.executor.Build(r.node.State(), r.pool, r.coinbase))
	r.host.After(r.cfg.Hold.Duration, func() {
		if e := r.run.book.find(b.Hash()); e != nil {
			r.run.book.show(e)
		}
		r.publish(b)
	})
}

func (*reluctant) heard() {}

func (r *reluctant) values(v map[string]float64) { v["attacker_share"] = float64(r.cfg.Share) }

// close is a Place in which an attacker has fast links to some of the miners.
type close struct {
	*places.Places
	attacker int
	reached  map[int]bool
}

// Latency is sim.Place's.
func (c close) Latency(a, b int, key uint64) time.Duration {
	if a == c.attacker && c.reached[b] || b == c.attacker && c.reached[a] {
		return 0 // raised to the floor
	}
	return c.Places.Latency(a, b, key)
}

// nearby links a selfish miner with those whom it reaches before all others.
func (r *chainRun) nearby(cfg *sim.Config) {
	reach := float64(r.Spec.Attack.Reach)
	if r.attack == nil || reach == 0 {
		return
	}
	by := r.attack.attacker().index
	c := close{r.places, by, map[int]bool{}}
	honest := len(r.miners) - 1
	chosen := places.Divide(honest, []float64{reach, 1 - reach}, r.Seed, forAttack)
	linked := map[int32]bool{}
	around := r.graph.Neighbours()
	for _, to := range around.Of(int32(by)) {
		linked[to] = true
	}
	for i, side := range chosen {
		to := r.miners[i].index
		if side != 0 {
			continue
		}
		c.reached[to] = true
		if !linked[int32(to)] {
			r.dials[by] = append(r.dials[by], int32(to))
			r.degree[by]++
			r.degree[to]++
		}
	}
	cfg.Place = c
}
