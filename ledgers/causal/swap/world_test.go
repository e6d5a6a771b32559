package swap_test

import (
	"container/heap"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/disk"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
)

// event is something that happens.
type event struct {
	at  time.Duration
	seq int
	do  func()
}

// events is a heap of them.
type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// world is two ledgers and two parties, in virtual time.
type world struct {
	t      *testing.T
	rng    *rand.Rand
	now    time.Duration
	queue  events
	seq    int
	terms  swap.Terms
	secret [32]byte
	chains [2]*chain
	people [2]*person
}

const margin = 2 * time.Minute

// The two people. The first is the initiator, and both are on both ledgers under one key.
var keys = [2]network.PublicKey{{1}, {2}}

// newWorld makes ledgers on which each has 100 where it pays.
func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 1)), secret: [32]byte{9, byte(seed)}}
	leg := func(from, to int, amount, until uint64) swap.Leg {
		return swap.Leg{From: keys[from], To: keys[to], Amount: amount, Until: until, Fast: 5 * time.Second, Slow: 8 * time.Second}
	}
	w.terms = swap.Terms{Hash: sha256.Sum256(w.secret[:]), A: leg(0, 1, 30, 140), B: leg(1, 0, 70, 60), Margin: margin}
	for i, name := range []string{"gold", "silver"} {
		w.chains[i] = &chain{w: w, genesis: causal.Genesis{Document: name, Accounts: []causal.Account{{Key: keys[i], Balance: 100}}}, blocks: []int{0}}
		w.chains[i].fast = w.between(5*time.Second, 8*time.Second)
		w.chains[i].slow = w.between(w.chains[i].fast, 8*time.Second)
		w.after(w.between(time.Second, 8*time.Second), w.chains[i].block)
	}
	return w
}

// after has something happen later.
func (w *world) after(d time.Duration, do func()) {
	w.seq++
	heap.Push(&w.queue, event{w.now + d, w.seq, do})
}

// between draws a time.
func (w *world) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.rng.Int64N(int64(most-least)+1))
}

// run goes on until both locks have long ended.
func (w *world) run() {
	for w.chains[0].height() < w.terms.A.Until+12 || w.chains[1].height() < w.terms.B.Until+12 {
		e := heap.Pop(&w.queue).(event)
		w.now = e.at
		e.do()
	}
}

// chain is a ledger of elective 10 with one leader, who is slow at times: a line of updates, and how many of them each
// block has.
type chain struct {
	w       *world
	genesis causal.Genesis
	updates []causal.Delivered
	blocks  []int
	before  int // updates that were there at the last block
	fast    time.Duration
	slow    time.Duration // blocks come after fast to slow, within the times of the terms
}

func (c *chain) height() uint64 { return uint64(len(c.blocks) - 1) }

// accept takes an author's n-th update, unless it is there.
func (c *chain) accept(author network.PublicKey, n int64, body []byte) {
	id := causal.ID(sha256.Sum256(append(binary.BigEndian.AppendUint64(author[:], uint64(n)), body...)))
	if c.has(id) {
		return
	}
	ops, err := causal.DecodeOps(body)
	require.NoError(c.w.t, err)
	c.updates = append(c.updates, causal.Delivered{ID: id, Depth: uint64(len(c.updates) + 1), Author: author, Ops: ops})
}

func (c *chain) has(id causal.ID) bool {
	for _, u := range c.updates {
		if u.ID == id {
			return true
		}
	}
	return false
}

// block makes the next block: of what came since the last one it may leave something for the next.
func (c *chain) block() {
	n := c.before + c.w.rng.IntN(len(c.updates)-c.before+1)
	if c.w.rng.IntN(3) > 0 {
		n = len(c.updates)
	}
	c.before = len(c.updates)
	c.blocks = append(c.blocks, n)
	for _, p := range c.w.people {
		p.blocked(c)
	}
	c.w.after(c.w.between(c.fast, c.slow), c.block)
}

// heads name a block by how many updates it has.
func heads(n int) []causal.ID {
	var id causal.ID
	binary.BigEndian.PutUint64(id[:], uint64(n))
	return []causal.ID{id}
}

// replica is the one of a person on a ledger. What it writes is on the person's disk before anybody hears of it.
type replica struct {
	chain *chain
	owner *person
	life  int
	side  *standIn
	shelf ledgers.Shelf
}

// cut is what a block has.
func (r *replica) cut(now, before []causal.ID) []causal.Delivered {
	from := 0
	if before[0] != r.chain.genesis.Root() {
		from = int(binary.BigEndian.Uint64(before[0][:]))
	}
	return r.chain.updates[from:int(binary.BigEndian.Uint64(now[0][:]))]
}

// Write is swap.Writer's.
func (r *replica) Write(ops []causal.Op, done func(causal.ID, error)) {
	body := causal.EncodeOps(ops)
	at, err := r.shelf.Add(body)
	require.NoError(r.chain.w.t, err)
	r.shelf.Sync(func(err error) {
		require.NoError(r.chain.w.t, err)
		r.told(at, body)
		done(causal.ID{1}, nil)
	})
}

// told has the ledger hear of a record again and again, as heads do.
func (r *replica) told(at int64, body []byte) {
	r.side.Delivered(&causal.Update{Author: r.owner.key, Body: body})
	w := r.chain.w
	tell := func() {
		if r.owner.life == r.life {
			r.chain.accept(r.owner.key, at, body)
		}
	}
	for _, d := range []time.Duration{0, time.Second, 2 * time.Second} { // of which some may be lost
		if d > 0 || w.rng.IntN(2) == 0 {
			w.after(d+w.between(time.Millisecond, time.Second), tell)
		}
	}
}

// person is one of the two, with a disk on which everything is that outlives a crash.
type person struct {
	w      *world
	number int
	key    network.PublicKey
	disk   *disk.Disk
	life   int
	up     bool
	agreed bool // the plan was safe once
	sides  [2]*standIn
	party  *swap.Party

	act    func()         // in place of an honest party; nil: it is honest
	looks  int            // of a hundred blocks
	ops    int            // of the disk, so far
	dies   func(int) bool // whether it crashes behind that operation
	budget time.Duration  // for which it is still to be away
	once   time.Duration  // how long each time; 0: some part of the budget
}

// join adds an honest person, who is never away.
func (w *world) join(number int) *person {
	p := &person{w: w, number: number, key: keys[number], disk: disk.New(), looks: 100, dies: func(int) bool { return false }}
	w.people[number] = p
	w.after(w.between(0, 5*time.Second), p.boot)
	return p
}

// boot reads the disk and goes on. On a fresh disk it makes the files first.
func (p *person) boot() {
	p.life++
	p.up, p.party = true, nil
	life, device := p.life, p.device()
	for i, c := range p.w.chains {
		r := &replica{chain: c, owner: p, life: p.life}
		p.sides[i] = newStandIn(c.genesis, p.key, r, r.cut)
		r.side = p.sides[i]
		require.NoError(p.w.t, r.shelf.Open(device, c.genesis.Document, func(at int64, body []byte) error {
			r.told(at, body)
			return nil
		}))
		require.NoError(p.w.t, r.shelf.Cut())
		require.NoError(p.w.t, device.Append(c.genesis.Document, nil))
		for _, n := range c.blocks[1:] {
			p.sides[i].Block(heads(n))
		}
	}
	device.SyncNames(func(err error) {
		require.NoError(p.w.t, err)
		if p.life == life {
			p.resume(device)
		}
	})
}

// resume goes on with the swap on the disk. If there is none, nothing was ever sent: it begins.
func (p *person) resume(device network.Disk) {
	party, err := swap.Resume(device, "swap", p.sides[0], p.sides[1])
	if !errors.Is(err, swap.ErrNoSwap) {
		require.NoError(p.w.t, err)
		p.began(party)
		return
	}
	require.False(p.w.t, p.agreed, "a plan that was safe is there after a crash")
	plan := swap.Plan{Role: swap.Initiator + swap.Role(p.number), Terms: p.w.terms}
	if p.number == 0 {
		plan.Secret = p.w.secret
	}
	swap.Agree(device, "swap", plan, p.sides[0], p.sides[1], func(party *swap.Party, err error) {
		require.NoError(p.w.t, err)
		p.agreed = true
		p.began(party)
	})
}

// began looks for the first time in this life.
func (p *person) began(party *swap.Party) {
	p.party = party
	if p.looks == 100 {
		party.Look()
	}
}

// blocked hears of the newest block of a ledger.
func (p *person) blocked(c *chain) {
	if !p.up {
		return
	}
	for i, other := range p.w.chains {
		if other == c {
			p.sides[i].Block(heads(c.blocks[len(c.blocks)-1]))
		}
	}
	switch {
	case p.act != nil:
		p.act()
	case p.party != nil && p.w.rng.IntN(100) < p.looks:
		p.party.Look()
	}
}

// crash ends this life, and leaves of the disk what a crash may.
func (p *person) crash() {
	away := p.once
	if away == 0 {
		away = p.w.between(0, p.budget)
	}
	p.budget -= away
	p.life++
	p.up = false
	p.disk.Crash(p.w.rng.Uint64N)
	p.w.after(away, p.boot)
}

// device is the disk in this life, which may end behind each operation.
func (p *person) device() network.Disk {
	life := p.life
	return mortal{p, disk.Device{
		On: func() *disk.Disk {
			if p.life != life {
				return disk.New()
			}
			return p.disk
		},
		End: func(_ string, s *disk.Sync, done func(error)) {
			p.w.after(p.w.between(time.Millisecond, 30*time.Millisecond), func() {
				if p.life != life {
					return
				}
				err := s.End(false)
				if p.strike(); p.life == life {
					done(err)
				}
			})
		},
	}}
}

// strike counts an operation of the disk, behind which the person may crash.
func (p *person) strike() {
	p.ops++
	if p.up && p.budget > 0 && p.dies(p.ops) {
		p.crash()
	}
}

// mortal is a disk behind each operation of which a crash may come.
type mortal struct {
	p *person
	disk.Device
}

func (m mortal) Append(name string, data []byte) error {
	defer m.strike()
	return m.Device.Append(name, data)
}

func (m mortal) Truncate(name string, size int64) error {
	defer m.strike()
	return m.Device.Truncate(name, size)
}

func (m mortal) Sync(name string, done func(error)) {
	m.Device.Sync(name, done)
	m.strike()
}

func (m mortal) SyncNames(done func(error)) {
	m.Device.SyncNames(done)
	m.strike()
}

// strike is the person's, as long as this disk is the one of its life.
func (m mortal) strike() {
	if m.Device.On() == m.p.disk {
		m.p.strike()
	}
}
