//go:build unix

package explore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"strata/harness/explore"
	"strata/harness/explore/pings"
	"strata/scenario"
	"strata/solutions"
)

// BenchmarkRun explores 200,000 states of the ping workload: 20 pings by each client. On streams the
// nodes are programs without layers; on layers they are requests of messaging over network.
func BenchmarkRun(b *testing.B) {
	for name, workload := range map[string]func(clients, count int) scenario.Scenario{
		"streams": pings.OnStreams,
		"layers": func(clients, count int) scenario.Scenario {
			return pings.OnLayers(solutions.Stack().Stack.Stack.Stack.Stack, clients, count)
		},
	} {
		for _, clients := range []int{2, 3} {
			b.Run(fmt.Sprintf("on=%s/clients=%d", name, clients),
				func(b *testing.B) { explored(b, workload(clients, 20)) })
		}
	}
}

func explored(b *testing.B, s scenario.Scenario) {
	states, used := 0, cpu(b)
	for b.Loop() {
		r := explore.Run(s, explore.Options{})
		if r.Failed() {
			b.Fatal(r.Result.String())
		}
		states += r.Coverage.States
	}
	b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
	b.ReportMetric(float64(states)/(cpu(b)-used).Seconds(), "states/cpu-s")
}

// cpu is what this process has computed so far, the garbage collector's share included: on a busy
// machine it says more than the time that has passed.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	require.NoError(b, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
