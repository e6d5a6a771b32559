package report

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"strata/harness/trace"
)

// gradescope is a results.json, as Gradescope's autograders write it.
//
// Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
type gradescope struct {
	Score  int              `json:"score"`
	Time   float64          `json:"execution_time"` // seconds
	Output string           `json:"output"`
	Format string           `json:"output_format"`
	Tests  []gradescopeTest `json:"tests"`
}

type gradescopeTest struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Score  int    `json:"score"`
	Max    int    `json:"max_score"`
	Status string `json:"status"` // passed or failed
	Output string `json:"output"`
	Format string `json:"output_format"`
}

// Gradescope writes the report as a results.json: a test for each step, with its points.
func (r Report) Gradescope(w io.Writer) error {
	g := gradescope{Score: r.Points, Time: r.Elapsed.Seconds(), Output: r.overview(), Format: "text",
		Tests: []gradescopeTest{}}
	for _, s := range r.Steps {
		t := gradescopeTest{Number: s.ID, Name: s.Title, Score: s.Points, Max: s.Of, Status: "failed",
			Output: r.account(s), Format: "text"}
		if s.Status == Passed {
			t.Status = "passed"
		}
		g.Tests = append(g.Tests, t)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(g); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	return nil
}

// overview is what concerns no single step, and the sum.
func (r Report) overview() string {
	var text strings.Builder
	out := NewText(&text)
	r.problems(out)
	for _, f := range r.Findings {
		f.render(out)
	}
	listed(out, "Notes", r.Notes)
	out.Printf("%s\n", r.summary())
	return text.String()
}

// account is how one step stands, and why.
func (r Report) account(s Step) string {
	var text strings.Builder
	out := NewText(&text)
	out.Printf("%s%s", s.Status, by(s))
	if s.Scenarios > 0 {
		out.Printf(", %d of %d checks", s.ScenariosPassed, s.Scenarios)
	}
	out.Printf("\n\n")
	one := r
	one.Steps = []Step{s}
	one.failures(out)
	return strings.TrimSpace(text.String())
}

// by names what a step is blocked by.
func by(s Step) string {
	if s.Reason == "" {
		return ""
	}
	return " by " + s.Reason
}

// suite is a <testsuite> of JUnit's XML, as continuous integration reads it.
type suite struct {
	XMLName  xml.Name `xml:"testsuite"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Time     string   `xml:"time,attr"`
	Cases    []testCase
}

type testCase struct {
	XMLName xml.Name `xml:"testcase"`
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Failure *ending  `xml:"failure"`
	Error   *ending  `xml:"error"`
	Skipped *ending  `xml:"skipped"`
}

// ending is how a test case ended that did not pass.
type ending struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes reports as JUnit's XML: a suite for each submission, a case for each step. What is not
// written or blocked is skipped; what cannot be run is an error.
func JUnit(w io.Writer, reports ...Report) error {
	all := struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []suite
	}{}
	for _, r := range reports {
		s := suite{Name: r.Dir, Tests: len(r.Steps), Time: fmt.Sprintf("%.3f", r.Elapsed.Seconds())}
		for _, step := range r.Steps {
			s.Cases = append(s.Cases, s.add(r, step))
		}
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// add counts the step and makes a case of it.
func (s *suite) add(r Report, step Step) testCase {
	c := testCase{Class: step.Layer, Name: step.ID + " " + step.Title}
	why := &ending{Message: string(step.Status) + by(step), Type: string(step.Status), Text: r.account(step)}
	switch step.Status {
	case Passed:
	case Failed:
		s.Failures++
		c.Failure = why
	case NotWritten, Blocked:
		s.Skipped++
		c.Skipped = &ending{Message: why.Message}
	default:
		s.Errors++
		why.Text = r.overview()
		c.Error = why
	}
	return c
}

// Line is the report in one line: the points, and what stands in the way of the others.
func (r Report) Line() string {
	return strings.Join(append([]string{fmt.Sprintf("%d of %d points", r.Points, r.Of)}, r.Remarks()...), ", ")
}

// Remarks say what stands in the way of the points that there are not.
func (r Report) Remarks() (parts []string) {
	for _, status := range []Status{DoesNotCompile, Refused, Failed, Absent} {
		var layers []string
		for _, p := range r.Problems {
			if p.Status == status {
				layers = append(layers, p.Layer)
			}
		}
		if len(layers) > 0 {
			parts = append(parts, strings.Join(layers, " ")+" "+string(status))
		}
	}
	counts := make(map[Status]int)
	for _, s := range r.Steps {
		counts[s.Status]++
	}
	for _, status := range []Status{Failed, NotWritten, Blocked} {
		if n := counts[status]; n > 0 {
			parts = append(parts, trace.CountOf(n, "step")+" "+string(status))
		}
	}
	for _, f := range r.Findings {
		parts = append(parts, f.Layer+" does not do the same again")
	}
	return parts
}
