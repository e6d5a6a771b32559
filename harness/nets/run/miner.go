package run

import (
	"encoding/binary"

	"strata/chain"
	"strata/mempool"
)

// miner is a share of the hash power, on one node. Its clock is a Poisson process, which has no memory: whatever happens
// to the tip, the next block is as far away as it ever was.
type miner struct {
	*member
	number   int
	share    float64
	mean     float64 // nanoseconds between its blocks
	coinbase mempool.PublicKey
	ticks    uint64 // draws so far, over all lives of the node
	wallet   *wallet
}

// newMiner gives a member its share.
func (r *chainRun) newMiner(m *member, share float64) *miner {
	m.miner = &miner{member: m, number: len(r.miners), share: share, mean: float64(r.Spec.Miners.Interval.Duration) / share}
	m.miner.wallet = newWallet(r.Seed, m.miner.number)
	m.miner.coinbase = m.miner.wallet.public
	return m.miner
}

// start sets the clock, and that of the miner's payments.
func (m *miner) start() {
	if m.share > 0 {
		m.tick()
	}
	m.payLater()
}

// tick waits for the next block. Nothing is found before the network stands.
func (m *miner) tick() {
	m.ticks++
	wait := exponential(m.mean, m.run.drawn(m.now(), forMiner, uint64(m.number), m.ticks))
	if early := m.run.Spec.Run.Warmup.Duration - m.now(); early > 0 {
		wait += early
	}
	m.host.After(wait, func() {
		if m.run.quiet {
			return
		}
		if !m.robbed() {
			m.find()
		}
		m.tick()
	})
}

// find makes a block, as the miner's kind does.
func (m *miner) find() {
	m.tally().found++
	if a := m.run.attack; a != nil && a.attacker() == m {
		a.find()
		return
	}
	m.publish(m.solve(m.executor.Build(m.node.State(), m.pool, m.coinbase)))
}

// solve finds the nonce of a block at the lowest difficulty: 16 hashes on average. It begins where no other block of this
// miner does, for two blocks that are alike would be one.
func (m *miner) solve(b chain.Block) chain.Sealed {
	b.Nonce = keyed(m.run.Seed, forNonce, uint64(m.number), m.ticks)
	for {
		if s := chain.Seal(b); m.run.params.MeetsDifficulty(s.Hash()) {
			m.enter(s)
			return s
		}
		b.Nonce++
	}
}

// enter notes a block that was found.
func (m *miner) enter(s chain.Sealed) {
	if m.tell != nil {
		m.tell(Told{At: m.now(), Kind: Found, Block: s.Hash(), Text: s.Text()})
		return
	}
	m.run.book.enter(s, m, m.now())
}

// publish hands a block to the node, which passes it on.
func (m *miner) publish(b chain.Sealed) {
	if err := m.node.AddBlock(b.Block); err != nil {
		m.tally().refused++
	}
}

// numbered is a secret of 32 bytes for the one of that number.
func numbered(seed uint64, number int) (key [32]byte) {
	for i := range 4 {
		binary.BigEndian.PutUint64(key[8*i:], keyed(seed, forTraffic, uint64(number), uint64(i)))
	}
	return key
}
