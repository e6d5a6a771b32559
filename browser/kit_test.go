package browser

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
)

// crowded is a run in which three nodes log several lines in one instant, some of them long.
func crowded() trace.Run {
	rec := &trace.Recorder{}
	addr := func(n int) network.Addr { return network.Addr(fmt.Sprintf("10.0.0.%d:4000", n+1)) }
	for n := range 3 {
		rec.Event(sim.TraceEvent{At: 0, Kind: sim.TraceBoot, Node: addr(n)})
	}
	for _, text := range []string{"seen", "a line that is too long for the lane of a phone and has to be broken", "done"} {
		for n := range 3 {
			rec.Event(sim.TraceEvent{At: time.Second, Kind: sim.TraceLog, Node: addr(n), Text: text})
		}
	}
	return rec.Finish(trace.Header{Source: "simulation", Title: "a crowd", Start: sim.Epoch(),
		Failure: &trace.Failure{Rule: "GSP-3", Text: "expected the handler to run once although the message comes again, got 6 times", At: time.Second}})
}

// drawnItem is what a figure made of one log.
type drawnItem struct {
	Lane, Row int
	Lines     []string
}

// drawnFigure is what a figure made of the run.
type drawnFigure struct {
	Logs  []drawnItem
	Boxes []struct{ X, Y, W, H float64 } // of its labels
	Width float64
}

// Logs of one instant stand in rows of their own, no label reaches over an edge, and none lies on another, on a
// desk's screen and on a phone's.
func TestKit_NothingIsCutAndNothingOverlaps(t *testing.T) {
	b := open(t, 1280, 900)
	b.do(chromedp.Navigate(written(t, crowded())))
	for _, width := range []int{1200, 340} {
		f := eval[drawnFigure](b, fmt.Sprintf(`(() => {
			const place = document.createElement('div');
			place.className = 'spacetime';
			place.style.width = '%dpx';
			document.body.append(place);
			const d = kit.figure(place, JSON.parse(document.getElementById('run').textContent));
			d.canvas.style.position = 'static';
			d.resize();
			return {
				Width: d.scale.width, Boxes: d.boxes.map((b) => ({X: b.x, Y: b.y, W: b.w, H: b.h})),
				Logs: d.items.filter((i) => i.kind === 'log').map((i) => ({Lane: i.from, Row: i.row, Lines: i.lines})),
			};
		})()`, width))
		require.InDelta(t, width, f.Width, 1)
		require.Len(t, f.Logs, 9)
		rows := map[[2]int]bool{}
		for _, l := range f.Logs {
			for line := range l.Lines {
				key := [2]int{l.Lane, l.Row + line}
				require.False(t, rows[key], "%d px: two texts in row %d of lane %d", width, key[1], key[0])
				rows[key] = true
			}
		}
		require.GreaterOrEqual(t, len(f.Boxes), 10, "nine logs and the failure")
		for i, x := range f.Boxes {
			require.GreaterOrEqual(t, x.X, 0.0, "%d px", width)
			require.LessOrEqual(t, x.X+x.W, f.Width+1, "%d px", width)
			for _, y := range f.Boxes[:i] {
				apart := x.X+x.W <= y.X || y.X+y.W <= x.X || x.Y+x.H <= y.Y || y.Y+y.H <= x.Y
				require.True(t, apart, "%d px: %v lies on %v", width, x, y)
			}
		}
	}
	b.clean()
}
