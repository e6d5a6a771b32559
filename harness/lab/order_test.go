package lab_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/network"
	"strata/scenario"
)

// sink hears single bytes, one from each write.
type sink struct {
	stream network.Stream
	hear   func(s network.Stream, piece []byte)
}

func (s *sink) Receive(piece []byte) { s.hear(s.stream, piece) }
func (s *sink) Ended(error)          {}

// planted is a scenario with a mistake of depth 3: it shows if the second ping of A comes before what B
// says, that before what C says, and that before the third ping, though nothing but time puts them
// in another order. Each ping answers the echo of the one before.
func planted() scenario.Scenario {
	return scenario.Scenario{
		Name: "lab/planted", For: 10 * time.Second,
		Faults: scenario.Faults{Jitter: time.Second / 2, Until: 9 * time.Second},
		Setup: func(w scenario.World) {
			heard := ""
			w.Node(w.Addr(0), func(h network.Host) {
				_, err := h.Listen(w.Addr(0), func(s network.Stream) {
					s.Deliver(&sink{s, func(s network.Stream, piece []byte) {
						if heard += string(piece); heard == "aabca" {
							w.Fail(scenario.Promise("GSP-3", "peace"), "the mistake shows")
						}
						if piece[0] == 'a' {
							s.Write(piece, nil)
						}
					}})
				})
				scenario.Must(err)
			})
			for i, word := range "abc" {
				var out network.Stream
				left := 3
				w.Node(w.Addr(i+1), func(h network.Host) {
					h.Dial(w.Addr(0), func(s network.Stream, _ error) {
						out = s
						s.Deliver(&sink{s, func(s network.Stream, piece []byte) {
							if left--; left > 0 {
								s.Write(piece, nil)
							}
						}})
					})
				})
				w.At(3*time.Second, w.Addr(i+1), "speaks", func() { out.Write([]byte(string(word)), nil) })
			}
		},
	}
}

// TestOrder_FindsADeepMistakeMoreOften compares, over the same seeds, priorities with drawn delays. The
// seeds are fixed, and so are the counts.
func TestOrder_FindsADeepMistakeMoreOften(t *testing.T) {
	s := planted()
	runs, byPriorities, byDelays := 0, 0, 0
	for seed := range uint64(16000) {
		r := lab.Run(s, lab.Options{Seed: seed})
		if r.Injected[lab.KeyOrder] == 0 {
			continue
		}
		runs++
		if r.Failed() {
			byPriorities++
		}
		if lab.Run(s, lab.Options{Seed: seed, Without: lab.Without{lab.KeyOrder: true}}).Failed() {
			byDelays++
		}
	}
	t.Logf("%d runs: %d by priorities, %d by delays", runs, byPriorities, byDelays)
	require.InDelta(t, 2000, runs, 150, "an eighth of the seeds")
	require.Greater(t, byPriorities, 4*max(1, byDelays))
}

// TestOrder_IsAChoice: a run by priorities can be made one by delays, and each demotion left out.
func TestOrder_IsAChoice(t *testing.T) {
	s := planted()
	for seed := range uint64(40) {
		keys := lab.Without{}
		for _, c := range lab.Choices(s, seed) {
			if c.Class == lab.ClassOrder {
				require.False(t, c.Fault())
				keys[c.Key] = true
			}
		}
		r := lab.Run(s, lab.Options{Seed: seed})
		require.Equal(t, len(keys) > 0, r.Injected[lab.KeyOrder] == 1)
		if len(keys) > 0 {
			require.Contains(t, keys, "demotion #1")
			require.Zero(t, lab.Run(s, lab.Options{Seed: seed, Without: keys}).Injected[lab.KeyOrder])
		}
	}
}
