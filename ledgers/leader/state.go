package leader

import (
	"fmt"
	"maps"

	"strata/ledgers"
	"strata/network"
)

// State is what the committed blocks have made: values, and of each client what it had executed last
// (LDR-8).
type State struct {
	Height  uint64
	Hash    Hash
	values  map[string][]byte
	clients map[network.PublicKey]uint64
	done    map[ledgers.OpID]uint64 // height at which it was executed
}

// NewState is the state before the first block.
func NewState() *State {
	return &State{values: map[string][]byte{}, clients: map[network.PublicKey]uint64{}, done: map[ledgers.OpID]uint64{}}
}

// Next is the number that the client's next transaction has to have.
func (s *State) Next(client network.PublicKey) uint64 { return s.clients[client] + 1 }

// Value is the value of a key.
func (s *State) Value(key []byte) (value []byte, ok bool) {
	value, ok = s.values[string(key)]
	return value, ok
}

// Executed says at which height an operation was executed; 0 if it was not.
func (s *State) Executed(id ledgers.OpID) uint64 { return s.done[id] }

// Outcome is what has become of one transaction of a block.
type Outcome struct {
	ID    ledgers.OpID
	Again bool  // an earlier block has executed it: nothing has become of it here
	Err   error // it was not executed, and never will be: its number is not the client's next
}

// Execute executes a committed block, the next one. Of each transaction it says what became of it.
func (s *State) Execute(chain ledgers.ChainID, b *Block, hash Hash) []Outcome {
	outcomes := make([]Outcome, len(b.Txs))
	for i, tx := range b.Txs {
		id := tx.ID(chain)
		outcomes[i].ID = id
		if s.done[id] > 0 {
			outcomes[i].Again = true
			continue
		}
		if next := s.Next(tx.Client); tx.Number != next {
			outcomes[i].Err = fmt.Errorf("%w: number %d, the client's next is %d (LDR-8)", ledgers.ErrStale, tx.Number, next)
			continue
		}
		s.clients[tx.Client] = tx.Number
		s.values[string(tx.Key)] = tx.Value
		s.done[id] = b.Height
	}
	s.Height, s.Hash = b.Height, hash
	return outcomes
}

// Clone is a copy that changes by itself.
func (s *State) Clone() *State {
	return &State{s.Height, s.Hash, maps.Clone(s.values), maps.Clone(s.clients), maps.Clone(s.done)}
}
