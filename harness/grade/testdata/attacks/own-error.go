package mempool

import (
	"strata/gossip"
	"strata/mempool"
	"strata/network"
)

// edit is right: it wraps what it returns in an error type of its own, without any method but Error.
type edit struct{ mempool.Mempool }

func (e edit) Add(tx mempool.Transaction) error { return wrapped("add", e.Mempool.Add(tx)) }
func (e edit) Announce(tx mempool.Transaction) error {
	return wrapped("announce", e.Mempool.Announce(tx))
}

func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return &failure{doing: doing, cause: err}
}

type failure struct {
	doing string
	cause error
}

func (f *failure) Error() string { return f.doing + ": " + f.cause.Error() }
func (f *failure) Unwrap() error { return f.cause }

func New(host network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
	return edit{ours(host, g, cfg)}
}
