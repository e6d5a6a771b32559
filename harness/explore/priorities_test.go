package explore

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

// deaf takes what comes.
type deaf struct{}

func (deaf) Receive([]byte) {}
func (deaf) Ended(error)    {}

// chatter is three nodes of which two dial the first, and write twice to it.
func chatter() scenario.Scenario {
	return scenario.Scenario{Name: "explore/chatter", For: time.Second,
		Explore: scenario.Budget{States: 1000, Apart: true}, Setup: func(w scenario.World) {
			w.Node(w.Addr(0), func(h network.Host) {
				_, err := h.Listen(w.Addr(0), func(s network.Stream) { s.Deliver(deaf{}) })
				if err != nil {
					panic(err)
				}
			})
			for i := 1; i < 3; i++ {
				w.Node(w.Addr(i), func(h network.Host) {
					h.Dial(w.Addr(0), func(s network.Stream, _ error) {
						s.Deliver(deaf{})
						s.Write([]byte("one"), nil)
						s.Write([]byte("two"), nil)
					})
				})
			}
		}}
}

// TestPriorities_AreOfCausalChains: a dial, its acceptance and what is written then are one chain, which
// runs to its end before another begins, but where it falls behind.
func TestPriorities_AreOfCausalChains(t *testing.T) {
	e, err := newEngine(chatter(), Options{Seed: 1})
	require.NoError(t, err)
	x := &search{e: e, level: make(map[state]int32)}
	whole := 0
	for seed := range uint64(40) {
		p := e.newPriorities(rand.New(rand.NewPCG(seed, 1)), nil)
		s, used, turns, last := e.root(), map[uint64]bool{}, 0, uint64(0)
		var path []move
		for {
			moves := e.enabled(&s, nil)
			if len(moves) == 0 {
				break
			}
			c := moves[p.first(&s, moves, len(path))]
			if c.kind != evBoot {
				chain := p.event(e.origin(&s, c)).Chain
				if used[chain] = true; chain != last {
					turns++
				}
				last = chain
			}
			to, broken := x.follow(&s, c, func() []move { return path })
			require.Nil(t, broken)
			p.happened(&s, c, to)
			path = append(path, c)
			s = s.follow(c, to)
		}
		require.Len(t, path, 3+2*4, "boots; a dial, its acceptance, two pieces, twice")
		require.Len(t, used, 2)
		if turns == 2 {
			whole++
		}
		require.LessOrEqual(t, turns, 2+2*(depth-1))
	}
	require.Positive(t, whole)
	require.Less(t, whole, 40, "some chain fell behind")
}
