package chain

import "strata/chain"

// edit is right, and takes its time: almost as much as one run may take.
type edit struct{ chain.Executor }

func (e edit) Apply(s *chain.State, b chain.Sealed) error {
	x := uint64(1)
	for range 100_000_000 {
		x = x*6364136223846793005 + 1442695040888963407
	}
	if x == 0 {
		return chain.ErrNumber
	}
	return e.Executor.Apply(s, b)
}

func New(cfg chain.Config) chain.Executor { return edit{ours(cfg)} }
