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

// text is a cell that no spreadsheet takes for a formula, and no terminal for an order.
func text(s string) string {
	s = report.OneLine(s)
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

// moodle is a grading worksheet, which an assignment takes back by "Upload grading worksheet", if Moodle is in English. It
// goes by Identifier, Grade and Last modified (grade), all of which must be there, and leaves a grade alone that is newer or
// of which the cell is empty.
//
// Source: moodle/moodle, mod/assign/feedback/offline, importgradeslib.php and locallib.php.
func moodle(w io.Writer, _ *class.Folder, all []class.Standing, opt Options) error {
	rows := [][]string{{"Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)",
		"Feedback comments"}}
	for _, s := range all {
		id := s.ID
		if _, err := strconv.ParseUint(id, 10, 64); err == nil {
			id = "Participant " + id
		}
		rows = append(rows, []string{text(id), text(s.Name), text(s.Email), points(s), number(s.Of),
			opt.Now.UTC().Format("2006-01-02 15:04:05 UTC"), text(s.Remarks())})
	}
	return table(w, rows)
}

// canvas is a gradebook, which Canvas takes by "Import". It finds a student by ID, by SIS Login ID, or else by the name. Who
// is not graded has no line: an empty cell could take back what somebody has entered.
//
// Source: instructure/canvas-lms, lib/gradebook_importer.rb.
func canvas(w io.Writer, _ *class.Folder, all []class.Standing, opt Options) error {
	rows := [][]string{{"Student", "ID", "SIS User ID", "SIS Login ID", "Section", opt.Assignment}}
	possible := []string{"    Points Possible", "", "", "", "", ""}
	rows = append(rows, possible)
	for _, s := range all {
		possible[5] = number(s.Of)
		if !s.Graded {
			continue
		}
		rows = append(rows, []string{text(s.Name), text(s.ID), "", text(s.Account), "", points(s)})
	}
	return table(w, rows)
}

// gradebook has the columns of what Gradescope exports as "Download Grades", for programs that read it. Gradescope itself
// takes none back.
func gradebook(w io.Writer, _ *class.Folder, all []class.Standing, _ Options) error {
	rows := [][]string{{"First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status", "Submission ID",
		"Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count"}}
	for _, s := range all {
		status, at, count := "Missing", "", "0"
		if s.Graded {
			status, count = "Graded", "1"
		}
		if !s.Submitted.IsZero() {
			at = s.Submitted.Format("2006-01-02 15:04:05 -0700")
		}
		first, last := names(s.Name)
		late := time.Duration(s.Days * 24 * float64(time.Hour)).Round(time.Second)
		rows = append(rows, []string{text(first), text(last), text(s.ID), text(s.Email), "", points(s), number(s.Of), status, "", at,
			fmt.Sprintf("%02d:%02d:%02d", int(late.Hours()), int(late.Minutes())%60, int(late.Seconds())%60), "", count})
	}
	return table(w, rows)
}

// names are the first and the last of a name, which may be "Miller, Amy".
func names(name string) (first, last string) {
	if last, first, turned := strings.Cut(name, ", "); turned {
		return first, last
	}
	if at := strings.LastIndex(name, " "); at > 0 {
		return name[:at], name[at+1:]
	}
	return "", name
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
