package run

import (
	"crypto/ed25519"
	"errors"

	"strata/mempool"
)

// wallet pays for a miner, out of its rewards.
type wallet struct {
	key    ed25519.PrivateKey
	public mempool.PublicKey
	ticks  uint64
}

func newWallet(seed uint64, number int) *wallet {
	secret := numbered(seed, number)
	w := &wallet{key: ed25519.NewKeyFromSeed(secret[:])}
	w.public = mempool.PublicKey(w.key.Public().(ed25519.PublicKey))
	return w
}

// payLater waits for the miner's next payment: all miners together make as many as the experiment says.
func (m *miner) payLater() {
	rate := m.run.Spec.Traffic.Transactions
	if rate <= 0 {
		return
	}
	m.wallet.ticks++
	mean := float64(m.run.Spec.Miners.Interval.Duration) * float64(len(m.run.miners)) / rate
	wait := exponential(mean, m.run.drawn(m.now(), forTraffic, uint64(m.number), m.wallet.ticks))
	m.host.After(wait, func() {
		if m.run.quiet {
			return
		}
		m.pay()
		m.payLater()
	})
}

// pay sends one coin to another miner, if there is one to send.
func (m *miner) pay() {
	account := m.node.Account(m.coinbase)
	nonce, waiting := account.Nonce, uint64(0)
	for _, tx := range m.pool.Transactions() {
		if tx.Sender == m.coinbase && tx.Nonce >= nonce {
			nonce, waiting = tx.Nonce+1, waiting+1
		}
	}
	if account.Balance <= waiting {
		m.tally().unpaid++
		return
	}
	to := m.run.miners[below(keyed(m.run.Seed, forTraffic, uint64(m.number), m.wallet.ticks, 1), len(m.run.miners))]
	tx := mempool.Sign(m.wallet.key, to.coinbase, nonce, 1)
	m.run.book.enterTx(tx.Text(), m.now())
	if err := m.node.Submit(tx); err != nil && !errors.Is(err, mempool.ErrKnown) {
		m.tally().unpaid++
		return
	}
	m.tally().paid++
}

// pooled notes how long ago a transaction was made that has come to the node.
func (m *member) pooled(text []byte) {
	if at, ok := m.run.book.findTx(text); ok {
		m.tally().spread.Add(micros(m.now()-at), 1)
	}
}
