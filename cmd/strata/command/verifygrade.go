package command

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"strata/harness/grade"
	"strata/harness/grade/report"
)

// mostRecord is the largest file of a grade that is read, in bytes.
const mostRecord = 16 << 20

// verifyGrade grades again as a sealed grade was made, and says in what it differs.
func (w World) verifyGrade(cmd *cobra.Command, file string, dirs []string) error {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || info.Size() > mostRecord {
		return fmt.Errorf("%s: want a file of at most %d MiB that strata grade --sealed --json wrote", file, mostRecord>>20)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	was, err := report.ReadRecord(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	at, err := w.place(cmd)
	if err != nil {
		return err
	}
	opt := grade.Options{Root: at.root, Own: at.exercises(), Layers: was.Layers, Steps: was.Only, Seeds: was.Seeds, FirstSeed: was.FirstSeed,
		Sealed: true, AsFound: true, Progress: w.inPlace()}
	if len(dirs) > 0 {
		if err := noDirectory(dirs[0]); err != nil {
			return err
		}
		opt.Dir = dirs[0]
	}
	r, err := grade.Grade(cmd.Context(), opt)
	if err != nil {
		return usage(err)
	}
	lines := was.Differ(r.Record())
	for _, line := range lines {
		fmt.Fprintln(w.Out, line)
	}
	if len(lines) > 0 {
		fmt.Fprintf(w.Out, "the grade in %s does not repeat: %d things differ\n", file, len(lines))
		return errAnswerNo
	}
	fmt.Fprintf(w.Out, "the same: %d of %d points, %d steps, %d failures\n", was.Points, was.Of, len(was.Steps), len(was.Failures))
	return nil
}
