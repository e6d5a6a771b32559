package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"strata/harness/live"
	"strata/harness/live/netpage"
	"strata/harness/trace"
	"strata/network"
)

// drawEvery is how often the network is looked at.
const drawEvery = time.Second

// screen shows lines, and a drawing of the network below them that is drawn again in place where that is
// possible. Its methods are for any goroutine.
type screen struct {
	mu    sync.Mutex
	view  *view
	known map[network.Addr][]network.Addr // as it was drawn last
	page  *netpage.Page                   // shows the same; nil: there is none
}

func newScreen(w World) *screen { return &screen{view: newView(w)} }

// tell shows a line. A drawing stays above it.
func (s *screen) tell(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page != nil {
		s.page.Told(line)
	}
	fmt.Fprintln(s.view.out, line)
	s.view.end()
}

// draw draws a network, if it is not as it was; nothing of one node alone.
func (s *screen) draw(self network.Addr, known map[network.Addr][]network.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if maps.EqualFunc(known, s.known, slices.Equal) {
		return
	}
	s.known = known
	if s.page != nil {
		s.page.Draw(self, known)
	}
	if len(live.Nodes(known)) < 2 {
		return
	}
	lines := matrix(self, known)
	if s.view.size == nil {
		fmt.Fprintln(s.view.out, strings.Join(lines, "\n"))
		return
	}
	s.view.redraw(lines)
}

// matrix draws who is whose peer: a row for each node and a column for each of its peers. A node that was not
// asked has question marks.
func matrix(self network.Addr, known map[network.Addr][]network.Addr) []string {
	nodes := live.Nodes(known)
	lines := []string{fmt.Sprintf("%s, %s, %s of ours:",
		trace.CountOf(len(nodes), "node"), trace.CountOf(len(live.Links(known)), "link"), trace.CountOf(len(known[self]), "peer"))}
	head := "   "
	for i := range nodes {
		head += fmt.Sprintf("%3d", i+1)
	}
	lines = append(lines, head)
	for i, node := range nodes {
		row := fmt.Sprintf("%3d", i+1)
		peers, asked := known[node]
		for _, other := range nodes {
			mark := "."
			switch {
			case other == node:
				mark = "\\"
			case slices.Contains(peers, other):
				mark = "#"
			case !asked:
				mark = "?"
			}
			row += "  " + mark
		}
		row += "  " + string(node)
		if node == self {
			row += "  (this one)"
		}
		lines = append(lines, row)
	}
	return lines
}
