package node

import (
	"errors"
	"fmt"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/search"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/node/blocksync"
	"strata/node/blocktree"
	"strata/node/fetch"
	"strata/node/guard"
	"strata/node/miner"
	"strata/node/peerstatus"
	"strata/node/store"
	"strata/p2p"
)

// Config of a node. Zero values mean the defaults of each part.
type Config struct {
	Network   network.Config
	Messaging messaging.Config
	P2P       p2p.Config // P2P.Self is required, and is where the network listens if it does not say; with a Guard two peers mean three
	Gossip    gossip.Config
	Search    search.Config
	Mempool   mempool.Config // its Verifier serves the chain as well; nil means the stack's, or a new one that remembers

	Guard *guard.Config // limits on strangers, and peers and bans that outlive a restart; nil means none

	Params chain.Params
	Store  store.Store // kept by the caller, who closes it after Stop; nil means memory
	Tree   blocktree.Config

	// StoreRoom waits until the store takes more blocks, away from the loop and before blocks of others are added;
	// nil means that it always does.
	StoreRoom func()

	// VerifyStatus checks what peers sign when they say who they are; nil means peerstatus.Ed25519. On the loop.
	VerifyStatus peerstatus.Verify

	Fetch    fetch.Config
	Sync     blocksync.Config
	Mine     bool
	Coinbase mempool.PublicKey // who gets the rewards; required if Mine
	Miner    miner.Config
}

// Complete returns the config with its defaults filled in, or one error that lists the faults of
// all parts.
func (c Config) Complete() (Config, error) {
	var faults []error
	if c.Network.Listen == "" {
		c.Network.Listen = c.P2P.Self
	}
	if c.Store == nil {
		c.Store = store.NewMemory()
	}
	if c.Mine && c.Coinbase == (mempool.PublicKey{}) {
		faults = append(faults, errors.New("node: Coinbase is required to mine"))
	}
	complete(&c.Network, &faults)
	complete(&c.Messaging, &faults)
	if c.Guard != nil && c.P2P.BackoffMax == 0 {
		c.P2P.BackoffMax = max(longestWait, c.P2P.BackoffMin)
	}
	complete(&c.P2P, &faults)
	complete(&c.Gossip, &faults)
	complete(&c.Search, &faults)
	complete(&c.Mempool, &faults)
	complete(&c.Params, &faults)
	complete(&c.Tree, &faults)
	complete(&c.Fetch, &faults)
	complete(&c.Sync, &faults)
	complete(&c.Miner, &faults)
	c.completeGuard(&faults)
	if len(faults) == 0 && c.Params.MaxText() > c.Network.MaxFrame-room {
		faults = append(faults, fmt.Errorf("node: a block has up to %d bytes, too much for a frame of %d", c.Params.MaxText(), c.Network.MaxFrame))
	}
	if len(faults) == 0 && c.Sync.MaxBytes > c.Network.MaxFrame-room {
		c.Sync.MaxBytes = c.Network.MaxFrame - room
	}
	return c, errors.Join(faults...)
}

// spare is how many connections there may be from outside beyond those of peers: who says hello there is
// told whom else to ask (P2P-4).
const spare = 32

// leastPeers is the least number of places with which guarded nodes find each other. With two, the only
// network that has no closed part is one long chain, whose ends are hard to find.
const leastPeers = 3

// longestWait is how long a guarded node leaves an address alone that failed, instead of p2p's 5 minutes
// (P2P-13): who is alone after a long partition is not to wait for so long.
const longestWait = 30 * time.Second

// completeGuard fits the guard to the layers above it.
func (c *Config) completeGuard(faults *[]error) {
	if c.Guard == nil {
		return
	}
	if c.P2P.MaxPeers == 2 {
		c.P2P.MaxPeers = leastPeers
	}
	limits := *c.Guard // the caller's stays as it is
	limits.Self, limits.MaxFrame = c.P2P.Self, c.Network.MaxFrame
	if limits.MaxIncoming == 0 {
		limits.MaxIncoming = 2*c.P2P.MaxPeers + spare // the former is p2p's own bound (P2P-7)
	}
	if limits.MaxPeers == 0 {
		limits.MaxPeers = c.P2P.MaxPeers
	}
	if limits.MaxPerGroup == 0 {
		limits.MaxPerGroup = min(8, max(2, (limits.MaxPeers/2-max(1, limits.MaxPeers/8))/2))
	}
	complete(&limits, faults)
	c.Guard = &limits
}

// room is what comes before a block in a frame: more than message header, kind and id.
const room = 256

type completer[C any] interface {
	Complete() (C, error)
}

func complete[C completer[C]](c *C, faults *[]error) {
	completed, err := (*c).Complete()
	if err != nil {
		*faults = append(*faults, err)
	}
	*c = completed
}
