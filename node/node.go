package node

import (
	"errors"
	"fmt"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/search"
	"strata/mempool"
	"strata/network"
	"strata/node/blocksync"
	"strata/node/blocktree"
	"strata/node/fetch"
	"strata/node/guard"
	"strata/node/miner"
	"strata/node/offloop/signatures"
	"strata/node/peerstatus"
	"strata/node/rebroadcast"
	"strata/p2p"
)

// Node is one node of the chain: every layer, and what stands around them. All methods are called
// on the node's loop.
type Node struct {
	host   network.Host
	cfg    Config
	peers  p2p.P2P
	gossip gossip.Gossip
	search *search.Search
	pool   mempool.Mempool
	tree   *blocktree.Tree
	intake *intake
	fetch  *fetch.Fetcher
	sync   *blocksync.Sync
	miner  *miner.Miner
	own    *rebroadcast.Rebroadcaster
	places []network.Addr // for peers that are added, see withPlaces
	tips   []func(blocktree.Change)

	onDamage []func(error)
	watch    watchers
	guard    *guard.Guard
	memory   *memory
	reunion  *reunion
	book     *peerstatus.Book

	started, stopped bool
}

// New builds a node and loads the store. It has no effect on the world before Start. Errors: all
// faults of the config at once; those of blocktree.Open.
func New(host network.Host, stack chain.Stack, cfg Config) (*Node, error) {
	if cfg.Mempool.Verifier == nil {
		cfg.Mempool.Verifier = verifierOf(stack)
	}
	cfg, err := cfg.Complete()
	if err != nil {
		return nil, err
	}
	n := &Node{host: host, cfg: cfg}
	if err := n.putGuard(); err != nil {
		return nil, err
	}
	if n.guard != nil {
		n.cfg.P2P.Bootstrap = n.withPlaces(n.cfg.P2P.Bootstrap)
	}
	stack, cfg = n.guard.Stack(stack), n.cfg

	// The six layers, bottom up.
	net := stack.NewNetwork(host, cfg.Network)
	msg := stack.NewMessaging(host, net, cfg.Messaging)
	n.peers = stack.NewP2P(host, net, msg, cfg.P2P)
	n.gossip = stack.NewGossip(host, n.peers, cfg.Gossip)
	n.pool = stack.NewMempool(host, n.gossip, cfg.Mempool)
	executor := stack.NewExecutor(chain.Config{Params: cfg.Params, Verifier: cfg.Mempool.Verifier})

	// What stands around them.
	n.search = search.New(host, n.peers, n.gossip, cfg.Search)
	if n.tree, err = blocktree.Open(cfg.Store, executor, n.pool, cfg.Params, cfg.Tree); err != nil {
		return nil, err
	}
	n.tree.Watch(n.tipMoved)
	n.tree.OnDamage(n.storeDamaged)
	if n.own, err = n.newRebroadcaster(); err != nil {
		return nil, err
	}
	n.fetch = fetch.New(host, cfg.Fetch, n.ask, n.fetched)
	n.sync = n.newSync()
	n.reunion = n.newReunion()
	n.book = n.newBook()
	n.intake = newIntake(host, cfg.Mempool.Verifier, n.tree.AddAll, n.want)
	n.intake.room = cfg.StoreRoom
	n.miner = miner.New(host, cfg.Miner, cfg.Params, executor, n.tree, n.pool, cfg.Coinbase, n.mined)
	return n, nil
}

// verifierOf is the stack's verifier or, if it has none, a new one that remembers.
func verifierOf(stack chain.Stack) mempool.Verifier {
	if stack.Verifier != nil {
		return stack.Verifier
	}
	return signatures.Remember(mempool.ZIP215{})
}

// Start starts every layer, the peers and the miner. After an error the node is stopped. Errors:
// those of network.Host.Listen.
func (n *Node) Start() error {
	if n.started {
		return errors.New("node: started before")
	}
	n.started = true
	err := errors.Join(
		n.gossip.Handle(chain.KindNewBlock, n.receiveBlock),
		n.search.Handle(fetch.Kind, n.answer),
		n.search.Handle(KindHere, n.reunion.answerer()),
		n.sync.Start(),
		n.book.Start(),
		n.pool.Start(poolWatcher{n}),
	)
	if err == nil {
		err = n.gossip.Start(watcher{n})
	}
	if err != nil {
		n.Stop()
		return fmt.Errorf("node: %w", err)
	}
	n.memory.start()
	n.reunion.start()
	n.own.Start()
	if n.cfg.Mine {
		n.miner.Start()
	}
	return nil
}

// Stop ends everything that Start began, timers and connections included. The store stays open.
// Stopping twice does nothing.
func (n *Node) Stop() {
	if n.stopped || !n.started {
		return
	}
	n.stopped = true
	n.memory.stop()
	n.reunion.stop()
	n.miner.Stop()
	n.sync.Stop()
	n.intake.stop()
	n.fetch.Stop()
	n.search.Stop()
	n.own.Stop()
	n.pool.Stop()
	n.gossip.Stop()
}

// AddBlock takes a block as if it was mined here, at once: its transactions come from the pool, so
// that their signatures are known. It is gossiped if it is valid as far as can be known. Error: what
// it broke, or the store's.
func (n *Node) AddBlock(b chain.Block) error {
	sealed := chain.Seal(b)
	added, err := n.tree.Add(sealed)
	n.want()
	switch {
	case err != nil:
		return err
	case added.Status == blocktree.Invalid:
		return added.Reason
	case added.Status == blocktree.Duplicate:
		return nil
	}
	return n.gossip.Broadcast(chain.KindNewBlock, sealed.Text())
}

// OnTip calls f after each move of the tip; the store has it by then. f does not add blocks.
func (n *Node) OnTip(f func(blocktree.Change)) { n.tips = append(n.tips, f) }

// Peers lists the peers in ascending order. The slice is the caller's.
func (n *Node) Peers() []network.Addr { return n.peers.Peers() }

// Transactions lists the pooled transactions in order of arrival. The slice is the caller's.
func (n *Node) Transactions() []mempool.Transaction { return n.pool.Transactions() }

// Account is the account of a key after the tip.
func (n *Node) Account(key mempool.PublicKey) chain.Account { return n.tree.State().Account(key) }

// State is the state after the tip. It is to be read only, and until the tip moves.
func (n *Node) State() *chain.State { return n.tree.State() }

// Block finds a block by its hash, of the chain or of a side branch.
func (n *Node) Block(hash chain.BlockHash) (chain.Sealed, bool) { return n.tree.Block(hash) }

// BlockAt finds the chain's block of that number.
func (n *Node) BlockAt(number uint64) (chain.Sealed, bool) {
	hash, ok := n.tree.HashAt(number)
	if !ok {
		return chain.Sealed{}, false
	}
	return n.tree.Block(hash)
}

// Status is what there is to tell of a node in one line.
type Status struct {
	Height  uint64          // number of the tip
	Tip     chain.BlockHash // its hash
	Peers   int             // listed peers
	Pooled  int             // transactions that wait for a block
	Orphans int             // blocks that wait for an ancestor
	Sync    blocksync.Progress
}

// Status tells how the node is now.
func (n *Node) Status() Status {
	return Status{
		Height:  n.tree.State().Number(),
		Tip:     n.tree.State().Hash(),
		Peers:   len(n.peers.Peers()),
		Pooled:  len(n.pool.Transactions()),
		Orphans: n.tree.Orphans(),
		Sync:    n.sync.Progress(),
	}
}
