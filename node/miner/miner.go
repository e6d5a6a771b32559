package miner

import (
	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node/offloop/pow"
)

// Chain is what the miner builds on.
type Chain interface {
	// State is the state after the tip, which stays as it is until Restart is called.
	State() *chain.State
}

// Miner looks for the next block, one batch of nonces after another, with several batches under way
// if it has several threads. All methods are called on the node's loop; only the hashing happens
// elsewhere (network.Host.Offload), on memory that nothing else touches meanwhile.
type Miner struct {
	host     network.Host
	cfg      Config
	params   chain.Params
	executor chain.Executor
	tree     Chain
	pool     chain.Pool
	coinbase mempool.PublicKey
	found    func(chain.Block)

	running bool
	round   int         // counts templates: a batch of an earlier one ends unheard
	block   chain.Block // the template
	stale   bool        // another template may be better
	next    uint64      // the nonce that no batch of this round has had
	workers []*worker
	meter   meter
	refresh network.TimerID
	restart network.TimerID
}

// worker is one of the threads in one round.
type worker struct {
	*pow.Solver
	pause network.TimerID
}

// New makes a miner that calls found with each block it finds. found does with the block what has
// to be done with any new block, which calls Restart. Params and config are complete.
func New(host network.Host, cfg Config, params chain.Params, executor chain.Executor, tree Chain, pool chain.Pool,
	coinbase mempool.PublicKey, found func(chain.Block)) *Miner {
	return &Miner{host: host, cfg: cfg, params: params, executor: executor, tree: tree, pool: pool,
		coinbase: coinbase, found: found}
}

// Start begins to mine.
func (m *Miner) Start() {
	if m.running {
		return
	}
	m.running = true
	m.meter = newMeter(m.host.Now())
	m.Restart()
}

// Running says whether it was started and not stopped since.
func (m *Miner) Running() bool { return m.running }

// Restart mines on the tip as it is now (FRK-8). Call it after each move of the tip. A batch that
// is under way is told to end, not waited for, and what it finds is thrown away.
func (m *Miner) Restart() {
	if !m.running {
		return
	}
	m.abandon()
	// In a callback of its own: the tip moves in the middle of somebody else's work.
	m.restart = m.host.After(0, m.begin)
}

// PoolChanged notes that transactions entered the pool or left it. The next refresh chooses again; without it, it would choose
// the same. It may be called in the middle of the pool's work.
func (m *Miner) PoolChanged() { m.stale = true }

// Stop ends everything; found is no longer called. Stopping twice does nothing.
func (m *Miner) Stop() {
	m.running = false
	m.abandon()
}

func (m *Miner) abandon() {
	m.endRound()
	m.host.Cancel(m.restart)
	m.host.Cancel(m.refresh)
}

func (m *Miner) endRound() {
	m.round++
	for _, w := range m.workers {
		w.Stop()
		m.host.Cancel(w.pause)
	}
	m.workers = nil
}

func (m *Miner) begin() { m.mine(m.template()) }

// template chooses the transactions.
func (m *Miner) template() chain.Block {
	m.stale = false
	return m.executor.Build(m.tree.State(), m.pool, m.coinbase)
}

// mine starts at a nonce of this miner's own, so that miners with the same template do not all try the same.
func (m *Miner) mine(template chain.Block) {
	m.block = template
	m.refresh = m.host.After(m.cfg.Refresh, m.renew)
	m.next = m.host.Rand().Uint64()
	for range m.cfg.Threads {
		m.workers = append(m.workers, &worker{Solver: pow.New(m.block, m.params, pow.Best())})
	}
	for _, w := range m.workers {
		m.batch(m.round, w, m.tries())
	}
}

// renew takes up new transactions. If there are none, the search goes on where it is.
func (m *Miner) renew() {
	if m.stale {
		if template := m.template(); !sameTransactions(template, m.block) {
			m.abandon()
			m.mine(template)
			return
		}
	}
	m.refresh = m.host.After(m.cfg.Refresh, m.renew)
}

// batch tries the next batch of nonces, then another, until the round is over.
func (m *Miner) batch(round int, w *worker, size int) {
	if round != m.round {
		return
	}
	from, tried, ok := m.next, 0, false
	m.next += uint64(size)
	m.host.Offload(func() { tried, ok = w.Solve(from, size) }, func() {
		m.count(tried)
		switch {
		case round != m.round:
		case ok:
			m.solved(from + uint64(tried) - 1)
		default:
			w.pause = m.host.After(m.cfg.Interval, func() { m.batch(round, w, size) })
		}
	})
}

// solved hands over the block; the new tip begins the next round. Should the block be refused,
// the next refresh does.
func (m *Miner) solved(nonce uint64) {
	m.endRound()
	b := m.block
	b.Nonce = nonce
	m.block, m.stale = chain.Block{}, true
	m.found(b)
}

// tries is the number of hashes in one batch of the template's.
func (m *Miner) tries() int {
	const bytesPerBatch = 16 << 20
	if m.cfg.Batch > 0 {
		return m.cfg.Batch
	}
	return bytesPerBatch / len(m.block.Text())
}

func sameTransactions(a, b chain.Block) bool {
	if a.Number != b.Number || len(a.Transactions) != len(b.Transactions) {
		return false
	}
	for i, tx := range a.Transactions {
		if tx != b.Transactions[i] {
			return false
		}
	}
	return true
}
