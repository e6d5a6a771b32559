package export

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"strata/harness/class"
	"strata/harness/grade/report"
	"strata/harness/trace"
)

// Each are the formats that are a file for each student, with the ending of its name and what writes it. Nothing is
// written for somebody who is not graded, but by text.
var Each = map[string]struct {
	Ending string
	Write  func(io.Writer, class.Standing, report.Report, Options) error
}{
	"gradescope":  {".results.json", gradescope},
	"classroom50": {".result.json", classroom50},
	"text":        {".txt", plain},
}

// plain is the report to be read, and what the rules make of the points.
func plain(w io.Writer, s class.Standing, r report.Report, _ Options) error {
	if _, err := fmt.Fprintf(w, "%s: %s\n\n", s.Name, sum(s)); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	r.Dir = s.Name
	return r.Render(w)
}

// sum is what the points are.
func sum(s class.Standing) string {
	line := fmt.Sprintf("%s of %s points", number(s.Points), number(s.Of))
	if s.Days > 0 {
		line += fmt.Sprintf(", %s late: %s taken", trace.CountOf(int(s.Days), "day"), number(s.Cost))
	}
	return line
}

// visibilities are Gradescope's.
var visibilities = []string{"visible", "after_due_date", "after_published", "hidden"}

// Check says what cannot be among the options.
func (o Options) Check() error {
	for _, v := range append(visibilities, "") {
		if o.Visibility == v {
			return nil
		}
	}
	return fmt.Errorf("visibility %q: want one of %v", o.Visibility, visibilities)
}

// gradescope is the results.json of the report, with the points of the rules.
func gradescope(w io.Writer, s class.Standing, r report.Report, opt Options) error {
	var text bytes.Buffer
	if err := r.Gradescope(&text); err != nil {
		return err
	}
	var all map[string]any
	if err := json.Unmarshal(text.Bytes(), &all); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	all["score"] = s.Points
	tests, _ := all["tests"].([]any)
	for i, t := range tests {
		if test, ok := t.(map[string]any); ok && i < len(s.Steps) {
			test["score"], test["max_score"] = s.Steps[i].Points, s.Steps[i].Of
		}
	}
	if opt.Visibility != "" {
		all["visibility"] = opt.Visibility
	}
	return indented(w, all)
}

func indented(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// classroom50 is a result of Classroom 50, with whole points: those of the tests are what their sums are, also if being late
// costs some. What its runner names, such as a tag, has the form of what a teacher enters by hand.
//
// Source: foundation50/classroom50, wiki, Advanced Autograding, "The result.json contract": classroom50/result/v1.
func classroom50(w io.Writer, s class.Standing, r report.Report, opt Options) error {
	type test struct {
		Name   string `json:"test-name"`
		Passed bool   `json:"passed"`
		Score  int    `json:"score"`
		Max    int    `json:"max-score"`
	}
	at := opt.Now.UTC()
	if !s.Submitted.IsZero() {
		at = s.Submitted.UTC()
	}
	hand := "submit/manual-" + at.Format("2006-01-02T15-04-05Z")
	out := struct {
		Schema     string `json:"schema"`
		Classroom  string `json:"classroom"`
		Assignment string `json:"assignment"`
		Type       string `json:"assignment_type"`
		Owner      string `json:"owner,omitempty"`
		Submission string `json:"submission"`
		Commit     string `json:"commit"`
		Release    string `json:"release"`
		Review     string `json:"review"`
		Time       string `json:"datetime"` // of the submission
		Graded     string `json:"graded_at"`
		Score      int    `json:"score"`
		Max        int    `json:"max-score"`
		Tests      []test `json:"tests"`
	}{
		Schema: "classroom50/result/v1", Classroom: opt.Classroom, Assignment: opt.Assignment, Type: "individual",
		Owner:      s.Account,
		Submission: hand, Commit: hand, Release: hand, Review: hand, Time: at.Format(time.RFC3339),
		Graded: opt.Now.UTC().Format(time.RFC3339), Score: whole(s.Points), Max: whole(s.Of), Tests: []test{},
	}
	var have, could []float64
	for _, step := range s.Steps {
		have, could = append(have, step.Points), append(could, step.Of)
	}
	scores, most := shares(out.Score, have), shares(out.Max, could)
	for i, step := range s.Steps {
		name := step.ID
		if i < len(r.Steps) {
			name += " " + r.Steps[i].Title
		}
		out.Tests = append(out.Tests, test{name, step.Status == report.Passed, scores[i], most[i]})
	}
	return indented(w, out)
}

func whole(points float64) int { return int(math.Round(points)) }

// shares divides whole points by weight, so that they add up: what is left over goes to the largest remainders.
func shares(total int, weights []float64) []int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	parts, order, left := make([]int, len(weights)), make([]int, len(weights)), total
	rest := make([]float64, len(weights))
	for i, w := range weights {
		order[i] = i
		if sum > 0 {
			exact := float64(total) * w / sum
			parts[i] = int(exact)
			rest[i] = exact - float64(parts[i])
		}
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for i := 0; i < left && i < len(order); i++ {
		parts[order[i]]++
	}
	return parts
}
