package blocksync

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/harness/sim"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/node/blocktree"
	"strata/node/store"
	"strata/p2p"
)

const self network.Addr = "10.0.0.1:1"

var params = chain.Params{Difficulty: 1, BlockReward: 1, MaxTransactions: 4}

// plain is an executor that takes every block but those of the coinbase spoiler.
type plain struct{}

var spoiler = mempool.PublicKey{0xbd}

func (plain) Apply(s *chain.State, b chain.Sealed) error {
	if b.Coinbase == spoiler {
		return chain.ErrBadNonce
	}
	a := s.Account(b.Coinbase)
	a.Balance += params.BlockReward
	s.SetAccount(b.Coinbase, a)
	s.Advance(b.Number, b.Hash())
	return nil
}

func (plain) Execute(*chain.State, mempool.Transaction) error { panic("not used") }

func (plain) Build(*chain.State, chain.Pool, mempool.PublicKey) chain.Block { panic("not used") }

type noPool struct{}

func (noPool) Add(mempool.Transaction) error { return nil }
func (noPool) Evict(...mempool.TxID)         {}

// question is what the sync asked a peer.
type question struct {
	to   network.Addr
	kind messaging.Kind
	ask  []byte
	done func([]byte, error)
}

// rig is a sync whose peers are played by the test.
type rig struct {
	*Sync
	t       *testing.T
	net     *sim.Net
	tree    *blocktree.Tree
	answers map[messaging.Kind]p2p.Handler
	asked   []question // and not answered
	blamed  map[network.Addr]error
	imports int
}

func (r *rig) Handle(kind messaging.Kind, h p2p.Handler) error {
	r.answers[kind] = h
	return nil
}

func (r *rig) Request(to network.Addr, kind messaging.Kind, ask []byte, done func([]byte, error)) {
	r.asked = append(r.asked, question{to, kind, ask, done})
}

func tree(t *testing.T, blocks ...chain.Block) *blocktree.Tree {
	cfg, err := blocktree.Config{}.Complete()
	require.NoError(t, err)
	tree, err := blocktree.Open(store.NewMemory(), plain{}, noPool{}, params, cfg)
	require.NoError(t, err)
	_, err = tree.AddAll(chaintest.Seal(blocks...))
	require.NoError(t, err)
	return tree
}

// newRig has the test run at 0 s of virtual time, on the sync's loop.
func newRig(t *testing.T, cfg Config, test func(r *rig), blocks ...chain.Block) *rig {
	r := &rig{t: t, tree: tree(t, blocks...), answers: map[messaging.Kind]p2p.Handler{}, blamed: map[network.Addr]error{}}
	cfg, err := cfg.Complete()
	require.NoError(t, err)
	r.net, err = sim.New(sim.Config{})
	require.NoError(t, err)
	ran := false
	r.net.Node(self, func(h network.Host) {
		r.Sync = New(h, cfg, Around{Peers: r, Chain: r.tree, Params: params, Import: r.imported(h), Changed: func() {},
			Blame: func(peer network.Addr, reason error) { r.blamed[peer] = reason }})
		require.NoError(t, r.Start())
		test(r)
		ran = true
	})
	r.net.Run(10 * time.Minute)
	require.True(t, ran)
	r.net.At(11*time.Minute, self, func() {
		r.Stop()
		r.Stop()
		require.Zero(t, r.net.Usage(self).Timers)
	})
	r.net.Run(12 * time.Minute)
	return r
}

func (r *rig) imported(h network.Host) func([]chain.Sealed, func([]blocktree.Added, error)) {
	return func(blocks []chain.Sealed, done func([]blocktree.Added, error)) {
		h.Offload(func() {}, func() {
			r.imports++
			added, err := r.tree.AddAll(blocks)
			done(added, err)
		})
	}
}

// at does something later.
func (r *rig) at(d time.Duration, f func()) { r.host.After(d, f) }

// take takes the oldest question to a peer, or to anybody; ok is false if there is none.
func (r *rig) take(to network.Addr) (q question, ok bool) {
	for i, q := range r.asked {
		if to == "" || q.to == to {
			r.asked = append(r.asked[:i:i], r.asked[i+1:]...)
			return q, true
		}
	}
	return question{}, false
}

// honest answers questions from a chain, those to the peer alone if it is named, until there are none.
func (r *rig) honest(from Chain, to network.Addr) (answered int) {
	answer := r.serving(from)
	for {
		q, ok := r.take(to)
		if !ok {
			return answered
		}
		answered++
		answer(q)
	}
}

// serving answers a question from a chain.
func (r *rig) serving(from Chain) (answer func(question)) {
	server := New(r.host, r.cfg, Around{Peers: r, Chain: from, Params: params})
	server.peers["asker"] = &peer{addr: "asker"}
	return func(q question) {
		handle := server.answerBlocks
		if q.kind == KindLocate {
			handle = server.answerLocate
		}
		reply, ok := handle("asker", q.ask)
		require.True(r.t, ok)
		q.done(reply, nil)
	}
}

func branch(parent chain.Block, coinbase byte, length int) []chain.Block {
	var blocks []chain.Block
	for range length {
		parent = chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: mempool.PublicKey{coinbase}}
		for !params.MeetsDifficulty(parent.Hash()) {
			parent.Nonce++
		}
		blocks = append(blocks, parent)
	}
	return blocks
}

// unchecked is a chain that nobody has executed.
type unchecked struct {
	Chain
	state  *chain.State
	hashes []chain.BlockHash
	texts  map[chain.BlockHash][]byte
}

func servedUnchecked(t *testing.T, blocks []chain.Block) *unchecked {
	u := &unchecked{Chain: tree(t), state: chain.NewState(), texts: map[chain.BlockHash][]byte{}}
	for _, b := range append([]chain.Block{chain.Genesis()}, blocks...) {
		hash := b.Hash()
		u.hashes = append(u.hashes, hash)
		u.texts[hash] = b.Text()
		u.state.Advance(b.Number, hash)
	}
	return u
}

func (u *unchecked) State() *chain.State { return u.state }

func (u *unchecked) HashAt(number uint64) (chain.BlockHash, bool) {
	if number >= uint64(len(u.hashes)) {
		return chain.BlockHash{}, false
	}
	return u.hashes[number], true
}

func (u *unchecked) BlockText(hash chain.BlockHash) ([]byte, bool) {
	text, ok := u.texts[hash]
	return text, ok
}
