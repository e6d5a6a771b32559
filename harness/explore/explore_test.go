package explore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/explore"
	"strata/harness/explore/pings"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// line passes on what arrives.
type line struct{ got func(piece string) }

func (l line) Receive(piece []byte) { l.got(string(piece)) }
func (l line) Ended(error)          {}

func TestRun_CountsOrders(t *testing.T) {
	r := explore.Run(pings.OnStreams(2, 2), explore.Options{})
	require.False(t, r.Failed(), r.Result.String())
	// Each client has 1 action and 4 arrivals, 2 of them at the server; two such chains of 5 can be
	// interleaved in 10!/(5!5!) ways.
	require.Equal(t, float64(252), r.Coverage.Orders, r.Coverage.String())
	require.Equal(t, "all 252 orders of 8 arrivals and 2 actions at 3 nodes: 83 states", r.Coverage.String())
}

func TestRun_AnswersForItsBudget(t *testing.T) {
	s := pings.OnStreams(2, 20)
	s.Explore.States = 300
	r := explore.Run(s, explore.Options{})
	require.False(t, r.Failed(), r.Result.String())
	require.False(t, r.Coverage.Complete)
	require.Equal(t, 300, r.Coverage.States)
	require.Equal(t, "every order of the first 11 events and 200 random orders to the end, "+
		"of 80 arrivals and 2 actions, at 3 nodes: 300 states", r.Coverage.String())
}

// An exploration is alive as long as callbacks return, however many they are and whether or not they lead to new states:
// the grader's limit is for what does not return.
func TestRun_IsAlive(t *testing.T) {
	for _, apart := range []bool{true, false} {
		s := pings.OnStreams(2, 20)
		s.Explore.States, s.Explore.Apart = 300, apart
		alive := 0
		r := explore.Run(s, explore.Options{Alive: func() { alive++ }})
		require.False(t, r.Failed(), r.Result.String())
		require.Positive(t, alive)
		require.Equal(t, int(r.Events)/256, alive)
	}
}

func TestRun_IsReproducible(t *testing.T) {
	s := pings.OnStreams(2, 3)
	first, again := explore.Run(s, explore.Options{}), explore.Run(s, explore.Options{})
	require.Equal(t, first, again)
	s.Explore.Apart = false // the long way round comes to the same
	long := explore.Run(s, explore.Options{})
	require.Equal(t, first.Coverage.States, long.Coverage.States)
	require.Equal(t, first.Coverage.Orders, long.Coverage.Orders)
	require.Equal(t, first.Hash, long.Hash)
}

// A rule that breaks in one order of many is found, with the fewest events, and replayed.
func TestRun_FindsTheOrder(t *testing.T) {
	s := scenario.Scenario{
		Name: "race", For: time.Minute,
		Setup: func(w scenario.World) {
			var got []int
			w.Node(w.Addr(0), func(h network.Host) {
				_, err := h.Listen(w.Addr(0), func(s network.Stream) {
					s.Deliver(line{got: func(piece string) { got = append(got, int(piece[0])) }})
				})
				require.NoError(t, err)
			})
			for i := 1; i <= 3; i++ {
				w.Node(w.Addr(i), func(h network.Host) {
					h.Dial(w.Addr(0), func(s network.Stream, _ error) { s.Write(nil, []byte{byte(i)}) })
				})
			}
			w.Always(scenario.Promise("NET-8", "peace"), func() error {
				if fmt.Sprint(got) == "[3 1]" {
					return fmt.Errorf("expected anything else, got 3 before 1")
				}
				return nil
			})
		},
	}
	r := explore.Run(s, explore.Options{})
	require.True(t, r.Failed())
	require.Equal(t, "NET-8", r.Failure.Rule)
	require.Len(t, r.Schedule, 4+3+3, "four boots, and three events of each of the two connections")
	again := explore.Replay(s, r.Schedule, explore.Options{})
	require.Equal(t, r.Failure.Text, again.Failure.Text)
	require.False(t, explore.Replay(s, nil, explore.Options{}).Failed())
}

func TestRun_Panics(t *testing.T) {
	s := scenario.Scenario{Name: "panics", For: time.Minute, Setup: func(w scenario.World) {
		w.Node(w.Addr(0), func(h network.Host) {
			h.After(time.Second, func() { panic(network.NotWritten("gossip.2")) })
		})
	}}
	r := explore.Run(s, explore.Options{})
	require.Equal(t, lab.Unwritten, r.Failure.Ending)
	require.Equal(t, "gossip.2", r.Failure.Step)
}

// A check that panics at the end fails the run; before the end it does not count.
func TestRun_PanicsInACheckOfTheEnd(t *testing.T) {
	s := scenario.Scenario{Name: "panics at the end", For: time.Minute,
		Explore: scenario.Budget{States: 50, Apart: true}, Setup: func(w scenario.World) {
			w.Node(w.Addr(0), func(h network.Host) { h.After(time.Second, func() {}) })
			w.Ends(w.Addr(0), scenario.Promise("NET-1", "peace"), func() error { panic("boom") })
		}}
	r := explore.Run(s, explore.Options{})
	require.True(t, r.Failed())
	require.Equal(t, lab.Panicked, r.Failure.Ending)
	require.Equal(t, "panic: boom", r.Failure.Text)
	require.Len(t, r.Schedule, 2, "the boot and the timer")
}

func TestRun_RefusesFaultsOfItsOwn(t *testing.T) {
	s := scenario.Scenario{Name: "faulty", For: time.Minute, Faults: scenario.Faults{Resets: 1, Until: time.Second},
		Setup: func(w scenario.World) {
			w.Node(w.Addr(0), func(network.Host) {})
		}}
	r := explore.Run(s, explore.Options{})
	require.True(t, r.Failed())
	require.Contains(t, r.Failure.Text, "faults at fixed times")
}

func TestRun_RefusesTwins(t *testing.T) {
	s := scenario.Scenario{Name: "twins", For: time.Minute, Setup: func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.Twin(w.Addr(0), w.Addr(1), func(network.Host) {})
	}}
	r := explore.Run(s, explore.Options{})
	require.True(t, r.Failed())
	require.Contains(t, r.Failure.Text, "it has twins")
}

func TestSchedule_IsTextAndBack(t *testing.T) {
	require.Equal(t, "0,2,1", explore.FormatSchedule([]int{0, 2, 1, 0, 0}))
	schedule, err := explore.ParseSchedule("0,2,1")
	require.NoError(t, err)
	require.Equal(t, []int{0, 2, 1}, schedule)
	_, err = explore.ParseSchedule("0,x")
	require.ErrorContains(t, err, `"x" is no number`)
}

// Of two items of work at one instant a trace tells both.
func TestReplay_TracesEveryItemOfWork(t *testing.T) {
	s := scenario.Scenario{Name: "work", For: time.Minute, Setup: func(w scenario.World) {
		w.Node(w.Addr(0), func(h network.Host) { h.Log().Info("up", "n", 1) })
		w.At(time.Second, w.Addr(0), "one", func() {})
		w.At(time.Second, w.Addr(0), "two", func() {})
	}}
	var told []string
	explore.Replay(s, nil, explore.Options{Trace: func(e sim.TraceEvent) {
		told = append(told, e.Kind.String()+" "+e.Text)
	}})
	require.Equal(t, []string{"boot ", "log up n=1", "work one", "work two"}, told)
}

// Two nodes that answer every answer never come to rest; that is said instead of waited for.
func TestRun_EndsWithoutAnEnd(t *testing.T) {
	echo := func(s network.Stream) { s.Deliver(line{got: func(piece string) { s.Write(nil, []byte(piece)) }}) }
	s := scenario.Scenario{Name: "endless", For: time.Minute, Explore: scenario.Budget{States: 50, Apart: true},
		Setup: func(w scenario.World) {
			w.Node(w.Addr(0), func(h network.Host) {
				_, err := h.Listen(w.Addr(0), echo)
				require.NoError(t, err)
			})
			w.Node(w.Addr(1), func(h network.Host) {
				h.Dial(w.Addr(0), func(s network.Stream, _ error) {
					echo(s)
					s.Write(nil, []byte("ping"))
				})
			})
		}}
	r := explore.Run(s, explore.Options{})
	require.True(t, r.Failed())
	require.Equal(t, lab.Restless, r.Failure.Ending)
	require.True(t, explore.Replay(s, nil, explore.Options{}).Failed())
}
