package run

import (
	"cmp"
	"slices"
	"time"

	"strata/chain"
	"strata/harness/nets/spec"
)

// Map is what of a live run does not change.
type Map struct {
	Nodes   int
	Links   []Link
	Region  []int    // of each node
	Regions []string // their names; a single one without a name: there are none
	Power   []float64
}

// Map is the network as it was drawn.
func (l *Live) Map() Map {
	m := Map{Nodes: len(l.r.members), Region: l.r.places.Region, Regions: l.r.places.Regions}
	for _, e := range l.r.graph.Edges {
		m.Links = append(m.Links, Link{e.From, e.To})
	}
	for _, one := range l.r.members {
		power := 0.0
		if one.miner != nil {
			power = one.miner.share
		}
		m.Power = append(m.Power, power)
	}
	return m
}

// Scene is how a live run stands.
type Scene struct {
	At       time.Duration
	Nodes    []int8          // what each node shows: the colour of its tip, or one of the below
	Waits    []time.Duration // of each node: how long the last of what it sends waits for its uplink
	Up       int             // nodes that are there
	Tips     []Tip           // those that most nodes have come first
	Blocks   []Block
	Found    int           // blocks, on the chain or off it, secret ones too
	Stale    int           // of them, those that are off the chain of most nodes, without secret ones
	Secret   int           // of them, those that an attacker keeps back
	Reorgs   uint64        // at all nodes together
	Deepest  uint64        // blocks that one reorganisation took back
	Waiting  int           // transactions in the pool of a node in the middle
	Backlog  time.Duration // the longest that something waits for an uplink
	Regions  []RegionScene
	Attacker int // the node behind all raids; -1: there was none yet
}

// What a node shows that has no colour.
const (
	ShowsDown   int8 = -1
	ShowsBehind int8 = -2 // its tip is several blocks lower than that of most
)

// Colours is how many colours tips have. Blocks that were found one after the other have different ones.
const Colours = 8

// Tip is a block that nodes have for their tip.
type Tip struct {
	Block
	Nodes int
}

// Block is one that was found.
type Block struct {
	Hash, Parent string
	Number       uint64
	Found        time.Duration
	Node         int // of its miner
	Colour       int8
	OnChain      bool // of most nodes
	Attack       bool // an attacker found it
	Secret       bool // and keeps it back
}

// RegionScene is how a region stands.
type RegionScene struct {
	Nodes, Up int
	Agree     int           // nodes on the tip that most nodes of the network have
	Backlog   time.Duration // the longest
}

// shownBack is how many blocks below the tip are told of.
const shownBack = 24

// Scene looks at the whole network, which stands still.
func (l *Live) Scene() Scene {
	s := Scene{At: l.Now(), Nodes: make([]int8, len(l.r.members)), Waits: make([]time.Duration, len(l.r.members)), Regions: make([]RegionScene, len(l.r.places.Regions)), Attacker: -1}
	if l.r.raider != nil {
		s.Attacker = l.r.raider.index
	}
	tips := map[chain.BlockHash]int{}
	for i, m := range l.r.members {
		if l.r.net.Up(l.r.addrs[i]) {
			s.Up++
			tips[m.node.State().Hash()]++
		}
	}
	best := l.tips(&s, tips)
	l.blocks(&s, best)
	l.nodes(&s, best, tips)
	for _, t := range l.r.tallies {
		s.Found += t.found
		s.Reorgs += t.reorgs
		if t.depths.Count > 0 {
			s.Deepest = max(s.Deepest, uint64(t.depths.Quantile(1, 0)))
		}
	}
	s.Stale = l.stale(best)
	for _, b := range s.Blocks {
		if b.Secret {
			s.Secret++
		}
	}
	s.Waiting = l.waiting()
	return s
}

// tips lists what nodes have for their tip, and returns the one that most have.
func (l *Live) tips(s *Scene, counts map[chain.BlockHash]int) (best *entry) {
	for hash, n := range counts {
		if e := l.r.book.find(hash); e != nil {
			s.Tips = append(s.Tips, Tip{l.block(e), n})
		} else { // the block that all begin with
			s.Tips = append(s.Tips, Tip{Block{Hash: hash.String(), Node: -1}, n})
		}
	}
	slices.SortFunc(s.Tips, func(a, b Tip) int {
		return cmp.Or(cmp.Compare(b.Nodes, a.Nodes), cmp.Compare(b.Number, a.Number), cmp.Compare(a.Hash, b.Hash))
	})
	if len(s.Tips) == 0 {
		return nil
	}
	for hash := range counts {
		if hash.String() == s.Tips[0].Hash {
			best = l.r.book.find(hash)
		}
	}
	return best
}

// block is an entry of the book as it is told.
func (l *Live) block(e *entry) Block {
	hash := e.Hash().String()
	colour, ok := l.colour[hash]
	if !ok {
		colour = len(l.colour) % Colours
		l.colour[hash] = colour
	}
	return Block{Hash: hash, Parent: e.Parent.String(), Number: e.Number, Found: e.found, Node: e.miner.index, Colour: int8(colour),
		Attack: !e.miner.honest(), Secret: !e.miner.honest() && !e.shown}
}

// blocks lists the last ones, in the order in which they were found, and gives them their colours in that order.
func (l *Live) blocks(s *Scene, best *entry) {
	number := uint64(0)
	if best != nil {
		number = best.Number
	}
	var last []*entry
	for _, e := range l.r.book.blocks {
		if e.Number+shownBack > number {
			last = append(last, e)
		}
	}
	slices.SortFunc(last, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.found, b.found), cmp.Compare(a.miner.number, b.miner.number), cmp.Compare(a.Nonce, b.Nonce))
	})
	chained := map[chain.BlockHash]bool{}
	for e := best; e != nil && e.Number+shownBack > number; e = l.r.book.find(e.Parent) {
		chained[e.Hash()] = true
	}
	for _, e := range last {
		b := l.block(e)
		b.OnChain = chained[e.Hash()]
		s.Blocks = append(s.Blocks, b)
	}
}

// nodes says what each node shows, and how the regions stand. tips has the hashes of all tips.
func (l *Live) nodes(s *Scene, best *entry, tips map[chain.BlockHash]int) {
	shown := map[chain.BlockHash]int8{}
	for hash := range tips {
		switch e := l.r.book.find(hash); {
		case e == nil, best != nil && e.Number+2 < best.Number:
			shown[hash] = ShowsBehind
		default:
			shown[hash] = l.block(e).Colour
		}
	}
	for i, m := range l.r.members {
		region := &s.Regions[l.r.places.Region[i]]
		region.Nodes++
		if !l.r.net.Up(l.r.addrs[i]) {
			s.Nodes[i] = ShowsDown
			continue
		}
		region.Up++
		s.Waits[i] = l.r.net.Backlog(i)
		region.Backlog, s.Backlog = max(region.Backlog, s.Waits[i]), max(s.Backlog, s.Waits[i])
		hash := m.node.State().Hash()
		s.Nodes[i] = shown[hash]
		if best == nil || hash == best.Hash() {
			region.Agree++
		}
	}
}

// stale counts the blocks that everybody can have and that are not on the chain of a tip.
func (l *Live) stale(best *entry) (n int) {
	onChain := 0
	for e := best; e != nil; e = l.r.book.find(e.Parent) {
		onChain++
	}
	for _, e := range l.r.book.blocks {
		if e.miner.honest() || e.shown {
			n++
		}
	}
	return n - onChain
}

// lookedInto is into how many pools one looks to find the middle.
const lookedInto = 15

// waiting is how many transactions wait at a node in the middle.
func (l *Live) waiting() int {
	if l.r.Spec.Traffic.Transactions == 0 {
		return 0
	}
	var sizes []int
	step := max(1, len(l.r.members)/lookedInto)
	for i := 0; i < len(l.r.members); i += step {
		if m := l.r.members[i]; l.r.net.Up(l.r.addrs[i]) {
			sizes = append(sizes, len(m.pool.Transactions()))
		}
	}
	if len(sizes) == 0 {
		return 0
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}

// NodeScene is how one node stands.
type NodeScene struct {
	Node    int
	Addr    string
	Region  string
	Up      bool
	Number  uint64 // of its tip
	Hash    string
	Peers   []int // that it has now
	Waiting int   // transactions in its pool
	Backlog time.Duration
	Power   float64 // its share of the hash power, outside of raids
	Hostile string  // what it does that is no honest node; "" if it is one
}

// Node looks at one node. Error: ErrGone, of one that there is not.
func (l *Live) Node(i int) (NodeScene, error) {
	if i < 0 || i >= len(l.r.members) {
		return NodeScene{}, gone("there is no node %d: they are counted from 0 to %d", i, len(l.r.members)-1)
	}
	m := l.r.members[i]
	n := NodeScene{Node: i, Addr: string(l.r.addrs[i]), Region: l.r.places.Regions[l.r.places.Region[i]], Up: l.r.net.Up(l.r.addrs[i]),
		Hostile: string(m.hostile), Peers: []int{}}
	if m.miner != nil {
		n.Power = m.miner.share
	}
	if !n.Up {
		return n, nil
	}
	n.Number, n.Hash, n.Waiting, n.Backlog = m.node.State().Number(), m.node.State().Hash().String(), len(m.pool.Transactions()), l.r.net.Backlog(i)
	if l.index == nil {
		l.index = l.r.indexes()
	}
	for _, peer := range m.node.Peers() {
		if at, ok := l.index[peer]; ok {
			n.Peers = append(n.Peers, at)
		}
	}
	slices.Sort(n.Peers)
	return n, nil
}

// Done lists what was done to the run, in the order of the file: faults of its own and those that were clicked, then raids.
func (l *Live) Done() (faults []spec.Fault, raids []spec.Attack) {
	return slices.Clone(l.job.Spec.Faults), slices.Clone(l.job.Spec.Raids)
}

// Open says of a fault, or of a raid, that it lasts until it is lifted.
func (l *Live) Open(fault int) bool {
	return fault >= l.given && fault-l.given < len(l.until) && l.until[fault-l.given]
}

// OpenRaid is Open for raids.
func (l *Live) OpenRaid(raid int) bool { return l.raids[raid] }

// Given is how many faults the file has: they come first, and are not lifted.
func (l *Live) Given() int { return l.given }
