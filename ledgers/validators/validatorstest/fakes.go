package validatorstest

import (
	"bytes"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// spiedHost is a host whose disk is watched.
type spiedHost struct {
	network.Host
	disk *spyDisk
}

func (h spiedHost) Disk() network.Disk { return h.disk }

// spyDisk knows what would be left of the files if all that is not synced were lost.
type spyDisk struct {
	network.Disk
	safe map[string][]byte // by file: what a sync has covered
	fail bool              // the next sync fails
}

func newSpyDisk(d network.Disk) *spyDisk {
	s := &spyDisk{Disk: d, safe: map[string][]byte{}}
	for _, name := range d.Names() { // what is there after a crash is on the disk
		s.safe[name] = s.content(name)
	}
	return s
}

func (s *spyDisk) content(name string) (all []byte) {
	for {
		part, err := s.Read(name, int64(len(all)), 1<<20)
		if err != nil || len(part) == 0 {
			return all
		}
		all = append(all, part...)
	}
}

// Sync notes what it covers, once it is over.
func (s *spyDisk) Sync(name string, done func(error)) {
	covers := s.content(name)
	s.Disk.Sync(name, func(err error) {
		if s.fail {
			err = network.ErrDiskFailed
		}
		if err == nil {
			s.safe[name] = covers
		}
		done(err)
	})
}

// has says whether some file has the bytes, whatever is lost.
func (s *spyDisk) has(text []byte) bool {
	for _, safe := range s.safe {
		if bytes.Contains(safe, text) {
			return true
		}
	}
	return false
}

// fakeGossip is gossip without a network.
type fakeGossip struct {
	desk     *desk
	handlers map[messaging.Kind]gossip.Handler
}

func (g *fakeGossip) Start(p2p.Watcher) error { return nil }
func (g *fakeGossip) Stop()                   {}

func (g *fakeGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	g.handlers[kind] = h
	return nil
}

// Broadcast notes the message, and holds what is signed against the disk as it would be after a crash now.
func (g *fakeGossip) Broadcast(kind messaging.Kind, payload []byte) error {
	g.desk.sent = append(g.desk.sent, sent{kind, bytes.Clone(payload)})
	g.desk.spoke(kind, payload)
	return nil
}

// sent is one message.
type sent struct {
	kind    messaging.Kind
	payload []byte
}

// passer is whom messages come from.
const passer network.Addr = "10.9.9.9:4000"

// deliver hands a message to the validator's handler, and says whether it passes it on.
func (g *fakeGossip) deliver(kind messaging.Kind, payload []byte) (pass bool) {
	if h := g.handlers[kind]; h != nil {
		return h(passer, bytes.Clone(payload))
	}
	return false
}

// fakePeers is one neighbour that says nothing by itself.
type fakePeers struct {
	handlers map[messaging.Kind]p2p.Handler
	asked    []question
	sent     []sent // to that neighbour alone
}

// question is a request that the validator has sent.
type question struct {
	kind    messaging.Kind
	payload []byte
	done    func([]byte, error)
}

func (p *fakePeers) Start(p2p.Watcher) error { return nil }
func (p *fakePeers) Stop()                   {}
func (p *fakePeers) Peers() []network.Addr   { return []network.Addr{passer} }

func (p *fakePeers) Handle(kind messaging.Kind, h p2p.Handler) error {
	p.handlers[kind] = h
	return nil
}

func (p *fakePeers) Request(_ network.Addr, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	p.asked = append(p.asked, question{kind, bytes.Clone(payload), done})
}

func (p *fakePeers) Send(_ network.Addr, kind messaging.Kind, payload []byte) error {
	p.sent = append(p.sent, sent{kind, bytes.Clone(payload)})
	return nil
}

func (p *fakePeers) Broadcast(messaging.Kind, []byte, ...network.Addr) error { return nil }

// deliver hands a message of the neighbour to the validator's handler.
func (p *fakePeers) deliver(kind messaging.Kind, payload []byte) (reply []byte, ok bool) {
	if h := p.handlers[kind]; h != nil {
		return h(passer, bytes.Clone(payload))
	}
	return nil, false
}

// referee judges by the rules, written down once more: the suite does not trust the code that it tests.
type referee struct{}

func (referee) Quorum(total uint64) (q uint64) {
	for q = total/2 + 1; q < total && 3*q <= 2*total; q++ { // small numbers alone
	}
	return q
}

func (referee) Proposer(n int, height uint64, round uint32) int {
	return int((height - 1 + uint64(round)) % uint64(n))
}

func (referee) Certifies(ledgers.ChainID, validators.Set, *validators.Certificate) error { return nil }

func (referee) Contradict(ledgers.ChainID, *validators.Evidence) bool { return true }

func (referee) Slash(s *validators.State, p validators.Params, height uint64, e *validators.Evidence) bool {
	a, ok := s.Owner(e.First.Key)
	if r, _ := s.Registration(a); !ok || r.Marked {
		return false
	}
	s.SlashStake(a, e.First.Height, height, p.Unbonding, func(amount uint64) uint64 { return (amount + 19) / 20 })
	s.Mark(a)
	return true
}
