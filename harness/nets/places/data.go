package places

import (
	"bytes"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrData reports data that cannot be used: the text says which, where and why.
var ErrData = errors.New("places")

//go:embed data/*.csv
var files embed.FS

// table is a CSV file by the names of its columns.
type table struct {
	name    string
	columns []string
	rows    [][]string
}

// builtIn reads a data set that is checked in.
func builtIn(name string) table {
	text, err := files.ReadFile("data/" + name)
	if err != nil {
		panic("places: " + err.Error())
	}
	t, err := readTable(name, text)
	if err != nil {
		panic("places: " + err.Error())
	}
	return t
}

// own reads a file of the user's; path is seen from dir. want are the columns that it has to have.
func own(dir, path string, want ...string) (table, error) {
	text, err := os.ReadFile(Path(dir, path))
	if err != nil {
		return table{}, fmt.Errorf("%w: %w", ErrData, err)
	}
	t, err := readTable(path, text)
	if err != nil {
		return t, err
	}
	for _, column := range want {
		if !slices.Contains(t.columns, column) {
			return t, fmt.Errorf("%w: %s:1: no column %q: want %s", ErrData, path, column, strings.Join(want, ", "))
		}
	}
	return t, nil
}

// Path is where a file is that an experiment in dir names.
func Path(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func readTable(name string, text []byte) (table, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		if err == nil {
			err = errors.New("want a header and a row at least")
		}
		return table{}, fmt.Errorf("%w: %s: %w", ErrData, name, err)
	}
	return table{name, rows[0], rows[1:]}, nil
}

// get is a field by its column.
func (t table) get(row int, column string) string {
	return t.rows[row][slices.Index(t.columns, column)]
}

// number is a field that is a number above or equal to least.
func (t table) number(row int, column string, least float64) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(t.get(row, column)), 64)
	if err != nil || !(v >= least) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%w: %s:%d: %s is %q, want a number of %v or more", ErrData, t.name, row+2, column, t.get(row, column), least)
	}
	return v, nil
}

// must is for the data sets that are checked in, which a test reads.
func (t table) must(row int, column string) float64 {
	v, err := t.number(row, column, 0)
	if err != nil {
		panic(err.Error())
	}
	return v
}

// matrix is one-way latencies between regions, in nanoseconds, and how much links between the same two differ: the
// deviation of the logarithm.
type matrix struct {
	regions []string
	oneWay  [][]float64
	spread  [][]float64
}

func newMatrix(regions []string) *matrix {
	m := &matrix{regions: regions}
	for range regions {
		m.oneWay = append(m.oneWay, make([]float64, len(regions)))
		m.spread = append(m.spread, make([]float64, len(regions)))
	}
	return m
}

// regionsOf lists the regions that a table names, in order of appearance.
func regionsOf(t table, rows []int) (regions []string) {
	for _, row := range rows {
		for _, column := range []string{"from", "to"} {
			if name := t.get(row, column); !slices.Contains(regions, name) {
				regions = append(regions, name)
			}
		}
	}
	return regions
}

// set notes a latency, both ways; of two that differ the mean. Spread is 0 if it is not known.
func (m *matrix) set(from, to string, oneWay, spread float64) {
	a, b := slices.Index(m.regions, from), slices.Index(m.regions, to)
	if known := m.oneWay[a][b]; known > 0 {
		oneWay, spread = (known+oneWay)/2, (m.spread[a][b]+spread)/2
	}
	m.oneWay[a][b], m.oneWay[b][a] = oneWay, oneWay
	m.spread[a][b], m.spread[b][a] = spread, spread
}

// whole says which latency is missing.
func (m *matrix) whole(name string) error {
	for a, row := range m.oneWay {
		for b, v := range row {
			if v == 0 {
				return fmt.Errorf("%w: %s: no latency from %s to %s: add the row", ErrData, name, m.regions[a], m.regions[b])
			}
		}
	}
	return nil
}

const ms = 1e6 // nanoseconds

// tenth is how far the quantile of 90 % lies above the median of a normal variable.
const tenth = 1.2815515655446004

// latencies reads the matrix that an experiment names.
func latencies(dir, name string) (*matrix, error) {
	switch name {
	case "wondernetwork2018":
		t := builtIn("latency_regions10_wondernetwork2018.csv")
		return fill(t, all(t), func(row int) (float64, float64) {
			spread := math.Log(t.must(row, "rtt_ms_q90")/t.must(row, "rtt_ms_q10")) / (2 * tenth)
			return t.must(row, "one_way_ms_median") * ms, spread
		}), nil
	case "aws2025":
		t := builtIn("aws_rtt_cloudping_2025.csv")
		return fill(t, all(t), func(row int) (float64, float64) {
			return t.must(row, "rtt_ms_p50") / 2 * ms, math.Log(t.must(row, "rtt_ms_p90")/t.must(row, "rtt_ms_p50")) / tenth
		}), nil
	case "gervais2015", "simblock2019":
		t := builtIn("latency_regions6.csv")
		rows := slices.DeleteFunc(all(t), func(row int) bool { return t.get(row, "set") != name })
		return fill(t, rows, func(row int) (float64, float64) { return t.must(row, "ms") / 2 * ms, 0 }), nil
	}
	t, err := own(dir, name, "from", "to", "one_way_ms")
	if err != nil {
		return nil, unknown(err, name, "regions", "wondernetwork2018, gervais2015, simblock2019, aws2025")
	}
	m := newMatrix(regionsOf(t, all(t)))
	for row := range t.rows {
		v, err := t.number(row, "one_way_ms", 1e-3)
		if err != nil {
			return nil, err
		}
		m.set(t.get(row, "from"), t.get(row, "to"), v*ms, 0)
	}
	return m, m.whole(name)
}

// unknown says that a name is no data set, where it looks like one.
func unknown(err error, name, what, sets string) error {
	if strings.HasSuffix(name, ".csv") {
		return err
	}
	return fmt.Errorf("%w: unknown %s %q: want one of %s, or a .csv file", ErrData, what, name, sets)
}

func all(t table) (rows []int) {
	for i := range t.rows {
		rows = append(rows, i)
	}
	return rows
}

// fill makes a matrix of rows.
func fill(t table, rows []int, value func(row int) (oneWay, spread float64)) *matrix {
	m := newMatrix(regionsOf(t, rows))
	for _, row := range rows {
		oneWay, spread := value(row)
		m.set(t.get(row, "from"), t.get(row, "to"), oneWay, spread)
	}
	return m
}
