package book

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"strata/harness/course/steps"
	"strata/harness/lab/transcript"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/drawing"
	"strata/scenario"
)

// source is the file that a fenced block says it comes from: ```text from FILE.
var source = regexp.MustCompile(`^text from (\S+)$`)

// stamp is the time at which a line of a transcript begins.
var stamp = regexp.MustCompile(`(?m)^ *([0-9][0-9.mµs]*s)  [a-z]`)

// draw has a block that shows a part of a script stand beneath a diagram of that part. Faults: the block does not
// stand in its file, or the script cannot be played.
func (b *book) draw(p *page, n *ast.FencedCodeBlock) {
	if n.Info == nil {
		return
	}
	m := source.FindStringSubmatch(string(n.Info.Value(p.source)))
	if m == nil {
		return
	}
	script, err := fs.ReadFile(b.tree, m[1])
	if err != nil {
		b.fault(p, m[0], "there is no %s", m[1])
		return
	}
	shown := string(n.Lines().Value(p.source))
	if !strings.Contains(strings.ReplaceAll(string(script), "\r\n", "\n"), shown) {
		b.fault(p, m[0], "this block does not stand in %s: copy it from there", m[1])
		return
	}
	times := stamp.FindAllStringSubmatch(shown, -1)
	if path.Base(path.Dir(m[1])) != "scripts" || len(times) == 0 {
		return // it is not the script of a network, or nothing happens in this part
	}
	layer := strings.Split(m[1], "/")[1]
	run, err := transcript.Play(layer, string(script))
	if err != nil {
		b.fault(p, m[0], "%s: %v", m[1], err)
		return
	}
	text, err := json.Marshal(plate{drawing.Of(cut(run, times)), showOf(layer)})
	if err != nil {
		b.fault(p, m[0], "%s: %v", m[1], err)
		return
	}
	p.diagrams = true
	n.SetAttributeString("drawn", fmt.Appendf(nil, "<figure class=\"spacetime\"><script type=\"application/json\">%s</script></figure>\n", text))
}

// plate is what the page is given of a run.
type plate struct {
	Drawing drawing.Drawing `json:"drawing"`
	Show    show            `json:"show"`
}

// show is what is drawn of it: see kit.figure.
type show struct {
	Layers []string `json:"layers,omitempty"`
	Groups []string `json:"groups"`
}

// showOf is what the scripts of a layer are about: up to layer 3 everything, then what is gossiped and above.
func showOf(layer string) show {
	if n := slices.Index(steps.Layers, layer); n >= slices.Index(steps.Layers, "gossip") {
		return show{Layers: steps.Layers[slices.Index(steps.Layers, "gossip"):], Groups: []string{"logs"}}
	}
	return show{Groups: []string{"connections", "logs"}}
}

// lead is how long before its first line a part of a run begins: what arrives then was sent before.
const lead = 12 * time.Millisecond

// cut is what happens in a run while the lines with those times do. The nodes' logs for debugging are left out.
func cut(run trace.Run, times [][]string) trace.Run {
	first, _ := time.ParseDuration(times[0][1]) // of a form that ParseDuration takes
	last, _ := time.ParseDuration(times[len(times)-1][1])
	run.Events = slices.DeleteFunc(slices.Clone(run.Events), func(e trace.Event) bool {
		return e.At < first-lead || e.At > last+time.Millisecond || e.Kind == sim.TraceLog && strings.HasPrefix(e.Text, "DEBUG ")
	})
	run.Faults = slices.DeleteFunc(slices.Clone(run.Faults), func(f scenario.Fault) bool {
		return f.At+f.For < first-lead || f.At > last
	})
	return run
}
