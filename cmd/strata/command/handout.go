package command

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/course/desk"
	"strata/harness/course/steps"
)

// handoutFlags are those of `strata handout`.
type handoutFlags struct {
	layers, due []string
	title       string
	noHints     bool
	hard        bool
}

func newHandout(w World) *cobra.Command {
	var f handoutFlags
	cmd := &cobra.Command{
		Use:   "handout DIR|FILE.zip",
		Short: "Make what the students of your course get",
		Long: `Makes a directory or an archive for the students of a course, as strata new makes one: exercises, a README,
and workflows that grade every push. It holds no solutions and no wrong ones. --layer chooses the layers and
the electives, and strata grade grades these there. --due puts dates into the README. With --no-hints strata
gives none there: neither by strata hint nor in reports.`,
		Example: `  strata handout course.zip
  strata handout course --layer network --layer messaging --due network=2026-11-20 --due messaging=2026-12-04
  strata handout exam.zip --layer gossip --no-hints --hard --title 'Exam'`,
		Args: oneArg("the DIR or the FILE.zip to make"),
		RunE: func(_ *cobra.Command, args []string) error {
			h, err := f.handout()
			if err != nil {
				return err
			}
			return w.handout(args[0], h, f.hard)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.layers, "layer", nil, "hand out this `LAYER` or elective; may be repeated (default: all)")
	flags.StringArrayVar(&f.due, "due", nil, "when a layer is due, as `LAYER=WHEN`; may be repeated")
	flags.StringVar(&f.title, "title", "", "the `TITLE` of the README")
	flags.BoolVar(&f.noHints, "no-hints", false, "strata gives no hints there")
	hardFlag(cmd, &f.hard)
	complete(cmd, "layer", steps.Written...)
	return cmd
}

// handout is what the flags say.
func (f handoutFlags) handout() (desk.Handout, error) {
	h := desk.Handout{Course: desk.Course{NoHints: f.noHints}, Title: f.title, Due: make(map[string]string)}
	faults := []error{known("layer", f.layers, steps.Written)}
	for _, layer := range steps.Written {
		if slices.Contains(f.layers, layer) {
			h.Layers = append(h.Layers, layer)
		}
	}
	if strings.ContainsAny(f.title, "\r\n") {
		faults = append(faults, errors.New("--title has more than one line: want one"))
	}
	for _, one := range f.due {
		layer, when, ok := strings.Cut(one, "=")
		switch {
		case !ok || when == "" || strings.ContainsAny(when, "|\r\n"):
			faults = append(faults, fmt.Errorf("--due %q: want LAYER=WHEN, such as network=2026-11-20", one))
		case !slices.Contains(steps.Written, layer):
			faults = append(faults, known("layer", []string{layer}, steps.Written))
		case len(h.Layers) > 0 && !slices.Contains(h.Layers, layer):
			faults = append(faults, fmt.Errorf("--due %s: %s is not handed out: add --layer %s", one, layer, layer))
		}
		h.Due[layer] = when
	}
	return h, errors.Join(faults...)
}

// handout makes the directory or the archive.
func (w World) handout(to string, h desk.Handout, hard bool) error {
	archive, root, err := w.unpacked()
	if err != nil {
		return err
	}
	dir := to
	var out *draft
	if strings.EqualFold(filepath.Ext(to), ".zip") {
		if out, err = newDraft(to); err != nil {
			return err
		}
		defer out.discard()
		temp, err := os.MkdirTemp("", "strata-handout-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		dir = filepath.Join(temp, strings.TrimSuffix(filepath.Base(to), filepath.Ext(to)))
	}
	made, err := h.New(root, dir, style(hard), origin(archive))
	if err != nil {
		return err
	}
	if out != nil {
		if err := out.finish(func(file io.Writer) error { return zipDirectory(file, filepath.Dir(dir)) }); err != nil {
			return err
		}
	}
	fmt.Fprintf(w.Out, "%s: %d files\n", to, len(made))
	return nil
}

// zipDirectory writes an archive of all that is in a directory.
func zipDirectory(to io.Writer, dir string) error {
	z := zip.NewWriter(to)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		return err
	}
	return z.Close()
}
