package report

import "io"

// Brief writes what there is to mend: what keeps layers from being run, the first failure in full, the others as a
// line each. It writes nothing if there is nothing to mend.
func (r Report) Brief(w io.Writer) error {
	out := NewText(w)
	r.problems(out)
	told := false
	for _, f := range r.Failures {
		switch {
		case f.Unwritten != "":
		case !told:
			told = true
			f.Render(out)
		default:
			out.Printf("%s  %s: %s\n", f.Step, f.Scenario, OneLine(firstLine(f.Text)))
		}
	}
	return out.Err
}
