package command

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// ledgerDemos are the ledgers that have a demo, and what each prints.
var ledgerDemos = map[string]struct {
	nodes string
	wants []string
}{
	"leader": {"3", []string{
		`^strata: 3 members of ledger leader on loopback TCP\n`,
		`member \d, which leads view \d+, stops`,
		`member \d is back`,
		`all 3 members agree: height \d+, block [0-9a-f]{16}, view [1-9]\d*, led by member \d; [1-9]\d* operations final\n$`,
	}},
	"validators": {"4", []string{
		`^strata: 4 members of ledger validators on loopback TCP\n`,
		`member 0 stops`,
		`member 0 is back`,
		`all 4 members agree: height \d+, block [0-9a-f]{16}, round \d+; [1-9]\d* operations final\n$`,
	}},
	"lattice": {"4", []string{
		`^strata: 4 representatives of ledger lattice on loopback TCP\n`,
		`representative 0 stops`,
		`representative 0 is back: \d+ blocks cemented`,
		`all 4 representatives agree: \d+ blocks cemented, sum [0-9a-f]{16}; [1-9]\d* payments final\n$`,
	}},
	"causal": {"3", []string{
		`^strata: 3 replicas of ledger causal on loopback TCP\n`,
		`replica 0 stops`,
		`replica 0 is back: \d+ updates, heads: \d+`,
		`all 3 replicas agree: [1-9]\d* updates, [1-9]\d* lines, heads [0-9a-f]{16}; [1-9]\d* writes\n$`,
	}},
}

// The demo of a ledger is real time: clients write, one of those that run it falls and comes back, and all agree. All
// demos go on at once: they wait, and hardly compute.
func TestDemo_LedgersLoseOneAndAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("a demo runs in real time, some seconds: not with -short")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent()) // what other tests left is theirs
	type ending struct {
		status    int
		out, errs bytes.Buffer
	}
	endings, s := make(map[string]*ending), newSession(t)
	var running sync.WaitGroup
	for name, demo := range ledgerDemos {
		e := &ending{}
		endings[name] = e
		running.Go(func() {
			e.status = Main(t.Context(), s.world(&e.out, &e.errs), []string{"demo", "--ledger", name, "--for", "10s", "--nodes", demo.nodes})
		})
	}
	running.Wait()
	for name, e := range endings {
		require.Zero(t, e.status, "%s: %s%s", name, e.out.String(), e.errs.String())
		require.Empty(t, e.errs.String(), name)
		for _, want := range ledgerDemos[name].wants {
			require.Regexp(t, want, e.out.String())
		}
	}
}
