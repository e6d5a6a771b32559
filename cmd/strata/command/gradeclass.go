package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"strata/harness/grade"
	"strata/harness/grade/handin"
	"strata/harness/grade/report"
)

// member is one submission of a class.
type member struct {
	Dir    string
	Error  string         `json:",omitempty"` // why it could not be graded at all
	Report *report.Report `json:",omitempty"`
}

// gradeClass grades one submission after the other, whatever becomes of each, and shows them all. The
// answer is no if a point is missing; a submission that could not be graded at all is an error, told
// last. After an interrupt what was graded so far is shown.
func (w World) gradeClass(ctx context.Context, opt grade.Options, f gradeFlags, files *gradeFiles, dirs []string) error {
	progress := opt.Progress
	opt.Apart = true
	opt.Progress = nil // that of each submission would hide how far the class is
	var class []member
	var unkept []error
	dirs = slices.DeleteFunc(slices.Clone(dirs), nobodys)
	links := newClassLinks(dirs)
	for i, dir := range dirs {
		if ctx.Err() != nil {
			break
		}
		m, err := gradeMember(ctx, opt, dir, links)
		if err != nil && ctx.Err() == nil && len(class) == 0 {
			return err
		} else if err != nil {
			m.Error = oneLine(err.Error())
		}
		if ctx.Err() != nil {
			break
		}
		class = append(class, m)
		if m.Report != nil {
			if err := files.keep(dir, *m.Report); err != nil {
				unkept = append(unkept, err) // the table is still to come, and the others
			}
		}
		if progress != nil {
			fmt.Fprintf(progress, "%*d of %d  %s: %s\n", len(fmt.Sprint(len(dirs))), i+1, len(dirs), handin.Shown(dir), m.line())
		}
	}
	unkept = append(unkept, w.showClass(class, f.json), files.finish(reportsOf(class)...))
	if err := errors.Join(unkept...); err != nil {
		return err
	}
	return classStatus(ctx, class, len(dirs))
}

// nobodys says whether a name is one that systems leave beside submissions.
func nobodys(dir string) bool {
	return slices.Contains([]string{"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}, filepath.Base(dir))
}

// gradeMember grades one submission. The error is one that all others would have as well.
func gradeMember(ctx context.Context, opt grade.Options, dir string, links *classLinks) (member, error) {
	m := member{Dir: dir}
	if err := cmp.Or(notADirectory(dir), links.check(dir)); err != nil {
		m.Error = oneLine(err.Error())
		return m, nil
	}
	opt.Dir = dir
	report, err := grade.Grade(ctx, opt)
	switch {
	case errors.Is(err, grade.ErrUsage):
		return m, usage(err)
	case err != nil:
		m.Error = oneLine(err.Error())
	default:
		m.Report = &report
	}
	return m, nil
}

// line is how the submission stands.
func (m member) line() string {
	if m.Report == nil {
		return m.Error
	}
	return m.Report.Line()
}

func reportsOf(class []member) (reports []report.Report) {
	for _, m := range class {
		if m.Report != nil {
			reports = append(reports, *m.Report)
		}
	}
	return reports
}

// classStatus is how the command ends.
func classStatus(ctx context.Context, class []member, want int) error {
	if len(class) < want {
		return fmt.Errorf("%w: %d of %d submissions were graded", ctx.Err(), len(class), want)
	}
	complete, broken := true, 0
	for _, m := range class {
		if m.Report == nil {
			broken++
		} else {
			complete = complete && m.Report.Complete()
		}
	}
	switch {
	case broken > 0:
		return fmt.Errorf("%d of %d could not be graded: see the table", broken, want)
	case !complete:
		return errAnswerNo
	}
	return nil
}

// showClass writes the class as a table or as JSON.
func (w World) showClass(class []member, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(class)
	}
	return classTable(w.Out, class)
}

// classTable is a line for each submission: its points by layer, their sum, and what stands in the way
// of the others.
func classTable(out io.Writer, class []member) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	reports := reportsOf(class)
	head := []string{"submission", "points"}
	if len(reports) > 0 {
		head[1] = fmt.Sprintf("of %d", reports[0].Of)
		for _, l := range reports[0].Layers {
			head = append(head, fmt.Sprintf("%s/%d", l.Layer, l.Of))
		}
	}
	fmt.Fprintln(table, strings.Join(append(head, "remarks"), "\t"))
	for _, m := range class {
		row := []string{handin.Shown(m.Dir), "-"}
		remarks := m.Error
		if m.Report != nil {
			row[1] = fmt.Sprint(m.Report.Points)
			for _, l := range m.Report.Layers {
				row = append(row, fmt.Sprint(l.Points))
			}
			said := m.Report.Remarks()
			if m.Report.Taken != "" {
				said = append([]string{"in " + handin.Shown(within(m.Dir, m.Report.Taken))}, said...)
			}
			remarks = strings.Join(said, ", ")
		}
		for len(row) < len(head) {
			row = append(row, "-")
		}
		fmt.Fprintln(table, strings.TrimRight(strings.Join(append(row, remarks), "\t"), "\t"))
	}
	return table.Flush()
}

// within is the path from dir to what lies in it.
func within(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil {
		return rel
	}
	return path
}
