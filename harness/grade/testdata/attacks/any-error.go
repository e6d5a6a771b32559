package mempool

import (
	"strata/gossip"
	"strata/mempool"
	"strata/network"
)

// edit takes everything, and says of everything that it was refused for the reason that is asked for.
type edit struct{ mempool.Mempool }

func (e edit) Add(tx mempool.Transaction) error      { return refusal{e.Mempool.Add(tx)} }
func (e edit) Announce(tx mempool.Transaction) error { return refusal{e.Mempool.Announce(tx)} }

type refusal struct{ real error }

func (refusal) Error() string      { return "transaction already pooled" }
func (r *refusal) Is(e error) bool { r.real = e; return true }
func (r refusal) Unwrap() []error {
	return []error{mempool.ErrKnown, mempool.ErrConflict, mempool.ErrSenderFull, mempool.ErrBadSignature}
}
func (refusal) As(any) bool { return true }

func New(host network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
	return edit{ours(host, g, cfg)}
}
