package plot_test

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/plot"
	"strata/harness/nets/topology"
)

// pictures are one of each kind, with numbers that are hard to draw among them.
func pictures(t *testing.T) []plot.Picture {
	curve := plot.Series{Name: "blocks, 10 runs", Kind: plot.Line}
	for i := range 60 {
		x := float64(i) / 20
		y := 1 - math.Exp(-2*x*x)
		curve.X, curve.Y = append(curve.X, x), append(curve.Y, y)
		curve.Low, curve.High = append(curve.Low, max(0, y-0.1)), append(curve.High, min(1, y+0.07))
	}
	other := plot.Series{Name: "transactions <b>", Kind: plot.Line, X: curve.X}
	for _, x := range curve.X {
		other.Y = append(other.Y, 1-math.Exp(-4*x*x))
	}
	rates := plot.Series{
		Name: "measured",
		Kind: plot.Points,
		X:    []float64{.01, .05, .1, .2, .5, 1},
		Y:    []float64{.0102, .047, .092, .165, .335, math.NaN()},
		Low:  []float64{.008, .043, .087, .158, .325, .4},
		High: []float64{.0124, .051, .097, .172, .345, .6},
	}
	theory := plot.Series{Name: "x/(1+x)", Kind: plot.Theory}
	for x := .01; x <= 1.0001; x *= 1.1 {
		theory.X, theory.Y = append(theory.X, x), append(theory.Y, x/(1+x))
	}
	g, err := topology.Generate(topology.Spec{Kind: "small-world", Nodes: 300, Neighbours: 6, Rewire: .1}, 1)
	require.NoError(t, err)
	large, err := topology.Generate(topology.Spec{Kind: "dials", Nodes: 9000, Dials: 8}, 1)
	require.NoError(t, err)
	return []plot.Picture{
		&plot.Chart{
			File:  "curves",
			Title: "A block reaches nine nodes of ten in 1.1 s",
			Note:  "seeds 1 to 10, 100 blocks each; the band holds 80 % of the runs",
			X: plot.Axis{
				Label: "time in s",
			},
			Y:      plot.Axis{Label: "share of nodes", Zero: true},
			Series: []plot.Series{curve, other},
		},
		&plot.Chart{
			File:  "rates",
			Title: "Stale blocks against delay over interval",
			Note:  "seeds 1 to 10; intervals hold with 95 %",
			X: plot.Axis{
				Label: "delay over interval",
				Log:   true,
			},
			Y:      plot.Axis{Label: "share of stale blocks", Log: true},
			Series: []plot.Series{rates, theory},
		},
		&plot.Chart{File: "empty", Title: "Nothing"},
		&plot.Chart{
			File:   "one",
			Title:  "One point",
			Series: []plot.Series{{Name: "p", Kind: plot.Points, X: []float64{3}, Y: []float64{1e9}}},
		},
		network("force", g, false), network("regions", large, true),
		&plot.Forks{File: "forks", Title: "Forks of one run", Note: "seed 3", Blocks: []plot.Block{
			{
				ID:     "a",
				Number: 1,
				Found:  10,
				Miner:  0,
			}, {ID: "b", Parent: "a", Number: 2, Found: 700, Miner: 1}, {ID: "c", Parent: "a", Number: 2, Found: 702, Miner: 2, Stale: true},
			{
				ID:     "d",
				Parent: "c",
				Number: 3,
				Found:  900,
				Miner:  2,
				Stale:  true,
			}, {ID: "e", Parent: "b", Number: 3, Found: 901, Miner: 3}, {ID: "f", Parent: "e", Number: 4, Found: 1600, Miner: 1}}},
	}
}

func network(file string, g *topology.Graph, regions bool) *plot.Network {
	n := &plot.Network{
		File:    file,
		Title:   "A network",
		Note:    "seed 1",
		Nodes:   g.Nodes,
		Regions: regions,
		Groups:  []string{"north_america", "europe", "asia_pacific", "japan"},
	}
	for i := range g.Nodes {
		n.Group = append(n.Group, i*i%7%4)
		n.Weight = append(n.Weight, 0)
	}
	n.Weight[3], n.Weight[40] = .3, .1
	for _, e := range g.Edges {
		n.Edges = append(n.Edges, [2]int32{e.From, e.To})
	}
	return n
}

func TestPictures_AreSoundAndCarryTheirNumbers(t *testing.T) {
	for _, p := range pictures(t) {
		text := p.Draw(true)
		if dir := os.Getenv("STRATA_SHOTS"); dir != "" {
			require.NoError(t, os.WriteFile(filepath.Join(dir, p.Name()+".svg"), text, 0o600))
		}
		require.Equal(t, text, p.Draw(true), "%s: the same each time", p.Name())
		metadata := wellFormed(t, text)
		rows, err := csv.NewReader(strings.NewReader(metadata)).ReadAll()
		require.NoError(t, err)
		require.Equal(t, p.Table(), rows, p.Name())
		for _, foreign := range []string{"http://", "https://", "NaN", "Inf", "<script"} {
			drawn := strings.Replace(string(text), `xmlns="http://www.w3.org/2000/svg"`, "", 1)
			require.NotContains(t, drawn, foreign, p.Name())
		}
		require.NotContains(t, string(p.Draw(false)), "<style>")
	}
}

// wellFormed reads the picture as XML and returns what its metadata says.
func wellFormed(t *testing.T, text []byte) (metadata string) {
	d := xml.NewDecoder(strings.NewReader(string(text)))
	inside := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return metadata
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local == "metadata"
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				metadata += string(token)
			}
		}
	}
}
