package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"strata/harness/class"
	"strata/harness/grade/report"
)

// Options say what a platform calls what is graded.
type Options struct {
	Assignment string // its name there; for Canvas with its number, as in "Layers (12345)"
	Classroom  string // Classroom 50's
	Visibility string // of Gradescope's tests; empty: its default
	Now        time.Time
}

// Tables are the formats that are one file for the class, with what writes them.
var Tables = map[string]func(io.Writer, *class.Folder, []class.Standing, Options) error{
	"moodle":               moodle,
	"canvas":               canvas,
	"gradescope-gradebook": gradebook,
	"csv":                  everything,
	"json":                 asJSON,
	"junit":                junit,
}

// text is a cell that no spreadsheet takes for a formula.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func number(points float64) string { return strconv.FormatFloat(points, 'f', -1, 64) }

// points are those of a standing; empty: it has none.
func points(s class.Standing) string {
	if !s.Graded {
		return ""
	}
	return number(s.Points)
}

func table(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// moodle is a grading worksheet, which an assignment takes back by "Upload grading worksheet".
//
// Source: docs.moodle.org, Assignment FAQ, "How do I mark offline?"
func moodle(w io.Writer, _ *class.Folder, all []class.Standing, _ Options) error {
	rows := [][]string{{"Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Feedback comments"}}
	for _, s := range all {
		id := s.ID
		if _, err := strconv.ParseUint(id, 10, 64); err == nil {
			id = "Participant " + id
		}
		rows = append(rows, []string{text(id), text(s.Name), text(s.Email), points(s), number(s.Of), text(s.Remarks())})
	}
	return table(w, rows)
}

// canvas is a gradebook, which Canvas takes by "Import".
//
// Source: Canvas instructor guide, "How do I import grades in the Gradebook?"
func canvas(w io.Writer, _ *class.Folder, all []class.Standing, opt Options) error {
	rows := [][]string{{"Student", "ID", "SIS User ID", "SIS Login ID", "Section", opt.Assignment}}
	possible := []string{"    Points Possible", "", "", "", "", ""}
	rows = append(rows, possible)
	for _, s := range all {
		possible[5] = number(s.Of)
		rows = append(rows, []string{text(s.Name), text(s.ID), "", text(s.Account), "", points(s)})
	}
	return table(w, rows)
}

// gradebook has the columns of what Gradescope exports as "Download Grades".
func gradebook(w io.Writer, _ *class.Folder, all []class.Standing, _ Options) error {
	rows := [][]string{{"Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time", "Lateness (D)"}}
	for _, s := range all {
		status, at := "Missing", ""
		if s.Graded {
			status = "Graded"
		}
		if !s.Submitted.IsZero() {
			at = s.Submitted.Format(time.RFC3339)
		}
		rows = append(rows, []string{text(s.Name), text(s.ID), text(s.Email), points(s), number(s.Of), status, at,
			number(s.Days)})
	}
	return table(w, rows)
}

// everything is a table of all that counts, by layer and step.
func everything(w io.Writer, _ *class.Folder, all []class.Standing, _ Options) error {
	head := []string{"name", "id", "email", "account", "points", "of", "days late", "taken for being late"}
	var layers []class.LayerPoints
	var steps []class.StepPoints
	for _, s := range all {
		if s.Graded {
			layers, steps = s.Layers, s.Steps
			break
		}
	}
	for _, l := range layers {
		head = append(head, l.Layer)
	}
	for _, s := range steps {
		head = append(head, s.ID)
	}
	rows := [][]string{append(head, "remarks")}
	for _, s := range all {
		row := []string{text(s.Name), text(s.ID), text(s.Email), text(s.Account), points(s), number(s.Of),
			number(s.Days), number(s.Cost)}
		for _, l := range s.Layers {
			row = append(row, number(l.Points))
		}
		for _, step := range s.Steps {
			row = append(row, number(step.Points))
		}
		for len(row) < len(head) {
			row = append(row, "")
		}
		rows = append(rows, append(row, text(s.Remarks())))
	}
	return table(w, rows)
}

func asJSON(w io.Writer, _ *class.Folder, all []class.Standing, _ Options) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(all); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// junit has a suite for each student that is graded.
func junit(w io.Writer, f *class.Folder, all []class.Standing, _ Options) error {
	var reports []report.Report
	for _, s := range all {
		r, ok, err := f.Report(s.Handin)
		if err != nil {
			return err
		}
		if ok {
			r.Dir = s.Name
			reports = append(reports, r)
		}
	}
	return report.JUnit(w, reports...)
}
