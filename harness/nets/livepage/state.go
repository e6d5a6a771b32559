package livepage

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"strata/harness/localpage"
	"strata/harness/nets/plot"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
)

// drawn is the part of the network that is drawn, and where.
type drawn struct {
	All     int        `json:"all"` // nodes that there are
	Nodes   []int32    `json:"nodes"`
	X       []float64  `json:"x"`
	Y       []float64  `json:"y"`
	Links   [][2]int32 `json:"links"`  // by place in Nodes
	Region  []int      `json:"region"` // of each of Nodes
	Power   []float64  `json:"power"`
	Regions []string   `json:"regions"` // none if they have no names
}

// draw places the nodes.
func draw(m run.Map) drawn {
	n := plot.Network{Nodes: m.Nodes, Group: m.Region, Groups: m.Regions, Regions: len(m.Regions) > 1}
	for _, l := range m.Links {
		n.Edges = append(n.Edges, [2]int32(l))
	}
	d := drawn{All: m.Nodes, Regions: m.Regions}
	if len(m.Regions) < 2 {
		d.Regions = []string{}
	}
	d.Nodes, d.Links, d.X, d.Y = n.Layout()
	for i, node := range d.Nodes {
		d.Region, d.Power = append(d.Region, m.Region[node]), append(d.Power, rounded(m.Power[node]))
		d.X[i], d.Y[i] = rounded(d.X[i]), rounded(d.Y[i])
	}
	return d
}

func rounded(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// state is what the page shows.
type state struct {
	Title    string   `json:"title"`
	Question string   `json:"question"`
	File     string   `json:"file"`
	Seed     uint64   `json:"seed,string"`
	At       float64  `json:"at"`
	Speed    float64  `json:"speed"`
	Ratio    float64  `json:"ratio"`
	Behind   bool     `json:"behind"`
	Paused   bool     `json:"paused"`
	Over     string   `json:"over,omitempty"`
	Shows    string   `json:"shows"`  // of each drawn node: the colour of its tip, - for down, . for far behind
	Queues   string   `json:"queues"` // of each drawn node, how much waits for its uplink: 0 to 4; empty: nothing does anywhere
	Attacker int      `json:"attacker"`
	Again    float64  `json:"again,omitempty"` // the part of the past that was run again so far, for a click that needs it
	Nodes    int      `json:"nodes"`
	Up       int      `json:"up"`
	Tips     []tip    `json:"tips"`
	More     int      `json:"more"` // tips that are not listed
	Blocks   []block  `json:"blocks"`
	Numbers  numbers  `json:"numbers"`
	Regions  []region `json:"regions"`
	Done     []deed   `json:"done"`
	Alone    string   `json:"alone,omitempty"` // why there can be no attacks
	Unsaved  int      `json:"unsaved"`
	Saved    *saved   `json:"saved,omitempty"`
}

type block struct {
	Hash    string  `json:"hash"`
	Parent  string  `json:"parent"`
	Number  uint64  `json:"number"`
	Found   float64 `json:"found"`
	Node    int     `json:"node"`
	Colour  int8    `json:"colour"`
	OnChain bool    `json:"on_chain"`
	Attack  bool    `json:"attack,omitempty"`
	Secret  bool    `json:"secret,omitempty"`
}

type tip struct {
	block
	Nodes int `json:"nodes"`
}

type numbers struct {
	Found   int     `json:"found"`
	Stale   int     `json:"stale"`
	Secret  int     `json:"secret"`
	Reorgs  uint64  `json:"reorgs"`
	Deepest uint64  `json:"deepest"`
	Waiting int     `json:"waiting"`
	Backlog float64 `json:"backlog"` // milliseconds
}

type region struct {
	Name    string  `json:"name"`
	Nodes   int     `json:"nodes"`
	Up      int     `json:"up"`
	Agree   int     `json:"agree"`
	Backlog float64 `json:"backlog"`
}

// deed is a fault or an attack: of the file, or clicked.
type deed struct {
	What    string   `json:"what"` // fault or raid
	Number  int      `json:"number"`
	Kind    string   `json:"kind"`
	Text    string   `json:"text"`
	Nodes   []int    `json:"nodes,omitempty"`
	Regions []string `json:"regions,omitempty"`
	From    float64  `json:"from"`
	Until   float64  `json:"until"`
	Open    bool     `json:"open"` // it lasts until somebody ends it
	Given   bool     `json:"given,omitempty"`
	Over    bool     `json:"over"`
}

// mostTips is how many tips are listed.
const mostTips = 8

// tell shows how the run stands.
func (p *Page) tell() { p.server.Tell(p.state()) }

func (p *Page) state() state {
	scene := p.live.Scene()
	s := state{
		Title: p.cfg.Title, Question: p.cfg.Question, File: p.cfg.File, Seed: p.job.Seed, At: scene.At.Seconds(), Speed: p.pace.speed,
		Ratio: p.pace.ratio, Behind: p.pace.behind, Paused: p.paused, Over: p.over, Attacker: scene.Attacker, Nodes: p.places.All,
		Up: scene.Up, Tips: []tip{}, Blocks: []block{}, Regions: []region{}, Unsaved: p.clicks, Saved: p.saved,
	}
	s.Shows, s.Queues = p.shows(scene.Nodes), p.queues(scene)
	for i, t := range scene.Tips {
		if i == mostTips {
			s.More = len(scene.Tips) - i
			break
		}
		s.Tips = append(s.Tips, tip{blockOf(t.Block), t.Nodes})
	}
	for _, b := range scene.Blocks {
		s.Blocks = append(s.Blocks, blockOf(b))
	}
	s.Numbers = numbers{scene.Found, scene.Stale, scene.Secret, scene.Reorgs, scene.Deepest, scene.Waiting, millis(scene.Backlog)}
	for i, name := range p.places.Regions {
		r := scene.Regions[i]
		s.Regions = append(s.Regions, region{name, r.Nodes, r.Up, r.Agree, millis(r.Backlog)})
	}
	s.Done = p.done(scene.At)
	if p.job.Spec.Attack.Kind != "" {
		s.Alone = "The file has an attack that goes on all the time: there is one attacker."
	}
	return s
}

func millis(d time.Duration) float64 { return math.Round(float64(d)/1e5) / 10 }

func blockOf(b run.Block) block {
	return block{b.Hash[:min(16, len(b.Hash))], b.Parent[:min(16, len(b.Parent))], b.Number, b.Found.Seconds(), b.Node, b.Colour, b.OnChain, b.Attack, b.Secret}
}

// shows is a letter for each drawn node.
func (p *Page) shows(all []int8) string {
	var out strings.Builder
	for _, node := range p.places.Nodes {
		switch colour := all[node]; colour {
		case run.ShowsDown:
			out.WriteByte('-')
		case run.ShowsBehind:
			out.WriteByte('.')
		default:
			out.WriteByte('0' + byte(colour))
		}
	}
	return out.String()
}

// levels are from how long on a node's uplink counts as full, a little, more, much and very much.
var levels = []time.Duration{50 * time.Millisecond, 250 * time.Millisecond, time.Second, 5 * time.Second}

// queues is a digit for each drawn node.
func (p *Page) queues(scene run.Scene) string {
	if scene.Backlog < levels[0] {
		return ""
	}
	var out strings.Builder
	for _, node := range p.places.Nodes {
		level := 0
		for level < len(levels) && scene.Waits[node] >= levels[level] {
			level++
		}
		out.WriteByte('0' + byte(level))
	}
	return out.String()
}

// mostNamed is how many nodes a deed names in its text.
const mostNamed = 6

// done lists faults and raids.
func (p *Page) done(now time.Duration) []deed {
	all := []deed{}
	faults, raids := p.live.Done()
	soon := now + time.Millisecond // what was ended while the run is paused ends then
	for i, f := range faults {
		d := deed{What: "fault", Number: i, Kind: f.Kind, Nodes: f.Nodes, Regions: f.Regions, From: f.At.Seconds(),
			Until: (f.At.Duration + f.For.Duration).Seconds(), Open: p.live.Open(i), Given: i < p.live.Given(),
			Over: f.At.Duration+f.For.Duration <= soon && f.Every.Duration == 0 && f.Kind != "leave"}
		d.Text = textOf(f)
		all = append(all, d)
	}
	for i, a := range raids {
		all = append(all, deed{What: "raid", Number: i, Kind: a.Kind, Text: fmt.Sprintf("%s with %.3g %% of the hash power", a.Kind, 100*float64(a.Share)),
			From: a.At.Seconds(), Until: (a.At.Duration + a.For.Duration).Seconds(), Open: p.live.OpenRaid(i),
			Over: a.At.Duration+a.For.Duration <= soon})
	}
	return all
}

// textOf says what a fault does, and to whom.
func textOf(f spec.Fault) string {
	text := f.Kind
	switch {
	case f.By.Duration > 0:
		text += fmt.Sprintf(" by %v", f.By)
	case f.Rate.BitsPerSecond > 0:
		text += fmt.Sprintf(" to %v", f.Rate)
	case f.Wipe:
		text += " without the disk"
	}
	switch {
	case len(f.Regions) > 0:
		text += " of " + strings.Join(f.Regions, ", ")
	case f.Share > 0:
		text += fmt.Sprintf(" of %.3g %% of the %s", 100*float64(f.Share), ofWhat(f))
	default:
		var names []string
		for _, node := range f.Nodes[:min(mostNamed, len(f.Nodes))] {
			names = append(names, strconv.Itoa(node))
		}
		text += " of node"
		if len(f.Nodes) > 1 {
			text += "s"
		}
		text += " " + strings.Join(names, ", ")
		if more := len(f.Nodes) - mostNamed; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
	}
	if f.Every.Duration > 0 {
		text += fmt.Sprintf(", every %v", f.Every)
	}
	return text
}

func ofWhat(f spec.Fault) string {
	if f.Of == "" {
		return "nodes"
	}
	return f.Of
}

// sendMap answers with what does not change.
func (p *Page) sendMap(w http.ResponseWriter, r *http.Request) {
	p.ask(r, func() { localpage.Answer(w, p.places) })
}

// sendNode answers with how one node stands.
func (p *Page) sendNode(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil {
		localpage.Refuse(w, http.StatusBadRequest, fmt.Sprintf("%q is no node: want its number", r.URL.Query().Get("n")))
		return
	}
	p.ask(r, func() {
		scene, err := p.live.Node(n)
		if err != nil {
			p.refuse(w, err)
			return
		}
		localpage.Answer(w, map[string]any{"node": scene.Node, "addr": scene.Addr, "region": scene.Region, "up": scene.Up,
			"number": scene.Number, "hash": scene.Hash[:min(16, len(scene.Hash))], "peers": scene.Peers, "waiting": scene.Waiting,
			"backlog": millis(scene.Backlog), "power": scene.Power, "hostile": scene.Hostile})
	})
}
