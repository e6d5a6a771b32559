package blocks_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/causal/blocks"
	"strata/network"
	"strata/p2p"
)

// graph is a replica that knows updates, and the ledger on it that a test asks for cuts.
type graph struct {
	causal.Causal
	genesis causal.Genesis
	app     agreement.Application
	updates map[causal.ID]*causal.Update
	graph   *causal.Ancestry
	named   map[causal.ID]bool
}

func newGraph() *graph {
	g := &graph{updates: map[causal.ID]*causal.Update{}, named: map[causal.ID]bool{}}
	g.genesis = causal.Genesis{Document: "notes", Members: []ledgers.Member{{Key: network.PublicKey{1}, Addr: "10.0.0.1:4000"}}}
	g.graph = causal.NewAncestry(g.genesis.Root())
	blocks.New(nil, nil, nil, causal.Config{Genesis: g.genesis}, causal.Stack{
		NewCausal: func(network.Host, gossip.Gossip, p2p.P2P, causal.Config) causal.Causal { return g },
		NewBank:   func() causal.Bank { return nil },
		NewAgreement: func(_ network.Host, _ gossip.Gossip, _ p2p.P2P, _ agreement.Config, app agreement.Application) agreement.Agreement {
			g.app = app
			return nil
		},
	})
	return g
}

// add delivers an update with a number, which stands on others; on nothing else on the root.
func (g *graph) add(number uint32, on ...causal.ID) (id causal.ID) {
	binary.BigEndian.PutUint32(id[:], number)
	if len(on) == 0 {
		on = []causal.ID{g.genesis.Root()}
	}
	g.updates[id] = &causal.Update{Predecessors: on}
	g.graph.Add(id, on)
	for _, p := range on {
		g.named[p] = true
	}
	return id
}

func (g *graph) Update(id causal.ID) *causal.Update { return g.updates[id] }

func (g *graph) Heads() (heads []causal.ID) {
	for id := range g.updates {
		if !g.named[id] {
			heads = append(heads, id)
		}
	}
	slices.SortFunc(heads, causal.ID.Compare)
	return heads
}

func (g *graph) Cut(heads, others []causal.ID) (cut []causal.Delivered, whole bool) {
	for id := range g.updates {
		if g.graph.Behind(id, heads) && !g.graph.Behind(id, others) {
			cut = append(cut, causal.Delivered{ID: id, Depth: g.graph.Depth(id)})
		}
	}
	return cut, true
}

// after is the cut that a member proposes after another one; it has all that this one had.
func (g *graph) after(t *testing.T, old []causal.ID) []causal.ID {
	t.Helper()
	parent := agreement.Block{Height: 1, Content: blocks.EncodeCut(old)}
	content := g.app.Content(parent)
	known, err := g.app.Check(parent, agreement.Block{Height: 2, Content: content})
	require.NoError(t, err)
	require.True(t, known)
	cut, err := blocks.DecodeCut(content)
	require.NoError(t, err)
	return cut
}

// Somebody writes more heads than a cut can name. Whoever writes on is in the next cut, also if the one before is full
// (CAU-8).
func TestCut_AFloodOfHeads_CAU8(t *testing.T) {
	g := newGraph()
	var flood []causal.ID
	for i := range uint32(2 * blocks.MaxCut) {
		flood = append(flood, g.add(i))
	}
	cut := g.after(t, []causal.ID{g.genesis.Root()})
	require.Len(t, cut, blocks.MaxCut)
	for _, on := range [][]causal.ID{{cut[3], cut[500]}, {flood[len(flood)-1], cut[4]}} {
		fresh := g.add(uint32(len(g.updates)), on...)
		require.Greater(t, len(g.Heads()), blocks.MaxCut)
		cut = g.after(t, cut)
		require.Contains(t, cut, fresh)
		require.NotContains(t, cut, on[1], "one place for both")
		require.Len(t, cut, blocks.MaxCut)
	}
	deep := g.add(20_001, g.add(20_000))
	require.Contains(t, g.after(t, cut[1:]), deep, "the deepest comes first")
}

// A leader has filled a cut with what stands behind its first head: the next one needs no place for it (CAU-8).
func TestCut_HeadsThatAreNone_CAU8(t *testing.T) {
	g := newGraph()
	var chain []causal.ID
	for i := range uint32(blocks.MaxCut) {
		chain = append(chain, g.add(i, chain[max(0, len(chain)-1):]...))
	}
	for i := range uint32(2 * blocks.MaxCut) {
		g.add(10_000 + i)
	}
	cut := g.after(t, chain)
	require.Len(t, cut, blocks.MaxCut)
	require.Contains(t, cut, chain[len(chain)-1])
	require.NotContains(t, cut, chain[0])
}
