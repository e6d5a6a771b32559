package command

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/class/export"
	"strata/harness/grade/handin"
)

// exportFlags are those of `strata class export`.
type exportFlags struct {
	as, to, rules string
	pictures      bool
	export.Options
}

// asPages is the format that draws.
const asPages = "html"

// exportFormats lists what there is.
func exportFormats() []string {
	return slices.Sorted(slices.Values(slices.Concat(
		slices.Collect(maps.Keys(export.Tables)), slices.Collect(maps.Keys(export.Each)), []string{asPages})))
}

func newClassExport(w World) *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write how a class stands as a learning platform reads it",
		Long: `Writes what strata class grade has kept in DIR. One file for the class, on standard output or in --to:
moodle (a grading worksheet), canvas (a gradebook), gradescope-gradebook, csv, json and junit. A file for
each graded student, in the directory --to: gradescope (results.json), classroom50 (result.json), text,
and html, a page with the report and a diagram of the failed runs. For a diagram the run is made again;
--pictures=false leaves them out.`,
		Example: `  strata class export results --as moodle --rules course.toml --to grades.csv
  strata class export results --as canvas --assignment 'Layers (12345)' --to grades.csv
  strata class export results --as html --to pages`,
		Args:              oneArg("the directory of the results"),
		ValidArgsFunction: directories,
		RunE:              func(cmd *cobra.Command, args []string) error { return w.classExport(cmd, args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.as, "as", "", "the `FORMAT`: "+strings.Join(exportFormats(), ", "))
	flags.StringVar(&f.to, "to", "", "write to this `PLACE`: a file, or a directory if every student gets a file")
	flags.StringVar(&f.rules, "rules", "", "what everything is worth: a TOML `FILE`")
	flags.BoolVar(&f.pictures, "pictures", true, "with html: draw the runs that failed")
	flags.StringVar(&f.Assignment, "assignment", "Strata", "what the platform calls the assignment, as a `NAME`")
	flags.StringVar(&f.Classroom, "classroom", "class", "the classroom's short `NAME`, for classroom50")
	flags.StringVar(&f.Visibility, "visibility", "",
		"who sees Gradescope's results and when, as a `WORD`: visible, after_due_date, after_published or hidden")
	complete(cmd, "as", exportFormats()...)
	must(cmd.MarkFlagFilename("rules"))
	return cmd
}

func (w World) classExport(cmd *cobra.Command, dir string, f exportFlags) error {
	if f.as == "" {
		return fmt.Errorf("%s wants --as, one of %s", named(cmd), strings.Join(exportFormats(), ", "))
	}
	if err := errors.Join(known("format", []string{f.as}, exportFormats()), f.Check()); err != nil {
		return err
	}
	folder, err := class.Open(dir)
	if err != nil {
		return err
	}
	rules, err := readRules(f.rules)
	if err != nil {
		return err
	}
	all, err := folder.Standings(rules)
	if err != nil {
		return err
	}
	f.Now = time.Now()
	if write, ok := export.Tables[f.as]; ok {
		return w.classTableFile(f.to, func(out io.Writer) error { return write(out, folder, all, f.Options) })
	}
	if f.to == "" {
		return fmt.Errorf("%s writes a file for each student: name a directory with --to", f.as)
	}
	return w.classEach(cmd, folder, all, f)
}

// classTableFile writes one file, or to standard output.
func (w World) classTableFile(to string, write func(io.Writer) error) error {
	if to == "" {
		return write(w.Out)
	}
	d, err := newDraft(to)
	if err != nil {
		return err
	}
	if err := d.finish(write); err != nil {
		return err
	}
	fmt.Fprintf(w.Err, "written to %s\n", to)
	return nil
}

// classEach writes a file for each student who is graded.
func (w World) classEach(cmd *cobra.Command, folder *class.Folder, all []class.Standing, f exportFlags) error {
	if err := os.MkdirAll(f.to, 0o755); err != nil {
		return fmt.Errorf("--to: %s cannot be made: %w", f.to, cause(err))
	}
	var draw export.Picture
	if f.as == asPages && f.pictures {
		at, err := w.classPlace(cmd)
		if err != nil {
			return err
		}
		scenarios, err := class.Scenarios(folder.Dir, folder.List.Settings)
		if err != nil {
			return err
		}
		draw = export.Drawer(at.root, folder.List.Settings, scenarios)
	}
	written := 0
	for _, s := range all {
		r, ok, err := folder.Report(s.Handin)
		if err != nil {
			return err
		}
		if !ok || !s.Graded {
			continue
		}
		ending, write := "."+asPages, func(out io.Writer) error { return export.Page(cmd.Context(), out, s, r, draw) }
		if each, ok := export.Each[f.as]; ok {
			ending, write = each.Ending, func(out io.Writer) error { return each.Write(out, s, r, f.Options) }
		}
		d, err := newDraft(filepath.Join(f.to, s.Key+ending))
		if err != nil {
			return err
		}
		if err := d.finish(write); err != nil {
			return err
		}
		written++
	}
	fmt.Fprintf(w.Err, "%d files written to %s; %d students have none, for they are not graded\n", written,
		handin.Shown(f.to), len(all)-written)
	return nil
}
