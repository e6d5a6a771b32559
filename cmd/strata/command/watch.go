package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/course/hints"
	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
	"strata/harness/grade/watch"
)

// pollEvery is how often --poll looks, and where the system watches no files.
const pollEvery = 300 * time.Millisecond

// soonSeeds is how many seeds of each scenario a watch has run before it says how things stand so far.
const soonSeeds = 40

// watchFlags are those of `strata watch`.
type watchFlags struct {
	layers []string
	poll   bool
}

func newWatch(w World) *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch [DIR]",
		Short: "Grade the exercises, or the layers in DIR, whenever you save",
		Long: `Grades a layer when you save one of its files, beginning with the check that failed last time. It shows
the first failure in full, a line for each of the others, and what changed since the last save. If each
check passes with its first 40 seeds, it says so before it goes on with the others. When all the layers
that you watch pass, the whole stack has its turn. If you save while it grades, it drops that
grade and begins again.

On a terminal, keys do more: a grades everything, s the step under work, h gives its next hint, r shows the
smallest run that fails, o opens the run as a page, q quits.`,
		Example: `  strata watch
  strata watch --layer gossip --seeds 50
  strata watch --poll           # on a network mount`,
		Args:              upToOneArg("a DIR"),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := w.watchSettings(cmd, f)
			if err != nil {
				return err
			}
			return w.runWatch(cmd, s, f, strings.Join(args, ""))
		},
	}
	f.bind(cmd)
	return cmd
}

// bind adds the flags.
func (f *watchFlags) bind(cmd *cobra.Command) {
	addFlags(cmd, gradeTable)
	cmd.Flags().StringSliceVar(&f.layers, "layer", nil, "watch this `LAYER` only; may be repeated")
	cmd.Flags().BoolVar(&f.poll, "poll", false,
		"look at the files again and again, where the system does not tell of changes")
	complete(cmd, "layer", append([]string{steps.Whole}, steps.Written...)...)
}

// watchSettings are those of the table [grade], with which a watch grades.
func (w World) watchSettings(cmd *cobra.Command, f watchFlags) (GradeSettings, error) {
	s, err := w.settings(cmd, gradeTable)
	if err != nil {
		return s.Grade, err
	}
	layers := append(slices.Clone(steps.Written), steps.Whole)
	return s.Grade, errors.Join(s.Grade.validate(), known("layer", f.layers, layers))
}

// runWatch watches until the user quits.
func (w World) runWatch(cmd *cobra.Command, s GradeSettings, f watchFlags, dir string) error {
	on, err := w.watching(cmd, s, f, dir)
	if err != nil {
		return err
	}
	defer on.end()
	pressed, end := w.pressed()
	defer end()
	fmt.Fprintf(w.Out, "watching %s%s\n", nearby(on.dir), on.help(pressed != nil))
	on.watcher(pressed).Run(cmd.Context())
	return nil
}

// watching is what a watch is made of, up to end.
func (w World) watching(cmd *cobra.Command, s GradeSettings, f watchFlags, dir string) (*watching, error) {
	at, err := w.place(cmd)
	if err != nil {
		return nil, err
	}
	on := &watching{world: w, at: at, layers: f.layers, opt: grade.Options{
		Root: at.root, Own: at.exercises(), Dir: dir, NoHints: at.course.NoHints,
		Seeds: int(s.Seeds), Jobs: int(s.Jobs), Timeout: s.Timeout.Duration, Budget: s.Budget.Duration,
	}}
	if len(f.layers) == 0 && dir == "" {
		on.layers = at.course.Layers
	}
	if on.dir, err = layersIn(at, dir); err != nil {
		return nil, err
	}
	on.screen = watch.Lines{Out: w.Out, Dir: nearby(on.dir)}
	on.source = w.source(on.dir, f.poll)
	if on.opt.Warm, err = process.NewWarm(); err != nil {
		return nil, err
	}
	noted := w.noteOther(at.home)
	on.end = func() {
		noted()
		on.source.Close()
		on.opt.Warm.Close()
	}
	return on, nil
}

// layersIn is where the layers are that are to be watched.
func layersIn(at place, dir string) (string, error) {
	if dir == "" {
		return at.exercises(), nil
	}
	found, err := handin.Find(dir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", handin.Shown(dir), err)
	}
	return found.Dir, nil
}

// nearby is the path from the working directory, if it lies there.
func nearby(path string) string {
	if at, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(at, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return path
}

// source tells of changes: as the system does, or by looking where it does not.
func (w World) source(dir string, poll bool) watch.Source {
	if !poll {
		source, err := watch.Files(dir)
		if err == nil {
			return source
		}
		fmt.Fprintf(w.Err, "strata: note: the system does not tell of changes (%v): looking every %v instead\n",
			err, pollEvery)
	}
	return watch.Poll(dir, pollEvery)
}

// watching does what the watcher asks for.
type watching struct {
	world  World
	at     place
	dir    string // of the layers
	layers []string
	opt    grade.Options
	source watch.Source
	screen watch.Screen
	page   string // the address of the desk; empty: there is none
	end    func()
}

// watcher watches, and does what is pressed.
func (on *watching) watcher(pressed <-chan rune) *watch.Watcher {
	return &watch.Watcher{
		Source: on.source, Screen: on.screen, Layers: on.layers,
		Keys: pressed, Press: on.press,
		Read:  func() watch.Tree { return watch.Read(on.dir) },
		Grade: on.grade,
	}
}

// grade does a job.
func (on *watching) grade(ctx context.Context, job watch.Job) (report.Report, error) {
	opt := on.opt
	opt.Layers, opt.Steps, opt.First, opt.Failed = job.Layers, job.Steps, job.First, job.Failed
	opt.Soon, opt.Passes = soonSeeds, job.Passes
	return grade.Grade(ctx, opt)
}

// help says what can be pressed.
func (on *watching) help(keys bool) string {
	if !keys {
		return "; Ctrl-C ends it"
	}
	return ": a all, s step, h hint, r replay, o open page, q quit"
}

// press does what a key stands for.
func (on *watching) press(ctx context.Context, key rune, step string, about *report.Failure) {
	var err error
	switch {
	case key == 'h' && step != "":
		s, _ := steps.Find(step)
		if err = hints.Withheld(s); !on.at.course.NoHints {
			err = on.world.nextHint(hints.Open(on.at.home), s)
		}
	case key == 'o' && on.page != "":
		err = on.world.browse(on.page)
	case (key == 'r' || key == 'o') && about != nil:
		err = on.replay(ctx, key == 'o', about)
	case key == 'h' || key == 'r' || key == 'o' || key == watch.KeyStep:
		fmt.Fprintln(on.world.Out, "nothing has failed yet")
	default:
		fmt.Fprintln(on.world.Out, strings.TrimPrefix(on.help(true), ": "))
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(on.world.Out, "%s\n", oneLine(err.Error()))
	}
}

// replay shows the run of a failure again, or opens its page.
func (on *watching) replay(ctx context.Context, open bool, about *report.Failure) error {
	opt := grade.ReplayOptions{Options: on.opt, Scenario: about.Scenario, Seed: about.Seed, Shrink: about.Shrunk != nil}
	if !open {
		_, err := grade.Replay(ctx, opt, on.world.Out)
		return usage(err)
	}
	file := filepath.Join(on.at.home, ".strata", "run.html")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	album, err := (&pictures{html: file}).begin(on.world)
	if err != nil {
		return err
	}
	defer album.discard()
	opt.Record = album.record
	if _, err := grade.Replay(ctx, opt, io.Discard); err != nil {
		return usage(err)
	}
	return on.world.browse(file)
}
