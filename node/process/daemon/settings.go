package daemon

import (
	"errors"
	"fmt"
	"net"
	"runtime"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/blocktree"
	"strata/node/miner"
	"strata/node/process/keyfile"
	"strata/node/process/settings"
	"strata/p2p"
)

// Reference is the name of the stack of our own layers in Settings.Stack.
const Reference = "solutions"

// Settings is the table [node].
type Settings struct {
	Listen     settings.Address   `toml:"listen"`
	Advertise  settings.Address   `toml:"advertise"`
	Bootstrap  settings.Addresses `toml:"bootstrap"`
	Data       string             `toml:"data"`
	Mine       bool               `toml:"mine"`
	Threads    settings.Count     `toml:"threads"`
	Coinbase   string             `toml:"coinbase"`
	KeepUndo   settings.Count     `toml:"keep-undo"`
	Difficulty settings.Count     `toml:"difficulty"`
	MaxPeers   settings.Count     `toml:"max-peers"`
	Stack      string             `toml:"stack"`

	Guard           settings.Switch   `toml:"guard"`
	LimitBytes      settings.Count    `toml:"limit-bytes"`
	LimitMessages   settings.Count    `toml:"limit-messages"`
	LimitIncoming   settings.Count    `toml:"limit-incoming"`
	LimitPerAddress settings.Count    `toml:"limit-per-address"`
	LimitPerRange   settings.Count    `toml:"limit-per-range"`
	BanFor          settings.Duration `toml:"ban-for"`
	Exempt          settings.Text     `toml:"exempt"`

	Alone bool `toml:"alone"`

	API          string `toml:"api"`
	APINames     string `toml:"api-names"`
	APITokenFile string `toml:"api-token-file"`

	LogLevel  settings.Level  `toml:"log-level"`
	LogFormat settings.Format `toml:"log-format"`
}

// Defaults are the settings of a node that nobody says anything about.
func Defaults() Settings {
	s := Settings{
		Listen:     settings.Address{Addr: "127.0.0.1:11120"},
		Difficulty: 7,
		MaxPeers:   40,
		Stack:      Reference,
		API:        DefaultAPI,
	}
	s.defaultLimits()
	return s
}

// StackUsage describes the setting of whose layers run, which the demonstration has too.
const StackUsage = "whose layers run: solutions, exercises, or a `DIR` with layer directories like those of exercises"

// Flags are the keys of [node], each pointing into s.
func (s *Settings) Flags() []settings.Flag {
	flags := []settings.Flag{
		{Name: "listen", Usage: "where to listen for peers", Value: &s.Listen},
		{Name: "advertise", Usage: "where others reach this node, if that is not where it listens", Value: &s.Advertise},
		{Name: "bootstrap", Usage: "a node to start from; may be repeated", Value: &s.Bootstrap},
		{Name: "data", Usage: "`DIR` for the chain; without it the chain is in memory only", Value: (*settings.Text)(&s.Data)},
		{Name: "mine", Usage: "mine blocks; needs --coinbase", Value: (*settings.Switch)(&s.Mine)},
		{Name: "threads", Usage: "cores to mine on; 0 means all but one", Value: &s.Threads},
		{Name: "coinbase", Usage: "`KEY` that gets the rewards: a public key in hex, or a key file", Value: (*settings.Text)(&s.Coinbase)},
		{Name: "keep-undo", Usage: "blocks below the tip that a reorganisation can undo; older undo data is deleted; 0 keeps all", Value: &s.KeepUndo},
		{Name: "difficulty", Usage: "leading zero hex digits of a block's hash; the same on all nodes of a chain", Value: &s.Difficulty},
		{Name: "max-peers", Usage: "peers to keep; 2 means 3, because networks of nodes with two peers close", Value: &s.MaxPeers},
		{Name: "stack", Usage: StackUsage, Value: (*settings.Text)(&s.Stack)},
		{Name: "api", Usage: "`HOST:PORT` of the page and the HTTP API, or off; a free port if another node has the usual one", Value: (*settings.Text)(&s.API)},
		{Name: "api-names", Usage: "host `NAMES` of the API besides addresses and localhost, separated by commas", Value: (*settings.Text)(&s.APINames)},
		{Name: "api-token-file", Usage: "`FILE` with the token of the API, such as a mounted secret; without it the node makes api.token in the data directory", Value: (*settings.Text)(&s.APITokenFile)},
		{Name: "alone", Usage: "expect no peers: the node is ready without them", Value: (*settings.Switch)(&s.Alone)},
		{Name: "log-level", Usage: "lowest level to log: debug, info, warn, error", Value: &s.LogLevel},
		{Name: "log-format", Usage: "format of the log: text, json", Value: &s.LogFormat},
	}
	return append(flags, s.limits()...)
}

// Config is the node that the settings ask for, without its store; or one error with every fault.
func (s Settings) Config() (node.Config, error) {
	self := s.Listen
	if s.Advertise.Addr != "" {
		self = s.Advertise
	}
	coinbase, err := s.coinbase()
	limits, limitErr := s.Limits()
	faults := errors.Join(
		settings.Required("listen", s.Listen.String()),
		s.reachable(),
		settings.InRange("difficulty", int(s.Difficulty), 1, chain.MaxDifficulty),
		settings.InRange("threads", int(s.Threads), 0, miner.MaxThreads),
		settings.InRange("keep-undo", int(s.KeepUndo), 0, 1<<31-1),
		settings.InRange("max-peers", int(s.MaxPeers), 1, 10_000),
		s.apiAddress(),
		err,
		limitErr,
	)
	return node.Config{
		Network:  network.Config{Listen: s.Listen.Addr},
		P2P:      p2p.Config{Self: self.Addr, Bootstrap: s.Bootstrap.Network(), MaxPeers: int(s.MaxPeers)},
		Params:   chain.Params{Difficulty: int(s.Difficulty)},
		Tree:     blocktree.Config{KeepUndo: int(s.KeepUndo)},
		Mine:     s.Mine,
		Miner:    miner.Config{Threads: s.threads()},
		Coinbase: coinbase,
		Guard:    limits,
	}, faults
}

// threads is how many cores mine. One is left to the node itself and to whatever else the machine does.
func (s Settings) threads() int {
	if s.Threads > 0 {
		return int(s.Threads)
	}
	return max(1, runtime.GOMAXPROCS(0)-1)
}

// coinbase is whom the rewards go to; mining for nobody is a slip.
func (s Settings) coinbase() (mempool.PublicKey, error) {
	if s.Coinbase == "" && s.Mine {
		return mempool.PublicKey{}, errors.New("mine needs a coinbase, to whom the rewards go: a public key or a key file (`strata keys new` makes one)")
	}
	if s.Coinbase == "" {
		return mempool.PublicKey{}, nil
	}
	key, err := keyfile.ParsePublic(s.Coinbase)
	if err != nil {
		return key, fmt.Errorf("coinbase: %w", err)
	}
	return key, nil
}

// reachable wants addresses that can be dialled: not the one that stands for all of a machine's, which the protocol has
// none of.
func (s Settings) reachable() error {
	var faults []error
	if everywhere(s.Listen) && s.Advertise.Addr == "" {
		faults = append(faults, fmt.Errorf("listen %s is every address of this machine: say with --advertise which one others dial", s.Listen))
	}
	if everywhere(s.Advertise) {
		faults = append(faults, fmt.Errorf("advertise %s is every address of this machine: want one that others dial", s.Advertise))
	}
	for _, a := range s.Bootstrap {
		if everywhere(a) {
			faults = append(faults, fmt.Errorf("bootstrap %s is every address of a machine: want the one of a node", a))
		}
	}
	return errors.Join(faults...)
}

func everywhere(a settings.Address) bool {
	host, _, _ := net.SplitHostPort(a.String())
	ip := net.ParseIP(host)
	return ip != nil && ip.IsUnspecified()
}
