package command

import (
	"errors"
	"fmt"
	"net"

	"github.com/spf13/pflag"

	"strata/chain"
	"strata/chain/node"
	"strata/mempool"
	"strata/network"
	"strata/p2p"
)

// NodeSettings is the table [node].
type NodeSettings struct {
	Listen     Address   `toml:"listen"`
	Advertise  Address   `toml:"advertise"`
	Bootstrap  Addresses `toml:"bootstrap"`
	Data       string    `toml:"data"`
	Mine       bool      `toml:"mine"`
	Coinbase   string    `toml:"coinbase"`
	Difficulty Count     `toml:"difficulty"`
	MaxPeers   Count     `toml:"max-peers"`
	Stack      string    `toml:"stack"`
	LogLevel   Level     `toml:"log-level"`
	LogFormat  Format    `toml:"log-format"`
}

func defaultNode() NodeSettings {
	return NodeSettings{
		Listen:     Address{"127.0.0.1:11120"},
		Difficulty: 7,
		MaxPeers:   40,
		Stack:      stackSolutions,
		LogLevel:   "info",
		LogFormat:  "text",
	}
}

// bindNode has the flags of `strata node`, which are the keys of [node] too.
func bindNode(s *Settings, flags *pflag.FlagSet) {
	n := &s.Node
	flags.Var(&n.Listen, "listen", "where to listen for peers")
	flags.Var(&n.Advertise, "advertise", "where others reach this node, if that is not where it listens")
	flags.Var(&n.Bootstrap, "bootstrap", "a node to start from; may be repeated")
	flags.StringVar(&n.Data, "data", n.Data, "directory that keeps the chain; without one it is kept in memory")
	flags.BoolVar(&n.Mine, "mine", n.Mine, "mine blocks; needs --coinbase")
	flags.StringVar(&n.Coinbase, "coinbase", n.Coinbase, "who gets the rewards: a public key in hex, or a key file")
	flags.Var(&n.Difficulty, "difficulty", "leading zero hex digits of a block's hash; the same on all nodes of a chain")
	flags.Var(&n.MaxPeers, "max-peers", "peers to keep")
	bindStack(&n.Stack, flags)
	flags.Var(&n.LogLevel, "log-level", "least level that is logged: debug, info, warn, error")
	flags.Var(&n.LogFormat, "log-format", "how the log is written: text, json")
}

// config is the node that the settings ask for, without its store.
func (n NodeSettings) config() (node.Config, error) {
	self := n.Listen
	if n.Advertise.Addr != "" {
		self = n.Advertise
	}
	coinbase, err := n.coinbase()
	faults := errors.Join(
		required("listen", n.Listen.String()),
		n.reachable(),
		inRange("difficulty", int(n.Difficulty), 1, chain.MaxDifficulty),
		inRange("max-peers", int(n.MaxPeers), 1, 10_000),
		err,
	)
	return node.Config{
		Network:  network.Config{Listen: n.Listen.Addr},
		P2P:      p2p.Config{Self: self.Addr, Bootstrap: n.Bootstrap.network(), MaxPeers: int(n.MaxPeers)},
		Params:   chain.Params{Difficulty: int(n.Difficulty)},
		Mine:     n.Mine,
		Coinbase: coinbase,
	}, faults
}

// coinbase is whom the rewards go to; mining for nobody is a slip.
func (n NodeSettings) coinbase() (mempool.PublicKey, error) {
	if n.Coinbase == "" && n.Mine {
		return mempool.PublicKey{}, errors.New("mine needs a coinbase, to whom the rewards go: a public key or a key file (`strata keys new` makes one)")
	}
	if n.Coinbase == "" {
		return mempool.PublicKey{}, nil
	}
	key, err := parsePublicKey(n.Coinbase)
	if err != nil {
		return key, fmt.Errorf("coinbase: %w", err)
	}
	return key, nil
}

// reachable wants an address that others can dial: not the one that stands for all of a machine's.
func (n NodeSettings) reachable() error {
	host, _, _ := net.SplitHostPort(n.Listen.String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() && n.Advertise.Addr == "" {
		return fmt.Errorf("listen %s is every address of this machine: say with --advertise which one others dial", n.Listen)
	}
	return nil
}

// required reports a setting that has to say something.
func required(name, value string) error {
	if value == "" {
		return fmt.Errorf("%s is empty", name)
	}
	return nil
}
