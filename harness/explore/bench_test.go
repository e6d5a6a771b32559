//go:build unix

package explore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"strata/harness/explore"
	"strata/harness/reference"
	"strata/messaging"
	"strata/network"
	"strata/network/networktest"
)

// BenchmarkRun explores 200,000 states of the ping workload: 20 pings by each client. On streams the
// nodes are programs without layers; on layers they are requests of messaging over network.
func BenchmarkRun(b *testing.B) {
	for name, workload := range map[string]func(clients, count int) networktest.Scenario{
		"streams": pings,
		"layers":  requests,
	} {
		for _, clients := range []int{2, 3} {
			b.Run(fmt.Sprintf("on=%s/clients=%d", name, clients), func(b *testing.B) { explored(b, workload(clients, 20)) })
		}
	}
}

func explored(b *testing.B, s networktest.Scenario) {
	s.Explore = networktest.Budget{States: 200_000, From: time.Second, Apart: true}
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
}

// requests is pings on layers 1 and 2.
func requests(clients, count int) networktest.Scenario {
	stack := reference.Stack().Stack.Stack.Stack.Stack
	start := func(w networktest.World, h network.Host, number int) (network.Network, messaging.Messaging) {
		netCfg, err := network.Config{Listen: w.Addr(number)}.Complete()
		if err != nil {
			panic(err)
		}
		msgCfg, err := messaging.Config{}.Complete()
		if err != nil {
			panic(err)
		}
		net := stack.NewNetwork(h, netCfg)
		msg := stack.NewMessaging(h, net, msgCfg)
		if err := msg.Handle("ping", func(_ network.ConnID, payload []byte) ([]byte, bool) { return payload, true }); err != nil {
			panic(err)
		}
		if err := msg.Start(nil); err != nil {
			panic(err)
		}
		return net, msg
	}
	return networktest.Scenario{Name: "requests", For: time.Minute, Setup: func(w networktest.World) {
		w.Node(w.Addr(0), func(h network.Host) { start(w, h, 0) })
		for i := 1; i <= clients; i++ {
			c := &client{w: w, count: count}
			w.Node(w.Addr(i), func(h network.Host) {
				var net network.Network
				net, c.msg = start(w, h, i)
				net.Dial(w.Addr(0), func(id network.ConnID, _ error) { c.conn = id })
			})
			w.At(time.Second, w.Addr(i), "pings", c.ping)
			networktest.Ends(w, time.Minute, w.Addr(i), "MSG-7", func() error {
				if c.sent != count+1 {
					return fmt.Errorf("expected %d answers, got %d", count, c.sent-1)
				}
				return nil
			})
		}
	}}
}

type client struct {
	w           networktest.World
	msg         messaging.Messaging
	conn        network.ConnID
	sent, count int
}

func (c *client) ping() {
	if c.sent++; c.sent > c.count {
		return
	}
	want := fmt.Sprint(c.sent)
	c.msg.Request(c.conn, "ping", []byte(want), func(reply []byte, err error) {
		if string(reply) != want {
			c.w.Fail("MSG-8", "expected %s, got %q, %v", want, reply, err)
		}
		c.ping()
	})
}

// cpu is what this process has computed so far, the garbage collector's share included: on a busy
// machine it says more than the time that has passed.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	require.NoError(b, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
