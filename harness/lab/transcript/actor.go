package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/node"
	"strata/node/blocktree"
	"strata/p2p"
	"strata/scenario"
	"strata/solutions"
)

// actor is one node of a script. Of its layers those above the script's are nil.
type actor struct {
	p    *Player
	name string
	host network.Host
	ends map[network.ConnID]string // connections by a name that tells who dialled
	to   map[string]network.ConnID // the last one that it dialled, by the node that it leads to
	tap  network.Handler           // the layer above the tap; nil: none
	msg  messaging.Messaging
	p2p  p2p.P2P
	gsp  gossip.Gossip
	pool mempool.Mempool
	node *node.Node
	network.Network
}

// add adds a node.
func (p *Player) add(c command) error {
	if len(c.names) != 1 {
		return errors.New("want one name")
	}
	most, err := c.number("max")
	if err != nil {
		return err
	}
	cfg := p2p.Config{Self: addr(c.names[0]), Interval: time.Second, MaxPeers: int(most)}
	for _, name := range c.list("bootstrap") {
		cfg.Bootstrap = append(cfg.Bootstrap, addr(name))
	}
	a := &actor{p: p, name: c.names[0]}
	p.actors = append(p.actors, a)
	slices.SortFunc(p.actors, func(a, b *actor) int { return strings.Compare(a.name, b.name) })
	p.net.Node(addr(a.name), func(h network.Host) {
		a.host, a.ends, a.to, a.tap = h, map[network.ConnID]string{}, map[string]network.ConnID{}, nil
		if err := a.boot(cfg); err != nil {
			p.err = errors.Join(p.err, err)
		}
	})
	if c.settings["boots"] != "" {
		at, err := c.time("boots")
		if err != nil {
			return err
		}
		p.inject(scenario.Fault{Kind: scenario.Join, At: at, A: []network.Addr{addr(a.name)}})
	}
	return nil
}

// boot makes the actor's layers, the network with a tap on it, and starts them.
func (a *actor) boot(cfg p2p.Config) error {
	stack := solutions.Stack()
	ours := stack.NewNetwork
	stack.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		a.Network = ours(h, cfg)
		return a
	}
	if a.p.layer == "chain" {
		return a.bootNode(stack, cfg)
	}
	netCfg, netErr := network.Config{Listen: cfg.Self}.Complete()
	msgCfg, msgErr := messaging.Config{Timeout: time.Second}.Complete()
	p2pCfg, p2pErr := cfg.Complete()
	gspCfg, gspErr := gossip.Config{}.Complete()
	poolCfg, poolErr := mempool.Config{}.Complete()
	if err := errors.Join(netErr, msgErr, p2pErr, gspErr, poolErr); err != nil {
		return err
	}
	net := stack.NewNetwork(a.host, netCfg)
	if !a.p.reaches("messaging") {
		return net.Start(listener{})
	}
	a.msg = stack.NewMessaging(a.host, net, msgCfg)
	if !a.p.reaches("p2p") {
		return errors.Join(a.msg.Handle("ask", a.answer), a.msg.Handle("tell", a.told), a.msg.Handle("wait", a.told), a.msg.Start(nil))
	}
	a.p2p = stack.NewP2P(a.host, net, a.msg, p2pCfg)
	if !a.p.reaches("gossip") {
		return errors.Join(a.p2p.Handle("talk", a.hear), a.p2p.Start(a))
	}
	a.gsp = stack.NewGossip(a.host, a.p2p, gspCfg)
	if !a.p.reaches("mempool") {
		return errors.Join(a.gsp.Handle("talk", a.hearGossip), a.gsp.Start(a))
	}
	a.pool = stack.NewMempool(a.host, a.gsp, poolCfg)
	return errors.Join(a.pool.Start(a), a.gsp.Start(a))
}

// bootNode makes a whole node.
func (a *actor) bootNode(stack chain.Stack, cfg p2p.Config) error {
	n, err := node.New(a.host, stack, node.Config{P2P: cfg, Params: params})
	if err != nil {
		return err
	}
	a.node = n
	n.OnTip(a.tipMoved)
	return n.Start()
}

// params are those of the chains of all scripts.
var params = chain.Params{Difficulty: 1}

// saw writes one line of the transcript, and onto the node's lane of the diagram.
func (a *actor) saw(format string, args ...any) {
	fmt.Fprintf(&a.p.lines, "%6v  %s  %s\n", a.p.net.Now().Round(time.Millisecond), a.name, fmt.Sprintf(format, args...))
}

// says is saw for what no message shows: the diagram has it as the node's log.
func (a *actor) says(format string, args ...any) {
	a.saw(format, args...)
	a.host.Log().Info(fmt.Sprintf(format, args...))
}

// low says whether the script is about connections and the messages of layers 1 to 3.
func (a *actor) low() bool { return !a.p.reaches("gossip") }

// answer, told, hear and hearGossip are handlers of the kinds ask, tell, wait and talk.
func (a *actor) answer(_ network.ConnID, payload []byte) ([]byte, bool) {
	return append([]byte("re: "), payload...), true
}

func (a *actor) told(_ network.ConnID, _ []byte) ([]byte, bool) { return nil, false }

func (a *actor) hear(from network.Addr, payload []byte) ([]byte, bool) {
	a.saw("hears %q from %s", payload, from)
	return nil, false
}

func (a *actor) hearGossip(from network.Addr, payload []byte) (pass bool) {
	a.says("hears %q from %s", payload, from)
	return true
}

// PeerArrived and PeerLost are the watcher's of layer 3.
func (a *actor) PeerArrived(peer network.Addr) { a.peer("PeerArrived", peer) }

// PeerLost is called for each peer that is gone.
func (a *actor) PeerLost(peer network.Addr) { a.peer("PeerLost", peer) }

func (a *actor) peer(what string, peer network.Addr) {
	if a.low() {
		a.says("%s %s", what, peer)
	}
}

// TransactionPooled is the watcher's of layer 5, and so are the next two.
func (a *actor) TransactionPooled(tx mempool.Transaction) { a.says("pools %s", tell(tx)) }

// TransactionLeft is called when one leaves the pool.
func (a *actor) TransactionLeft(tx mempool.Transaction) { a.says("drops %s", tell(tx)) }

// TransactionRefused is called for one that a peer sent and that was not pooled.
func (a *actor) TransactionRefused(from network.Addr, err error) {
	a.says("refuses one of %s: %v", from, err)
}

// tipMoved tells a move of the chain.
func (a *actor) tipMoved(c blocktree.Change) {
	for _, b := range slices.Backward(c.Undone) {
		a.says("undoes %s", block(b))
	}
	for _, b := range c.Applied {
		a.says("applies %s", block(b))
	}
}

// chain is the node's chain from genesis on.
func (a *actor) chain() string {
	text := "genesis"
	for n := uint64(1); ; n++ {
		b, ok := a.node.BlockAt(n)
		if !ok {
			return text
		}
		text += " <- " + block(b)
	}
}

// block is a block by number and hash.
func block(b chain.Sealed) string { return fmt.Sprintf("block %d %.4s", b.Number, b.Hash()) }
