package topology

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Read reads a graph. Where a file names regions, under the attribute `region`, they are kept. Errors: ErrFormat with
// line and column, the reader's.
func Read(r io.Reader, f Format) (*Graph, error) {
	in := &reading{graph: &Graph{}, index: map[string]int32{}, seen: linked{}}
	var err error
	switch f {
	case GraphML, GEXF:
		err = in.xml(r)
	default:
		err = in.csv(r)
	}
	if err != nil {
		return nil, err
	}
	if in.graph.Nodes = len(in.graph.Names); in.graph.Nodes == 0 {
		return nil, fmt.Errorf("%w: it has no nodes", ErrFormat)
	}
	in.plainNames()
	return in.graph, nil
}

// reading is a graph that is being read.
type reading struct {
	graph  *Graph
	index  map[string]int32
	seen   linked
	node   int32  // the one whose element is open; attributes are its
	region string // the id of the attribute that is called region
	inData bool   // the text that comes is a node's region
}

// refuse says what is wrong there.
func refuse(line, column int, format string, args ...any) error {
	return fmt.Errorf("%w: line %d, column %d: %s", ErrFormat, line, column, fmt.Sprintf(format, args...))
}

// add gives a new node its number.
func (in *reading) add(name, region string) (int32, string) {
	switch _, known := in.index[name]; {
	case known:
		return 0, fmt.Sprintf("node %q is there already", name)
	case len(in.graph.Names) == MaxNodes:
		return 0, fmt.Sprintf("more than %d nodes", MaxNodes)
	}
	i := int32(len(in.graph.Names))
	in.index[name] = i
	in.graph.Names = append(in.graph.Names, name)
	in.graph.Regions = append(in.graph.Regions, region)
	return i, ""
}

// edge adds an edge between nodes that are known, and says why it cannot.
func (in *reading) edge(from, to string) string {
	a, okA := in.index[from]
	b, okB := in.index[to]
	switch {
	case !okA || !okB:
		missing := from
		if okA {
			missing = to
		}
		return fmt.Sprintf("an edge of node %q, which there is not: nodes come before their edges", missing)
	case a == b:
		return fmt.Sprintf("node %q is linked with itself", from)
	case !in.seen.add(a, b):
		return fmt.Sprintf("%q and %q are linked already", from, to)
	case len(in.graph.Edges) == MaxEdges:
		return fmt.Sprintf("more than %d edges", MaxEdges)
	}
	in.graph.Edges = append(in.graph.Edges, Edge{a, b})
	return ""
}

// plainNames drops names and regions that say nothing.
func (in *reading) plainNames() {
	g := in.graph
	numbers, nowhere := true, true
	for i, name := range g.Names {
		numbers = numbers && name == strconv.Itoa(i)
		nowhere = nowhere && g.Regions[i] == ""
	}
	if numbers {
		g.Names = nil
	}
	if nowhere {
		g.Regions = nil
	}
}

func (in *reading) csv(r io.Reader) error {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = 2
	lines.ReuseRecord = true
	for first := true; ; first = false {
		record, err := lines.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF) && !first:
			return nil
		case errors.Is(err, io.EOF):
			return refuse(1, 1, "empty: want a header `from,to` and a line for each edge")
		case errors.As(err, &bad):
			return refuse(bad.Line, bad.Column, "%v: want `from,to`", bad.Err)
		case err != nil:
			return err
		}
		line, column := lines.FieldPos(0)
		if first {
			if strings.TrimPrefix(record[0], "\ufeff") != "from" || record[1] != "to" {
				return refuse(line, column, "the header is %q: want from,to", strings.Join(record, ","))
			}
			continue
		}
		if why := in.record(strings.Clone(record[0]), strings.Clone(record[1])); why != "" {
			return refuse(line, column, "%s", why)
		}
	}
}

// record is an edge whose nodes need not have been named before.
func (in *reading) record(from, to string) (why string) {
	for _, name := range []string{from, to} {
		if _, known := in.index[name]; !known && why == "" {
			_, why = in.add(name, "")
		}
	}
	if why != "" {
		return why
	}
	return in.edge(from, to)
}

func (in *reading) xml(r io.Reader) error {
	in.node = -1
	source := &watched{Reader: r}
	decoder := xml.NewDecoder(source)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, column := decoder.InputPos()
		var bad *xml.SyntaxError
		switch {
		case errors.As(err, &bad):
			return refuse(bad.Line, column, "%s", bad.Msg)
		case err != nil && source.failed == nil: // such as an encoding that nobody reads
			return refuse(line, column, "%v", err)
		case err != nil:
			return err
		}
		if why := in.token(token); why != "" {
			return refuse(line, column, "%s", why)
		}
	}
}

// watched is a reader that remembers how it failed: whatever else a decoder reports is about what it has read.
type watched struct {
	io.Reader
	failed error
}

// Read is io.Reader's.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}

// token takes the next part of an XML file, and says what is wrong with it.
func (in *reading) token(token xml.Token) string {
	switch t := token.(type) {
	case xml.StartElement:
		return in.begin(t)
	case xml.EndElement:
		if t.Name.Local == "node" {
			in.node = -1
		}
		in.inData = false
	case xml.CharData:
		if in.inData && in.node >= 0 {
			in.graph.Regions[in.node] += strings.TrimSpace(string(t))
		}
	}
	return ""
}

// begin takes the beginning of an element of GraphML or GEXF.
func (in *reading) begin(t xml.StartElement) (why string) {
	at := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	switch t.Name.Local {
	case "key", "attribute":
		if at("attr.name") == "region" || at("title") == "region" {
			in.region = at("id")
		}
	case "node":
		if at("id") == "" {
			return "a node without id"
		}
		in.node, why = in.add(at("id"), "")
	case "data":
		in.inData = in.region != "" && at("key") == in.region
	case "attvalue":
		if in.node >= 0 && in.region != "" && at("for") == in.region {
			in.graph.Regions[in.node] = at("value")
		}
	case "edge":
		return in.edge(at("source"), at("target"))
	case "hyperedge", "port":
		return fmt.Sprintf("<%s>: edges link two nodes here", t.Name.Local)
	}
	return why
}
