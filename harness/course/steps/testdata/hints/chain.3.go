package chain

import (
	"errors"

	"strata/chain"
	"strata/mempool"
)

func (e executor) Build(s *chain.State, pool chain.Pool, coinbase mempool.PublicKey) chain.Block {
	var waiting, in []mempool.Transaction
	var dead []mempool.TxID
	for _, tx := range pool.Transactions() {
		if tx.Nonce < s.Account(tx.Sender).Nonce {
			dead = append(dead, tx.ID())
		} else {
			waiting = append(waiting, tx)
		}
	}
	work := s.Fork()
	for added := true; added; {
		added = false
		var still []mempool.Transaction
		for _, tx := range waiting {
			after := work.Fork()
			err := error(nil)
			if len(in) < e.params.MaxTransactions {
				err = e.Execute(after, tx)
			}
			paid := after.Account(coinbase).Balance
			switch {
			case len(in) == e.params.MaxTransactions: // there is no room
				still = append(still, tx)
			case errors.Is(err, chain.ErrBadSignature):
				dead = append(dead, tx.ID())
			case err != nil: // not valid on work: it goes on waiting
				still = append(still, tx)
			case tx.Sender != coinbase && paid+e.params.BlockReward < paid: // the coinbase could not take the reward
				still = append(still, tx)
			default:
				work.Absorb(after)
				in = append(in, tx)
				added = true
			}
		}
		waiting = still
	}
	pool.Evict(dead...)
	return chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: coinbase, Transactions: in}
}
