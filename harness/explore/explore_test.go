package explore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"strata/harness/explore"
	"strata/network"
	"strata/network/networktest"
)

// bare is a node without layers: a program on the host's streams.
type bare struct {
	host network.Host
	got  string
}

// line passes on what arrives.
type line struct {
	stream network.Stream
	got    func(piece string)
	ended  func(error)
}

func (l line) Receive(piece []byte) { l.got(string(piece)) }
func (l line) Ended(reason error) {
	if l.ended != nil {
		l.ended(reason)
	}
}

// pings: clients send one server each a number of pings, one after the other.
func pings(clients, count int, check func(w networktest.World, node network.Addr, done func() error)) networktest.Scenario {
	return networktest.Scenario{
		Name: "pings", For: time.Minute, Explore: networktest.Budget{States: 1 << 30, From: time.Second, Apart: true},
		Setup: func(w networktest.World) {
			w.Node(w.Addr(0), func(h network.Host) {
				_, err := h.Listen(w.Addr(0), func(s network.Stream) {
					s.Deliver(line{stream: s, got: func(piece string) { s.Write(nil, []byte("re "+piece)) }})
				})
				if err != nil {
					w.Fail("NET-6", "%v", err)
				}
			})
			for i := 1; i <= clients; i++ {
				addr, sent := w.Addr(i), 0
				var stream network.Stream
				ping := func() {
					if sent++; sent <= count {
						stream.Write(nil, fmt.Append(nil, sent))
					}
				}
				w.Node(addr, func(h network.Host) {
					h.Dial(w.Addr(0), func(s network.Stream, _ error) {
						stream = s
						s.Deliver(line{got: func(piece string) {
							if want := fmt.Sprint("re ", sent); piece != want {
								w.Fail("NET-8", "expected %s, got %s", want, piece)
							}
							ping()
						}})
					})
				})
				w.At(time.Second, addr, "pings", ping)
				check(w, addr, func() error {
					if sent != count+1 {
						return fmt.Errorf("expected %d pings and their answers, got %d", count, sent-1)
					}
					return nil
				})
			}
		},
	}
}

func atEnds(w networktest.World, node network.Addr, done func() error) {
	networktest.Ends(w, time.Minute, node, "NET-8", done)
}

func byEnd(w networktest.World, _ network.Addr, done func() error) { w.By(time.Minute, "NET-8", done) }

func TestRun_CountsOrders(t *testing.T) {
	r := explore.Run(pings(2, 2, atEnds), explore.Options{})
	require.False(t, r.Failed, r.Result.String())
	// Each client has 1 action and 4 arrivals, 2 of them at the server; two such chains of 5 can be
	// interleaved in 10!/(5!5!) ways.
	require.Equal(t, float64(252), r.Coverage.Orders, r.Coverage.String())
	require.Equal(t, "all 252 orders of 8 arrivals and 2 actions at 3 nodes: 83 states", r.Coverage.String())
}

func BenchmarkRun(b *testing.B) {
	for _, clients := range []int{2, 3} {
		for name, check := range map[string]func(networktest.World, network.Addr, func() error){"each": atEnds, "all": byEnd} {
			b.Run(fmt.Sprintf("clients=%d/checks=%s", clients, name), func(b *testing.B) {
				s := pings(clients, 20, check)
				s.Explore.States = 200_000
				states, used := 0, cpu(b)
				for b.Loop() {
					r := explore.Run(s, explore.Options{})
					if r.Failed {
						b.Fatal(r.Result.String())
					}
					states += r.Coverage.States
				}
				b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
				b.ReportMetric(float64(states)/(cpu(b)-used).Seconds(), "states/cpu-s")
			})
		}
	}
}

// cpu is what this process has computed so far, the garbage collector's share included: on a busy
// machine it says more than the time that has passed.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	require.NoError(b, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
