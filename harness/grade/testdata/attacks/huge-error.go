package mempool

import (
	"strings"

	"strata/gossip"
	"strata/mempool"
	"strata/network"
)

// edit returns an error of 16 MiB.
type edit struct{ mempool.Mempool }

func (edit) Add(mempool.Transaction) error { return huge{} }

type huge struct{}

func (huge) Error() string { return strings.Repeat("x", 1<<24) }

func New(host network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
	return edit{ours(host, g, cfg)}
}
