package command

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/solutions"
)

// A demo is real time: three seconds of blocks, and the time to agree.
func TestDemo_PlainAndInAgreement(t *testing.T) {
	if testing.Short() {
		t.Skip("a demo runs in real time, some seconds: not with -short")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent()) // what other tests left is theirs
	s := newSession(t)
	status, out, errs := s.run(t, "demo", "--for", "3s", "--nodes", "3")
	require.Zero(t, status, "%s%s", out, errs)
	require.Empty(t, errs)
	require.NotContains(t, out, "\x1b", "no terminal, no escapes")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Regexp(t, `^strata: 3 nodes on loopback TCP, difficulty \d, about a block a second$`, lines[0])
	for _, line := range lines[1:4] {
		require.Regexp(t, `^strata: page and API at http://127\.0\.0\.1:\d+/$`, line, "each node has a page")
	}
	verdict := regexp.MustCompile(`^all 3 nodes agree: height (\d+), tip [0-9a-f]{16}, balances \[[\d ]+\], sum (\d+) = 10000 x (\d+)$`)
	require.Regexp(t, verdict, lines[len(lines)-1])
}

// Each of five nodes has the same page as a node that runs for years, with the figures of its own.
func TestDemo_EveryNodeHasItsPage(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent()) // what other tests left is theirs
	var out bytes.Buffer
	d, err := startDemo(solutions.Stack(), calibrate(1_000, 5), 5, slog.DiscardHandler, &out)
	require.NoError(t, err)
	defer d.stop()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(url string) string {
		a, err := client.Get(url)
		require.NoError(t, err)
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, a.StatusCode, url)
		return string(text)
	}
	pages := regexp.MustCompile(`http://\S+/`).FindAllString(out.String(), -1)
	require.Len(t, pages, 5)
	for i, page := range pages {
		require.Contains(t, get(page), "<title>Strata node</title>")
		require.Contains(t, get(page+"views/chain.js"), "forks")
		require.Contains(t, get(page+"v1/status"), fmt.Sprintf(`"self":"%s"`, d.nodes[i].Addr))
	}
}

func TestDemo_Refuses(t *testing.T) {
	s := newSession(t)
	require.Equal(t, "nodes is 0: want 1 to 20", s.refused(t, "demo", "--nodes", "0"))
	require.Equal(t, `--for: "soon" is not a time: want one such as 20s or 1m30s`, s.refused(t, "demo", "--for", "soon"))
}

// However fast the machine and however many the nodes: a block a second, within the rounding of a
// bout, at a tenth of a core.
func TestCalibrate_ABlockASecond(t *testing.T) {
	for _, rate := range []float64{1_000, 50_000, 400_000, 3_000_000, 40_000_000} {
		for _, nodes := range []int{1, 5, 20} {
			p := calibrate(rate, nodes)
			hashes := float64(p.miner.Batch) * float64(nodes) * float64(time.Second) / float64(p.miner.Interval)
			perBlock := 1.0
			for range p.difficulty {
				perBlock *= 16
			}
			if p.difficulty > 2 {
				require.InEpsilon(t, perBlock*haste, hashes, 0.1, "rate %v, %d nodes: %+v", rate, nodes, p)
				require.LessOrEqual(t, perBlock, rate*hashLoad)
			}
			require.Positive(t, p.difficulty)
		}
	}
}
