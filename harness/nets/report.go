package nets

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"strings"

	"strata/harness/nets/plot"
)

//go:embed report.html.tmpl
var reportText string

//go:embed report.css
var reportStyle string

var reportPage = template.Must(template.New("report").Parse(reportText))

// page is what the report's template is filled with.
type page struct {
	Title, Question, Policy string
	Style                   template.CSS
	Verdict                 string
	Good                    bool
	Notes                   []string
	Axes                    []string
	Checks                  []checkRow
	Pictures                []pictureView
	Points                  []pointRow
	Settings                string
	Manifest                *manifest
	Runs                    int
}

type checkRow struct {
	Name, Point, Measured, Interval, Expected, Z, Why, Verdict string
	Good                                                       bool
}

type pictureView struct {
	Name string
	SVG  template.HTML
	CSV  template.URL
}

type pointRow struct {
	Values []string
	Runs   []runRow
}

type runRow struct {
	Key, Hash string
	Seed      uint64
}

// mostRuns is how many runs the report lists; the table runs.csv has all.
const mostRuns = 300

// report is the page: it loads nothing.
func (e *Experiment) report(s *Summary, m *manifest, pictures []plot.Picture) []byte {
	style := reportStyle + plot.Style
	sum := sha256.Sum256([]byte(style))
	p := page{Title: or(e.File.Title, m.From), Question: e.File.Question, Style: template.CSS(style), Axes: e.axes(), Settings: string(e.text), Manifest: m, Runs: len(m.Runs),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"}
	p.Verdict, p.Good = verdict(s)
	p.Notes = notes(s)
	for _, c := range s.Checks {
		p.Checks = append(p.Checks, rowOf(c))
	}
	for _, picture := range pictures {
		p.Pictures = append(p.Pictures, pictureView{picture.Name(), template.HTML(picture.Draw(false)),
			template.URL("data:text/csv;base64," + base64.StdEncoding.EncodeToString(plot.CSV(picture.Table())))})
	}
	left := mostRuns
	for _, point := range s.Points {
		row := pointRow{}
		for _, v := range point.Point.Values {
			row.Values = append(row.Values, v.Text)
		}
		for _, r := range point.Runs {
			if left--; left >= 0 {
				row.Runs = append(row.Runs, runRow{r.Key.String()[:12], r.Result.Hash, r.Result.Seed})
			}
		}
		if len(row.Runs) > 0 {
			p.Points = append(p.Points, row)
		}
	}
	var b bytes.Buffer
	if err := reportPage.Execute(&b, p); err != nil {
		panic("nets: the report's template: " + err.Error())
	}
	return b.Bytes()
}

// verdict is the whole in a sentence.
func verdict(s *Summary) (text string, good bool) {
	bad := 0
	for _, c := range s.Checks {
		if !c.OK {
			bad++
		}
	}
	switch {
	case s.Missing > 0:
		return fmt.Sprintf("%d runs are missing", s.Missing), false
	case bad > 0:
		return fmt.Sprintf("%d of %d expectations do not hold", bad, len(s.Checks)), false
	case len(s.Checks) == 0:
		return "nothing was expected", true
	}
	return fmt.Sprintf("all %d expectations hold", len(s.Checks)), true
}

// notes are what runs have to say to their reader, each once.
func notes(s *Summary) (all []string) {
	seen := map[string]bool{}
	for _, p := range s.Points {
		for _, r := range p.Runs {
			for _, n := range r.Result.Notes {
				if !seen[n] && len(all) < 10 {
					seen[n] = true
					all = append(all, n)
				}
			}
		}
	}
	return all
}

// rowOf is a check for people.
func rowOf(c Check) checkRow {
	row := checkRow{Name: c.Expect.Name, Point: c.Where, Measured: Figure(c.Measured), Expected: Figure(c.Expected), Z: Figure(c.Z), Why: c.Why, Good: c.OK}
	if !math.IsInf(c.Interval.Low, 0) && !math.IsNaN(c.Measured) {
		row.Interval = Figure(c.Interval.Low) + " to " + Figure(c.Interval.High)
	}
	switch {
	case c.Expect.MustFail && c.OK:
		row.Verdict = "fails, as it should"
	case c.Expect.MustFail:
		row.Verdict = "holds, but must fail"
	case c.OK:
		row.Verdict = "holds"
	default:
		row.Verdict = "does not hold"
	}
	return row
}

// Figure is a number with four digits; nothing where there is none.
func Figure(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case v != 0 && (math.Abs(v) < 1e-4 || math.Abs(v) >= 1e7):
		return fmt.Sprintf("%.3g", v)
	case math.Abs(v) >= 10_000:
		return fmt.Sprintf("%.0f", v)
	}
	text := fmt.Sprintf("%.4g", v)
	return strings.TrimSuffix(text, ".")
}

// Rows are the checks for a table in a terminal: expectation, point, measured, expected, z, verdict.
func (s *Summary) Rows() (rows [][]string) {
	for _, c := range s.Checks {
		r := rowOf(c)
		rows = append(rows, []string{r.Name, r.Point, r.Measured, r.Expected, r.Z, r.Verdict, r.Why})
	}
	return rows
}

// Verdict is the whole in a sentence, and whether it is good.
func (s *Summary) Verdict() (string, bool) { return verdict(s) }
