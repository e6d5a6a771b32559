package topology

import (
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// A Format is how a graph is written in a file.
type Format string

// The formats.
const (
	GraphML Format = "graphml"
	GEXF    Format = "gexf"
	EdgeCSV Format = "csv" // a line `from,to` for each edge, after a header
)

// ErrFormat reports a file that is no graph: the text says where and why.
var ErrFormat = errors.New("no graph")

// FormatOf is the format of a file, by the end of its name. Error: ErrFormat.
func FormatOf(name string) (Format, error) {
	switch f := Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")); f {
	case GraphML, GEXF, EdgeCSV:
		return f, nil
	}
	return "", fmt.Errorf("%w: %s: want a name that ends in .graphml, .gexf or .csv", ErrFormat, name)
}

// Write writes a graph. Nodes without a name are called by their number. Error: the writer's.
func Write(w io.Writer, g *Graph, f Format) error {
	out := bufio.NewWriter(w)
	switch f {
	case GraphML:
		writeGraphML(out, g)
	case GEXF:
		writeGEXF(out, g)
	default:
		fmt.Fprintln(out, "from,to")
		lines := csv.NewWriter(out)
		for _, e := range g.Edges {
			_ = lines.Write([]string{g.name(e.From), g.name(e.To)}) // out keeps the error
		}
		lines.Flush()
	}
	return out.Flush()
}

// name is what a node is called.
func (g *Graph) name(i int32) string {
	if len(g.Names) > 0 {
		return g.Names[i]
	}
	return fmt.Sprint(i)
}

// region is where a node is, "" if that is not known.
func (g *Graph) region(i int) string {
	if len(g.Regions) > 0 {
		return g.Regions[i]
	}
	return ""
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

func writeGraphML(out *bufio.Writer, g *Graph) {
	fmt.Fprint(out, xml.Header, `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="region" for="node" attr.name="region" attr.type="string"/>
<graph edgedefault="directed">
`)
	for i := range g.Nodes {
		fmt.Fprintf(out, `<node id="%s">`, escaped(g.name(int32(i))))
		if region := g.region(i); region != "" {
			fmt.Fprintf(out, `<data key="region">%s</data>`, escaped(region))
		}
		fmt.Fprintln(out, "</node>")
	}
	for _, e := range g.Edges {
		fmt.Fprintf(out, "<edge source=\"%s\" target=\"%s\"/>\n", escaped(g.name(e.From)), escaped(g.name(e.To)))
	}
	fmt.Fprint(out, "</graph>\n</graphml>\n")
}

func writeGEXF(out *bufio.Writer, g *Graph) {
	fmt.Fprint(out, xml.Header, `<gexf xmlns="http://gexf.net/1.3" version="1.3">
<graph defaultedgetype="directed">
<attributes class="node"><attribute id="region" title="region" type="string"/></attributes>
<nodes>
`)
	for i := range g.Nodes {
		name := escaped(g.name(int32(i)))
		fmt.Fprintf(out, `<node id="%s" label="%s">`, name, name)
		if region := g.region(i); region != "" {
			fmt.Fprintf(out, `<attvalues><attvalue for="region" value="%s"/></attvalues>`, escaped(region))
		}
		fmt.Fprintln(out, "</node>")
	}
	fmt.Fprint(out, "</nodes>\n<edges>\n")
	for i, e := range g.Edges {
		fmt.Fprintf(
			out,
			"<edge id=\"%d\" source=\"%s\" target=\"%s\"/>\n",
			i,
			escaped(g.name(e.From)),
			escaped(g.name(e.To)),
		)
	}
	fmt.Fprint(out, "</edges>\n</graph>\n</gexf>\n")
}
