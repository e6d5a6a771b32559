package blocksync

import (
	"errors"
	"maps"
	"slices"
	"time"

	"strata/chain"
	"strata/messaging"
	"strata/network"
	"strata/node/blocktree"
	"strata/p2p"
)

// Peers is what the sync needs of a p2p.P2P.
type Peers interface {
	Handle(kind messaging.Kind, h p2p.Handler) error
	Request(to network.Addr, kind messaging.Kind, payload []byte, done func(reply []byte, err error))
}

// Chain is what the sync needs of a blocktree.Tree.
type Chain interface {
	State() *chain.State
	HashAt(number uint64) (chain.BlockHash, bool)
	BlockText(hash chain.BlockHash) ([]byte, bool)
	Has(hash chain.BlockHash) bool
	Refused(hash chain.BlockHash) bool
}

// Around is what stands around a sync.
type Around struct {
	Peers  Peers
	Chain  Chain
	Params chain.Params

	// Import has blocks verified and added, and calls done once, later, unless the node stops.
	Import func(blocks []chain.Sealed, done func([]blocktree.Added, error))

	// Changed is called when Busy may have changed.
	Changed func()

	// Blame is told of a peer that broke the protocol or lied, within the callback that brought its
	// message, or else after an import. nil: nobody is told.
	Blame func(peer network.Addr, reason error)
}

// Sync catches up, and answers those who do. All methods are called on the node's loop.
type Sync struct {
	Around
	host network.Host
	cfg  Config

	peers   map[network.Addr]*peer
	records map[network.Addr]record // of those who stalled or lied; outlive their connections
	seeking *peer                   // who was asked to lead, and has not answered
	round   *round                  // nil: none
	tick    network.TimerID
	shares  share // what all peers together may still be answered
	stopped bool
}

// peer is a listed peer.
type peer struct {
	addr      network.Addr
	claim     uint64    // number of the highest block that it gave us or says it has
	located   bool      // it was asked where our chains part
	asks      int       // ranges that it is asked for now
	quota     int       // blocks to ask it for at once: it grows with every answer in time
	ahead     int       // ranges to ask it for beyond PerPeer: one more with every answer that comes soon
	weight    int       // bytes of a block of its last answer
	slow      bool      // it has stalled
	refusals  int       // empty answers in a row
	rest      time.Time // not asked for anything until then
	again     time.Time // not asked to lead until then
	fruitless int       // times that it was asked to lead, lately, and led nowhere
	grace     network.TimerID
	share     share // what it may still be answered
}

// record is why a peer is not asked for a while.
type record struct {
	strikes int
	until   time.Time
}

// firstQuota is how many blocks a new peer is asked for at once.
const firstQuota = 16

// New makes a sync. It has no effect on the world before Start. The config is complete. Where blocks
// can be large, ranges have fewer of them, so that a few ranges never take all the room there is.
func New(host network.Host, cfg Config, around Around) *Sync {
	cfg.Step = max(1, min(cfg.Step, cfg.MaxWaiting/8/around.Params.MaxText()))
	return &Sync{Around: around, host: host, cfg: cfg, peers: map[network.Addr]*peer{}, records: map[network.Addr]record{}}
}

// Start registers the handlers; the layers below are started afterwards. Errors:
// messaging.ErrDuplicateKind.
func (s *Sync) Start() error {
	return errors.Join(
		s.Peers.Handle(KindLocate, s.answerLocate),
		s.Peers.Handle(KindBlocks, s.answerBlocks),
	)
}

// Stop ends everything, timers included. Stopping twice does nothing.
func (s *Sync) Stop() {
	s.stopped = true
	s.host.Cancel(s.tick)
	for _, p := range s.peers {
		s.host.Cancel(p.grace)
	}
	if s.round != nil {
		s.round.cancel(s.host)
	}
	s.round, s.seeking = nil, nil
}

// PeerArrived is told of each new peer. Those that are ahead say so at once, by telling their tip
// (FRK-7); a peer of which nothing is known after a while is asked.
func (s *Sync) PeerArrived(addr network.Addr) {
	if s.stopped {
		return
	}
	p := &peer{addr: addr, quota: min(firstQuota, s.cfg.Step)}
	s.peers[addr] = p
	p.grace = s.host.After(s.cfg.Grace, func() {
		p.grace = 0
		if p.claim == 0 && !p.located && s.usable(p) {
			s.locate(p, false)
		}
	})
	s.assign()
}

// PeerLost is told of each peer that is gone.
func (s *Sync) PeerLost(addr network.Addr) {
	p := s.peers[addr]
	if p == nil {
		return
	}
	delete(s.peers, addr)
	s.host.Cancel(p.grace)
	if s.stopped {
		return
	}
	s.release(p)
	s.assign()
}

// Heard is told that a peer has a block of that number, and whether so much below it is missing that
// a search for one block will not do.
func (s *Sync) Heard(from network.Addr, number uint64, missing bool) {
	p := s.peers[from]
	if p == nil || s.stopped {
		return
	}
	p.claim = max(p.claim, number)
	if missing {
		s.seek(p)
	}
	s.arm()
}

// Missing is told that a block which was searched for lacks its parent as well: more is missing than
// a search is good for.
func (s *Sync) Missing() { s.seek(nil) }

// Busy says whether blocks are on their way, so that there is no need to search for them. It is false
// as soon as that leads to nothing.
func (s *Sync) Busy() bool {
	return s.seeking != nil || s.round != nil && s.host.Now().Sub(s.round.moved) < 3*s.cfg.Deadline
}

// usable says whether the peer may be asked now.
func (s *Sync) usable(p *peer) bool {
	now := s.host.Now()
	return s.peers[p.addr] == p && !now.Before(p.rest) && !now.Before(s.records[p.addr].until)
}

// sorted lists the peers by address, so that nothing depends on the order of a map.
func (s *Sync) sorted() []*peer {
	list := make([]*peer, 0, len(s.peers))
	for _, addr := range slices.Sorted(maps.Keys(s.peers)) {
		list = append(list, s.peers[addr])
	}
	return list
}

// strike remembers that a peer stalled, or lied: it is not asked for a time that doubles, or the
// longest at once (SYN-6).
func (s *Sync) strike(p *peer, lied bool) {
	r := s.records[p.addr]
	pause := s.cfg.MaxPause
	if !lied {
		pause = min(s.cfg.Pause<<min(r.strikes, 20), s.cfg.MaxPause)
	}
	s.records[p.addr] = record{r.strikes + 1, s.host.Now().Add(pause)}
	if len(s.records) > s.cfg.Remembered {
		s.forget()
	}
}

// forget drops the record that would end first.
func (s *Sync) forget() {
	var out network.Addr
	for addr, r := range s.records { // the order does not matter: of equals the smallest address goes
		if first := s.records[out]; out == "" || r.until.Before(first.until) || r.until.Equal(first.until) && addr < out {
			out = addr
		}
	}
	delete(s.records, out)
}

// lied is what becomes of a peer that broke the protocol or sent what cannot be true.
func (s *Sync) lied(p *peer, reason error) {
	s.host.Log().Info("sync: peer is no longer believed", "peer", p.addr, "reason", reason)
	s.strike(p, true)
	if s.Blame != nil {
		s.Blame(p.addr, reason)
	}
	s.release(p)
}

// behind says whether a peer that could be asked, now or later, is known to have more than the next
// block.
func (s *Sync) behind() bool {
	for _, p := range s.peers { // the order does not matter
		if p.claim > s.Chain.State().Number()+1 {
			return true
		}
	}
	return false
}

// arm sees to it that look is called while there is something to look after.
func (s *Sync) arm() {
	if s.tick == 0 && !s.stopped && (s.round != nil || s.behind()) {
		s.tick = s.host.After(s.cfg.Interval, s.look)
	}
}

// look is called once an interval while the node is behind.
func (s *Sync) look() {
	s.tick = 0
	s.assign()
	if s.round != nil {
		s.report()
	} else if s.behind() {
		s.seek(nil)
	}
	s.arm()
	s.Changed()
}
