package nets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"strata/harness/farm"
	"strata/harness/nets/plot"
)

// The names in a folder of results.
const (
	manifestName = "manifest.json"
	sourceName   = "experiment.toml"
	storeName    = "results"
	reportName   = "report.html"
	plotsName    = "plots"
)

// manifest is what a folder was made of.
type manifest struct {
	Format   string     `json:"format"`
	Title    string     `json:"title"`
	From     string     `json:"file"`
	Set      []string   `json:"set,omitempty"`
	Short    bool       `json:"short,omitempty"`
	Code     string     `json:"code"`
	Data     []DataFile `json:"data,omitempty"`
	Points   int        `json:"points"`
	Missing  int        `json:"missing_runs"`
	Complete bool       `json:"complete"`
	Runs     []runEntry `json:"runs"`
}

// format is the version of the folder's layout.
const format = "strata network experiment 1"

type runEntry struct {
	Key   string `json:"key"`
	Point int    `json:"point"`
	Seed  uint64 `json:"seed"`
	Hash  string `json:"trace_hash"`
}

// Store is where the runs of a folder lie.
func Store(dir string) (*farm.Store, error) { return farm.Open(filepath.Join(dir, storeName)) }

// Begin makes the folder and puts the experiment into it, so that it can go on if it is interrupted. A folder of another
// experiment is refused.
func (e *Experiment) Begin(dir string) error {
	if known, err := os.ReadFile(filepath.Join(dir, sourceName)); err == nil && string(known) != string(e.text) {
		return fmt.Errorf("%s: it has the results of another experiment file: choose another folder, or remove it", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("results: %w", err)
	}
	return errors.Join(write(filepath.Join(dir, sourceName), e.text), e.keepData(dir))
}

// write replaces a file at once.
func write(path string, text []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Chmod(0o644), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
		return fmt.Errorf("results: %w", err)
	}
	return nil
}

// Write makes everything in the folder that is made of runs: tables, pictures, manifest and report. It may be done again
// with more runs. Errors: the system's.
func (e *Experiment) Write(dir string, s *Summary) error {
	pictures := e.pictures(s)
	if err := os.MkdirAll(filepath.Join(dir, plotsName), 0o755); err != nil {
		return fmt.Errorf("results: %w", err)
	}
	for _, p := range pictures {
		base := filepath.Join(dir, plotsName, p.Name())
		if err := errors.Join(write(base+".svg", p.Draw(true)), write(base+".csv", plot.CSV(p.Table()))); err != nil {
			return err
		}
	}
	m, err := e.manifest(s)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	return errors.Join(
		write(filepath.Join(dir, "runs.csv"), plot.CSV(e.runsTable(s))),
		write(filepath.Join(dir, "points.csv"), plot.CSV(e.pointsTable(s))),
		write(filepath.Join(dir, "expectations.csv"), plot.CSV(checksTable(s))),
		write(filepath.Join(dir, "curves.csv"), plot.CSV(curvesTable(s))),
		write(filepath.Join(dir, reportName), e.report(s, m, pictures)),
		write(filepath.Join(dir, manifestName), append(text, '\n')),
	)
}

func (e *Experiment) manifest(s *Summary) (*manifest, error) {
	m := &manifest{Format: format, Title: e.File.Title, From: filepath.Base(e.File.Name), Set: e.Set, Short: e.Short, Code: e.code(),
		Points: len(s.Points), Missing: s.Missing, Complete: s.Missing == 0}
	for i := range s.Points {
		files, err := e.files(s.Points[i].Point.Spec)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if !hasFile(m.Data, f.Name) {
				m.Data = append(m.Data, f)
			}
		}
		for _, r := range s.Points[i].Runs {
			m.Runs = append(m.Runs, runEntry{r.Key.String(), i, r.Result.Seed, r.Result.Hash})
		}
	}
	return m, nil
}

func hasFile(files []DataFile, name string) bool {
	for _, f := range files {
		if f.Name == name {
			return true
		}
	}
	return false
}

// readManifest reads the manifest of a folder.
func readManifest(dir string) (*manifest, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no %s: want a folder that `strata net run` has made", dir, manifestName)
	}
	if err != nil {
		return nil, fmt.Errorf("results: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil || m.Format != format {
		return nil, fmt.Errorf("%s: not a manifest of this program: want format %q", filepath.Join(dir, manifestName), format)
	}
	return &m, nil
}

// IsFolder says whether a path is a folder of results.
func IsFolder(dir string) bool {
	_, err := readManifest(dir)
	return err == nil
}

// axes are the names of what is varied.
func (e *Experiment) axes() (names []string) {
	for _, a := range e.File.Sweep.Axes {
		names = append(names, a.Name())
	}
	return names
}

// runsTable has a row for each run: everything that was measured.
func (e *Experiment) runsTable(s *Summary) [][]string {
	var points [][]Run
	for _, p := range s.Points {
		points = append(points, p.Runs)
	}
	measures := columns(points)
	rows := [][]string{append(append([]string{"run", "point", "seed", "trace_hash"}, e.axes()...), measures...)}
	for i, p := range s.Points {
		for _, r := range p.Runs {
			row := []string{r.Key.String()[:16], strconv.Itoa(i), strconv.FormatUint(r.Result.Seed, 10), r.Result.Hash}
			for _, v := range p.Point.Values {
				row = append(row, v.Text)
			}
			for _, name := range measures {
				field := ""
				if v, ok := r.Result.Values[name]; ok {
					field = plot.Field(v)
				}
				row = append(row, field)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// pointsTable has a row for each measure at each point.
func (e *Experiment) pointsTable(s *Summary) [][]string {
	rows := [][]string{append(append([]string{"point"}, e.axes()...), "measure", "runs", "mean", "mean_low95", "mean_high95", "deviation", "median", "median_low95",
		"median_high95", "least", "most")}
	for i, p := range s.Points {
		for _, name := range columns([][]Run{p.Runs}) {
			m := p.Measures[name]
			row := []string{strconv.Itoa(i)}
			for _, v := range p.Point.Values {
				row = append(row, v.Text)
			}
			row = append(row, name, strconv.Itoa(m.Runs))
			for _, v := range []float64{m.Mean, m.Interval.Low, m.Interval.High, m.Deviation, m.Median, m.OfMedian.Low, m.OfMedian.High, m.Low, m.High} {
				row = append(row, plot.Field(v))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func checksTable(s *Summary) [][]string {
	rows := [][]string{{"expectation", "point", "measured", "measured_low95", "measured_high95", "expected", "z", "holds", "as_it_should", "why"}}
	for _, c := range s.Checks {
		rows = append(rows, []string{c.Expect.Name, c.Where, plot.Field(c.Measured), plot.Field(c.Interval.Low), plot.Field(c.Interval.High),
			plot.Field(c.Expected), plot.Field(c.Z), strconv.FormatBool(c.Within), strconv.FormatBool(c.OK), strings.ReplaceAll(c.Why, "\n", "; ")})
	}
	return rows
}

func curvesTable(s *Summary) [][]string {
	rows := [][]string{{"run", "point", "seed", "curve", "share", "time_s"}}
	for i, p := range s.Points {
		for _, r := range p.Runs {
			for _, c := range r.Result.Curves {
				for j := range c.Q {
					rows = append(rows, []string{r.Key.String()[:16], strconv.Itoa(i), strconv.FormatUint(r.Result.Seed, 10), c.Name, plot.Field(c.Q[j]), plot.Field(c.Times[j])})
				}
			}
		}
	}
	return rows
}
