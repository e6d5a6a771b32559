package wallet

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Chain says which chain a node is on. All networks have one genesis block, and many have the same
// parameters; what tells them apart is the first block that was mined.
type Chain struct {
	Genesis         string // hash
	Difficulty      int
	BlockReward     uint64
	MaxTransactions int
	First           string // hash of block 1; "" if there is none yet
}

// ChainID stands for a chain in a journal: a hash in hex; "" for an unknown one.
type ChainID string

// ID is the chain's, and unknown as long as it has no block but genesis.
func (c Chain) ID() ChainID {
	if c.First == "" {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "strata chain:%s,%d,%d,%d,%s", c.Genesis, c.Difficulty, c.BlockReward, c.MaxTransactions, c.First))
	return ChainID(hex.EncodeToString(sum[:]))
}
