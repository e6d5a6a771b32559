package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"strata/harness/live"
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
}

func newScreen(w World) *screen { return &screen{view: newView(w)} }

// tell shows a line. A drawing stays above it.
func (s *screen) tell(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(s.view.out, line)
	s.view.end()
}

// draw draws a network, if it is not as it was; nothing of one node alone.
func (s *screen) draw(self network.Addr, known map[network.Addr][]network.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := maps.EqualFunc(known, s.known, slices.Equal)
	if same || len(live.Nodes(known)) < 2 {
		return
	}
	s.known = known
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
	links := 0
	for node, peers := range known {
		for _, peer := range peers {
			if _, asked := known[peer]; !asked || node < peer || !slices.Contains(known[peer], node) {
				links++
			}
		}
	}
	lines := []string{fmt.Sprintf("%s, %s, %s of ours:",
		trace.CountOf(len(nodes), "node"), trace.CountOf(links, "link"), trace.CountOf(len(known[self]), "peer"))}
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
