package leader

import (
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
)

// beats is the leader's sign of life, and what the node tells its peers of itself.
type beats struct {
	number uint64    // of the last own beat
	next   time.Time // when the next is due
	heard  []uint64  // by member: the number of its last
	ask    bool      // the next one asks who is there
	stood  time.Time // when the node told last where it stands
	said   []byte    // what it said then
	proofs map[network.Addr]time.Time
}

// tick beats if this node leads.
func (b *beats) tick(n *node, now time.Time) {
	if !n.leads() || now.Before(b.next) && !b.ask {
		return
	}
	b.next = now.Add(n.cfg.Beat)
	b.number++
	n.broadcast(leader.KindBeat, &leader.Beat{View: n.view, Number: b.number, Commit: n.commit, Ask: b.ask})
	b.ask = false
	n.votes.leader = now
}

// heardBeat is told that a leader is there, and says whether it is news. What it has committed is
// believed up to its own log's tip, in the view that both take part in (LDR-3).
func (n *node) heardBeat(b *leader.Beat) (news bool) {
	if b.View != n.view || b.Member != n.genesis().Leader(n.view) {
		return false
	}
	if n.beats.heard == nil {
		n.beats.heard = make([]uint64, len(n.acks))
	}
	if b.Number <= n.beats.heard[b.Member] {
		return false
	}
	n.beats.heard[b.Member] = b.Number
	n.votes.leader = n.host.Now()
	if n.normal() {
		tip, _ := n.tip()
		n.committed(min(b.Commit, tip))
		if b.Ask && n.member() {
			n.broadcast(leader.KindHere, &leader.Here{View: b.View, Number: b.Number})
		}
	}
	return true
}

// standEvery is how often a node tells its peers where it stands, at least (LED-7).
const standEvery = 500 * time.Millisecond

// tellStanding tells every peer where the node stands: twice a second, and when it has changed.
func (n *node) tellStanding(now time.Time) {
	s := n.Standing()
	said := s.Encode()
	if now.Sub(n.beats.stood) < standEvery && slices.Equal(said, n.beats.said) {
		return
	}
	n.beats.stood, n.beats.said = now, said
	if err := n.peers.Broadcast(leader.KindAt, said); err != nil {
		n.host.Log().Warn("where the node stands was not told", "reason", err)
	}
}

// heardStanding sends a peer what it lacks and can use now (LED-7), and asks it for what this node lacks.
func (n *node) heardStanding(from network.Addr, s *leader.Standing) {
	if s.Commit > n.commit {
		n.askRange(from) // with its certificate it is good in any view
	}
	if s.View < n.view {
		n.prove(from)
	}
	if s.View != n.view {
		return
	}
	sent := 0
	send := func(kind kindOf, w word) {
		if sent++; sent <= maxRepeats {
			_ = n.peers.Send(from, repeated(kind), leader.Encode(w)) // if it is gone, it hears of it later
		}
	}
	if s.LastNormal < n.view {
		if n.begun != nil {
			send(leader.KindBegin, n.begun)
		}
		for _, c := range n.votes.changes {
			if c != nil && c.View == n.view && n.begun == nil {
				send(leader.KindChange, c)
			}
		}
		return
	}
	for member, a := range n.acks {
		if a != nil && a.View == n.view && member < len(s.Acked) && lacks(s, a) {
			send(leader.KindAck, a)
		}
	}
	if tip, _ := n.tip(); n.normal() && s.Height > tip {
		n.askTip(from, s)
	}
}

// lacks says whether a peer that stands there has not heard of an acknowledgement, and can use it: below what it knows
// to be committed only one for its tip comes in time.
func lacks(s *leader.Standing, a *leader.Ack) bool {
	return a.Height > s.Acked[a.Member] && (a.Height > s.Commit || a.Height >= s.Height)
}

// maxRepeats is how many messages of others a peer is sent at a time (LED-7).
const maxRepeats = 32

// prove answers a peer that is in a lower view with the proof of this one, at most once a second (LDR-5).
func (n *node) prove(to network.Addr) {
	now := n.host.Now()
	if n.beats.proofs == nil {
		n.beats.proofs = map[network.Addr]time.Time{}
	}
	if now.Sub(n.beats.proofs[to]) < time.Second {
		return
	}
	n.beats.proofs[to] = now
	if n.begun != nil {
		_ = n.peers.Send(to, repeated(leader.KindBegin), leader.Encode(n.begun))
		return
	}
	for _, w := range n.votes.wishes {
		if w.Wish != nil && w.View >= n.view {
			_ = n.peers.Send(to, repeated(leader.KindWish), leader.Encode(w.Wish))
		}
	}
}

// askTip asks a peer of the same view for the tip of its log, if the announcement was lost.
func (n *node) askTip(from network.Addr, s *leader.Standing) {
	if n.build.open[s.Hash] != nil || n.early[s.Height] != nil {
		return
	}
	hash, view := s.Hash, n.view
	n.peers.Request(from, leader.KindFetch, hash[:], func(reply []byte, err error) {
		if err != nil || n.view != view {
			return
		}
		b := n.whole(from, reply, hash)
		if b == nil {
			return
		}
		n.offered(b)
		if tip, _ := n.tip(); b.Height > tip+1 {
			n.askTip(from, &leader.Standing{Hash: b.Parent, Height: b.Height - 1})
		}
	})
}

// forgetPeer forgets what was told to a peer that is gone.
func (b *beats) forgetPeer(peer network.Addr) { delete(b.proofs, peer) }

// answerFetch gives a block by its hash.
func (n *node) answerFetch(question []byte) (answer []byte, ok bool) {
	if len(question) != 32 {
		return nil, false
	}
	b, err := n.blocks.Get(leader.Hash(question))
	if err != nil || b == nil {
		return nil, false
	}
	return b.Encode(), true
}

// rangeEvery is how long the node waits for an answer before it asks again.
const rangeEvery = 300 * time.Millisecond

// askRange asks a peer for the committed blocks after the last that was executed here.
func (n *node) askRange(from network.Addr) {
	now := n.host.Now()
	if now.Before(n.pursuit.rangeUntil) {
		return
	}
	n.pursuit.rangeUntil = now.Add(rangeEvery)
	after := n.state.Hash
	n.peers.Request(from, leader.KindRange, after[:], func(reply []byte, err error) {
		if err == nil && n.state.Hash == after {
			n.adopt(from, reply)
		}
	})
}

// answerRange gives the blocks after a hash: at most 64 of them and 512 KiB, and a certificate of the last
// (LDR-7). Nothing, if the hash is not on the log, or no certificate is here.
func (n *node) answerRange(question []byte) (answer []byte, ok bool) {
	if len(question) != 32 {
		return nil, false
	}
	from, found := n.heightOf(leader.Hash(question))
	if !found {
		return nil, false
	}
	var blocks [][]byte
	size, last := 0, 0
	var cert []byte
	for height := from + 1; height <= n.commit && len(blocks) < ledgers.MaxRange; height++ {
		b, err := n.blocks.Get(n.hashAt(height))
		if err != nil || b == nil {
			break
		}
		encoded := b.Encode()
		if size += len(encoded); size > ledgers.MaxBlock && len(blocks) > 0 {
			break
		}
		blocks = append(blocks, encoded)
		if c, _ := n.certs.Get(height); c != nil {
			last, cert = len(blocks), c.Append(nil)
		}
	}
	if last == 0 {
		return nil, false
	}
	answer = append(answer, byte(last))
	for _, b := range blocks[:last] {
		answer = ledgers.AppendBytes(answer, b)
	}
	return append(answer, cert...), true
}

// heightOf finds a block of the log.
func (n *node) heightOf(hash leader.Hash) (uint64, bool) {
	if hash == (leader.Hash{}) {
		return 0, n.base == 0
	}
	if b, _ := n.blocks.Get(hash); b != nil && n.hashAt(b.Height) == hash {
		return b.Height, true
	}
	return 0, false
}

// adopt takes committed blocks that came with a certificate: what contradicts them in its own log was never
// committed. A wrong answer is dropped whole, and its sender is to blame.
func (n *node) adopt(from network.Addr, answer []byte) {
	blocks, cert, err := decodeRange(answer)
	if err != nil || !n.follows(blocks, cert) {
		n.blame(from, ledgers.ErrAnswer)
		return
	}
	n.store(blocks...)
	n.adopted(blocks, cert)
}

// decodeRange reads an answer of one to MaxRange blocks.
func decodeRange(answer []byte) (blocks []*leader.Block, cert *leader.Certificate, err error) {
	d := ledgers.NewDecoder(answer)
	count := int(d.Uint8())
	if count == 0 || count > ledgers.MaxRange {
		return nil, nil, ledgers.ErrAnswer
	}
	for ; count > 0 && d.OK(); count-- {
		b, err := leader.DecodeBlock(d.Bytes(ledgers.MaxBlock))
		if err != nil {
			return nil, nil, err
		}
		blocks = append(blocks, b)
	}
	cert = leader.DecodeCertificate(d)
	return blocks, cert, d.Err()
}

// follows says whether the blocks follow what was executed here, one another, and end in the certificate.
func (n *node) follows(blocks []*leader.Block, cert *leader.Certificate) bool {
	height, parent := n.state.Height, n.state.Hash
	for _, b := range blocks {
		height++
		if b.Height != height || b.Parent != parent || leader.Root(b.IDs(n.chain)) != b.Root {
			return false
		}
		parent = b.Hash(n.chain)
	}
	return cert.Proves(n.genesis(), n.chain, height, parent)
}

// adopted puts the blocks, whose bodies are in the block store, into the log.
func (n *node) adopted(blocks []*leader.Block, cert *leader.Certificate) {
	last := blocks[len(blocks)-1]
	if n.stopped || last.Height <= n.commit || blocks[0].Height > n.commit+1 && blocks[0].Parent != n.hashAt(blocks[0].Height-1) {
		return
	}
	kept := blocks[0].Height - 1
	var suffix []leader.Hash
	for _, b := range blocks {
		hash := b.Hash(n.chain)
		if len(suffix) == 0 && n.hashAt(b.Height) == hash {
			kept = b.Height
			continue
		}
		suffix = append(suffix, hash)
	}
	if len(suffix) > 0 {
		n.replaceLog(kept, suffix)
		n.pursuit.drop()
		n.rewrite(leader.RecordAdopt, nil, kept, func() {})
	}
	if err := n.certs.Add(last.Height, cert); err != nil {
		n.fail(err)
		return
	}
	n.committed(last.Height)
}
