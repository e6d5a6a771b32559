package chain

import (
	"fmt"

	"strata/mempool"
)

// Params are the constants that all nodes of one chain share. Zero values mean the defaults.
type Params struct {
	Difficulty      int    // leading zero hex digits of a block's hash; 0 means 7
	BlockReward     uint64 // what the coinbase gets; 0 means 10,000
	MaxTransactions int    // transactions in a block; 0 means 10
}

// MaxDifficulty is the number of hex digits of a hash.
const MaxDifficulty = 2 * len(BlockHash{})

// Complete returns the params with their defaults filled in, or one error that lists every fault.
func (p Params) Complete() (Params, error) {
	if p.Difficulty == 0 {
		p.Difficulty = 7
	}
	if p.BlockReward == 0 {
		p.BlockReward = 10_000
	}
	if p.MaxTransactions == 0 {
		p.MaxTransactions = 10
	}
	if p.Difficulty < 0 || p.Difficulty > MaxDifficulty || p.MaxTransactions < 0 {
		return p, fmt.Errorf("chain: Difficulty %d, MaxTransactions %d: want 1 to %d and 1 or more",
			p.Difficulty, p.MaxTransactions, MaxDifficulty)
	}
	return p, nil
}

// Config of the layer. Zero values mean the defaults.
type Config struct {
	Params   Params
	Verifier mempool.Verifier // checks the signatures (CHN-13); nil means mempool.ZIP215{}, which remembers nothing
}

// Complete returns the config with its defaults filled in, or the error of Params.Complete.
func (c Config) Complete() (Config, error) {
	if c.Verifier == nil {
		c.Verifier = mempool.ZIP215{}
	}
	var err error
	c.Params, err = c.Params.Complete()
	return c, err
}

// Account is what the state knows of one key. An account that was never touched is the zero
// value (CHN-5).
type Account struct {
	Balance uint64
	Nonce   uint64 // transactions sent so far: what the next one's Nonce has to be
}

// Accounts is the read side of a state.
type Accounts interface {
	Account(key mempool.PublicKey) Account
}
