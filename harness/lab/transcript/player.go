// Package transcript plays scripts: small networks of our own layers in which every link takes 10 ms, with what
// their nodes saw, line by line. The solutions keep such scripts in testdata, with what they print; the book
// shows them, as text and as diagrams.
//
//	node a
//	----
//
//	node b bootstrap=(a)
//	----
//
//	run until=100ms
//	----
//	    0s  b  dials a:1
//	  30ms  a  incoming connection 1: request p2p:hello "b:1"
//
// A command is a word, names, and settings. What it prints stands below the dashes, up to an empty line. Lines
// that begin with # say what there is to see. Before the first run:
//
//	node NAME [bootstrap=(NAME,...)] [max=M] [boots=TIME]   adds a node
//	reset NAME NAME at=TIME                                 the connections between two nodes fail
//	partition NAME NAME at=TIME for=TIME                    two nodes cannot reach each other
//	crash NAME at=TIME for=TIME                             a node loses everything, and boots again
//
// Then, at the time that it is:
//
//	run until=TIME   lets time pass, and prints what the nodes saw
//	peers            prints who lists whom
//	pools            prints who pools what
//	chains           prints who is on which block
//
// and the actions of the nodes, which are those of the script's layer: see actions.go.
package transcript

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
	"strata/scenario"
)

// latency is that of every link.
const latency = 10 * time.Millisecond

// Player plays one script.
type Player struct {
	layer  string // the top one of its nodes; of chain it is a whole node
	net    *sim.Net
	rec    trace.Recorder
	actors []*actor // in the order of their names
	faults []scenario.Fault
	lines  strings.Builder
	err    error // of the script, or of a layer that does what ours never does
}

// New makes a player for scripts of a layer of the core.
func New(layer string) (*Player, error) {
	if !slices.Contains(steps.Layers, layer) {
		return nil, fmt.Errorf("transcript: %q is no layer: want one of %s", layer, strings.Join(steps.Layers, ", "))
	}
	p := &Player{layer: layer}
	net, err := sim.New(sim.Config{Seed: 1, MinLatency: latency, MaxLatency: latency, Trace: p.rec.Event})
	p.net = net
	return p, err
}

// Play plays a whole script and returns the run.
func Play(layer, script string) (trace.Run, error) {
	p, err := New(layer)
	if err != nil {
		return trace.Run{}, err
	}
	printed := false
	for n, line := range strings.Split(script, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			printed = false
		case line == "----":
			printed = true
		case !printed && !strings.HasPrefix(line, "#"):
			if _, err := p.Do(line); err != nil {
				return trace.Run{}, fmt.Errorf("line %d: %w", n+1, err)
			}
		}
	}
	p.rec.Faults(p.faults)
	return p.rec.Finish(trace.Header{Source: "simulation", Title: layer, Start: sim.Epoch()}), nil
}

// rank is the place of the script's layer among the layers.
func (p *Player) rank() int { return slices.Index(steps.Layers, p.layer) }

// reaches says whether the script's nodes have that layer.
func (p *Player) reaches(layer string) bool { return p.rank() >= slices.Index(steps.Layers, layer) }

// Do does one command and returns what it prints. Errors: the command, or one of its settings, makes no sense.
func (p *Player) Do(line string) (string, error) {
	p.lines.Reset()
	c, err := parse(line)
	if err == nil {
		err = p.do(c)
	}
	if err := cmp.Or(err, p.err); err != nil {
		return "", fmt.Errorf("transcript: %s: %w", line, err)
	}
	return p.lines.String(), nil
}

func (p *Player) do(c command) error {
	switch c.word {
	case "node":
		return p.add(c)
	case "reset":
		return p.fault(scenario.Reset, c, 2)
	case "partition":
		return p.fault(scenario.Partition, c, 2)
	case "crash":
		return p.fault(scenario.Crash, c, 1)
	case "run":
		until, err := c.time("until")
		if err == nil {
			p.net.Run(until)
		}
		return err
	case "peers", "pools", "chains":
		return p.list(c.word)
	}
	return p.act(c)
}

// list prints a line for each node.
func (p *Player) list(what string) error {
	for _, a := range p.actors {
		switch {
		case what == "peers" && a.p2p != nil:
			fmt.Fprintf(&p.lines, "%s: %v\n", a.name, a.p2p.Peers())
		case what == "pools" && a.pool != nil:
			fmt.Fprintf(&p.lines, "%s: %s\n", a.name, tellAll(a.pool.Transactions()))
		case what == "chains" && a.node != nil:
			fmt.Fprintf(&p.lines, "%s: %s\n", a.name, a.chain())
		default:
			return errors.New("the nodes of this script have none")
		}
	}
	return nil
}

// fault strikes one node, or what is between two.
func (p *Player) fault(kind scenario.FaultKind, c command, names int) error {
	if len(c.names) != names {
		return fmt.Errorf("want %d names", names)
	}
	at, err := c.time("at")
	if err != nil {
		return err
	}
	f := scenario.Fault{Kind: kind, At: at, A: []network.Addr{addr(c.names[0])}}
	for _, name := range c.names[1:] {
		f.B = append(f.B, addr(name))
	}
	if n, _ := kind.Nature(); n.Lasts {
		if f.For, err = c.time("for"); err != nil {
			return err
		}
	}
	p.inject(f)
	return nil
}

func (p *Player) inject(f scenario.Fault) {
	p.net.Inject(f)
	p.faults = append(p.faults, f)
}

// find is the node of that name.
func (p *Player) find(name string) (*actor, error) {
	for _, a := range p.actors {
		if a.name == name {
			return a, nil
		}
	}
	return nil, fmt.Errorf("there is no node %s", name)
}

// addr is the address of a node: its name, and always the same port.
func addr(name string) network.Addr { return network.Addr(name + ":1") }
