package gossip

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/gossip"
)

// TestSeen_GSP7 compares the set with the rule written down naively: a list that is searched.
func TestSeen_GSP7(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 6).Draw(t, "max")
		s := seen{max: limit}
		var model []sighting
		now := time.Unix(0, 0)
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				require.LessOrEqual(t, len(s.ids), limit)
				require.Len(t, s.order, len(s.ids))
			},
			"add": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "seconds")) * time.Second)
				id := gossip.MessageID{byte(rapid.IntRange(0, 9).Draw(t, "id"))}
				fresh := true
				for _, m := range model {
					fresh = fresh && m.id != id
				}
				require.Equal(t, fresh, s.add(id, now))
				if fresh {
					model = append(model, sighting{id, now})
					model = model[max(0, len(model)-limit):]
				}
			},
			"forget": func(t *rapid.T) {
				until := now.Add(-time.Duration(rapid.IntRange(0, 5).Draw(t, "seconds")) * time.Second)
				s.forget(until)
				for len(model) > 0 && !model[0].at.After(until) {
					model = model[1:]
				}
				require.Len(t, s.ids, len(model))
			},
		})
	})
}

func TestSeen_KeepsNoMemoryWhenEmpty(t *testing.T) {
	s := seen{max: 100}
	for i := range 50 {
		s.add(gossip.MessageID{byte(i)}, time.Unix(int64(i), 0))
	}
	s.forget(time.Unix(49, 0))
	require.Nil(t, s.ids)
	require.Nil(t, s.order)
}

// BenchmarkSeen_Full adds to a set that is full: each addition forgets one id.
func BenchmarkSeen_Full(b *testing.B) {
	s := seen{max: 1 << 16}
	var id gossip.MessageID
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		id[0], id[1], id[2], id[3] = byte(i), byte(i>>8), byte(i>>16), byte(i>>24)
		s.add(id, time.Time{})
	}
}
