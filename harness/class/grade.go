package class

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"strata/harness/class/intake"
	"strata/harness/farm"
	"strata/harness/grade/handin"
	"strata/harness/grade/report"
)

// Grader grades what lies in a directory, by so many jobs at once; 0 means one for each processor. An error says that it could
// not, and that it may be tried again.
type Grader func(ctx context.Context, dir string, jobs int) (report.Report, error)

// Options say how a class is graded.
type Options struct {
	Grader   Grader
	Shard    farm.Shard
	Workers  int           // hand-ins at once; 0 means one for each processor
	Patience time.Duration // real time for one hand-in; 0 means no end
	Progress func(farm.Progress)
}

// Folder is a class on disk.
type Folder struct {
	Dir   string
	List  List
	Store *farm.Store
}

// List is who is in a class, and how it is graded.
type List struct {
	Settings Settings
	Layout   string `json:",omitempty"` // of the export that it came from
	Handins  []intake.Handin
}

// The places in the folder of a class.
const (
	listFile   = "class.json"
	resultsDir = "results"
	reportsDir = "reports"
	handinsDir = "handins"
)

// Handins is the directory for copies in the folder of a class.
func Handins(dir string) string { return filepath.Join(dir, handinsDir) }

// Begin makes the folder of a class, or takes the one that is there: its results stay.
func Begin(dir string, list List) (*Folder, error) {
	if err := os.MkdirAll(filepath.Join(dir, reportsDir), 0o755); err != nil {
		return nil, fmt.Errorf("class: %w", err)
	}
	store, err := farm.Open(filepath.Join(dir, resultsDir))
	if err != nil {
		return nil, err
	}
	f := &Folder{dir, list, store}
	return f, writeFile(filepath.Join(dir, listFile), func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(list)
	})
}

// ErrNone reports a directory that is no folder of a class.
var ErrNone = errors.New("is no folder that strata class grade has made: name the one that --out said")

// Open opens the folder of a class. Errors: ErrNone, a damaged list, the file system's.
func Open(dir string) (*Folder, error) {
	text, err := os.ReadFile(filepath.Join(dir, listFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s %w", dir, ErrNone)
	}
	if err != nil {
		return nil, fmt.Errorf("class: %w", err)
	}
	f := &Folder{Dir: dir}
	if err := json.Unmarshal(text, &f.List); err != nil {
		return nil, fmt.Errorf("%s: %w; run strata class grade again, which keeps the results",
			filepath.Join(dir, listFile), err)
	}
	f.place()
	f.Store, err = farm.Open(filepath.Join(dir, resultsDir))
	return f, err
}

// place has the copies lie in this folder: it may have been moved since the list was written.
func (f *Folder) place() {
	for i, h := range f.List.Handins {
		if h.Dir != "" {
			f.List.Handins[i].Dir = filepath.Join(Handins(f.Dir), h.Key)
		}
	}
}

// Key is that of a hand-in's result; false: it cannot be graded.
func (f *Folder) Key(h intake.Handin) (farm.Key, bool) {
	return f.List.Settings.key(h.Digest), h.Problem == ""
}

// distinct lists the hand-ins that can be graded, each of several equal ones once, in an order that does not depend on
// names.
func (f *Folder) distinct() []intake.Handin {
	var all []intake.Handin
	seen := make(map[string]bool)
	for _, h := range f.List.Handins {
		if h.Problem == "" && !seen[h.Digest] {
			seen[h.Digest] = true
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b intake.Handin) int { return bytes.Compare([]byte(a.Digest), []byte(b.Digest)) })
	return all
}

// Grade grades what has no result yet, of the shard. A hand-in that could not be graded is in the report; the error is
// the end of ctx or that of the disk, and what was finished is kept. The last ones are graded by several jobs each: others no
// longer need the processors.
func (f *Folder) Grade(ctx context.Context, opt Options) (farm.Report, error) {
	mine, turns, err := f.mine(opt)
	if err != nil {
		return farm.Report{}, err
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	jobs := func(yield func(farm.Job) bool) {
		for _, h := range mine {
			key, _ := f.Key(h)
			job := farm.Job{Key: key, Name: h.Name, Do: func(ctx context.Context) ([]byte, error) {
				result, text, err := f.one(ctx, h, opt, turns.next())
				if err != nil {
					return nil, err
				}
				if err := f.Keep(key, text); err != nil {
					end(err) // the next ones could not be kept either
					return nil, err
				}
				return result, nil
			}}
			if !yield(job) {
				return
			}
		}
	}
	return farm.Run(ctx, f.Store, jobs, farm.Options{Workers: opt.Workers, Total: len(mine), Progress: opt.Progress})
}

// errPatience reports a hand-in that took too long on this machine.
var errPatience = errors.New("took longer than it may; run the command again, with more --patience")

// one grades one hand-in.
func (f *Folder) one(ctx context.Context, h intake.Handin, opt Options, jobs int) (result, text []byte, err error) {
	if opt.Patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, opt.Patience, errPatience)
		defer cancel()
	}
	result, text, err = One(ctx, opt.Grader, h.Dir, jobs)
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errPatience) {
		err = fmt.Errorf("%w than %v", cause, opt.Patience)
	}
	return result, text, err
}

// One grades what lies in a directory: what counts of it, as the store has it, and the whole report, for Keep. Neither
// depends on where in the directory the layers lie, nor on the jobs.
func One(ctx context.Context, grader Grader, dir string, jobs int) (result, text []byte, err error) {
	found, err := handin.Find(dir)
	if err != nil {
		return nil, nil, err
	}
	dir = found.Dir
	r, err := grader(ctx, dir, jobs)
	if err != nil {
		return nil, nil, err
	}
	if text, err = neutral(r, dir); err != nil {
		return nil, nil, err
	}
	result, err = json.Marshal(resultOf(r))
	return result, text, err
}

// Keep keeps the report of a hand-in. It is to be there before the result is.
func (f *Folder) Keep(key farm.Key, text []byte) error {
	return writeFile(f.reportFile(key), func(w io.Writer) error { _, err := w.Write(text); return err })
}

func (f *Folder) reportFile(key farm.Key) string {
	return filepath.Join(f.Dir, reportsDir, key.String()+".json")
}

// Report is the whole report of a hand-in; false: it is not there.
func (f *Folder) Report(h intake.Handin) (r report.Report, ok bool, err error) {
	key, graded := f.Key(h)
	if !graded {
		return r, false, nil
	}
	text, err := os.ReadFile(f.reportFile(key))
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, false, fmt.Errorf("%s: %w; remove it and its result, and run strata class grade again",
			f.reportFile(key), err)
	}
	return r, true, nil
}

// Result is what counts of a hand-in; nil: it has none.
func (f *Folder) Result(h intake.Handin) (*Result, error) {
	key, graded := f.Key(h)
	if !graded {
		return nil, nil
	}
	text, ok, err := f.Store.Get(key)
	if err != nil || !ok {
		return nil, err
	}
	r := new(Result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("result %v: %w", key, err)
	}
	return r, nil
}

// Waiting is a hand-in without a result.
type Waiting struct {
	Key    farm.Key
	Handin intake.Handin
}

// Waiting lists the hand-ins that can be graded and have no result, each of several equal ones once.
func (f *Folder) Waiting() (all []Waiting, err error) {
	for _, h := range f.distinct() {
		key, _ := f.Key(h)
		_, ok, err := f.Store.Get(key)
		if err != nil {
			return nil, err
		}
		if !ok {
			all = append(all, Waiting{key, h})
		}
	}
	return all, nil
}

// Missing counts them.
func (f *Folder) Missing() (int, error) {
	all, err := f.Waiting()
	return len(all), err
}

// Merge takes results, reports and copies out of the folder of a part. Two results of one hand-in that differ are both
// kept.
func (f *Folder) Merge(part *Folder) (farm.Merged, error) {
	if err := f.copies(part); err != nil {
		return farm.Merged{}, err
	}
	if err := f.scenarios(part); err != nil {
		return farm.Merged{}, err
	}
	m, err := f.Store.Merge(part.Store)
	if err != nil {
		return m, err
	}
	names, err := filepath.Glob(filepath.Join(part.Dir, reportsDir, "*.json"))
	if err != nil {
		return m, fmt.Errorf("class: %w", err)
	}
	for _, from := range names {
		to := filepath.Join(f.Dir, reportsDir, filepath.Base(from))
		if _, err := os.Lstat(to); err == nil {
			continue
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return m, fmt.Errorf("class: %w", err)
		}
		if err := writeFile(to, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
			return m, err
		}
	}
	return m, nil
}

// copies takes the copies of hand-ins that are not there.
func (f *Folder) copies(part *Folder) error {
	f.place()
	if err := os.MkdirAll(Handins(f.Dir), 0o755); err != nil {
		return fmt.Errorf("class: %w", err)
	}
	for _, h := range f.List.Handins {
		if _, err := os.Lstat(h.Dir); h.Dir == "" || err == nil {
			continue
		}
		temp, err := os.MkdirTemp(Handins(f.Dir), ".new-")
		if err == nil {
			err = os.CopyFS(temp, os.DirFS(filepath.Join(Handins(part.Dir), h.Key)))
		}
		if err == nil {
			err = os.Rename(temp, h.Dir)
		}
		if err != nil {
			return fmt.Errorf("class: %s: %w", h.Name, errors.Join(err, os.RemoveAll(temp)))
		}
	}
	return nil
}

// scenarios takes the scenarios along, if they are not there.
func (f *Folder) scenarios(part *Folder) error {
	s := f.List.Settings
	if _, err := Scenarios(f.Dir, s); err == nil {
		return nil
	}
	suite, err := Scenarios(part.Dir, s)
	if err != nil {
		return err
	}
	return KeepScenarios(f.Dir, s, suite)
}

// Same says whether a part is of the same class, graded in the same way.
func (l List) Same(other List) error {
	mine, theirs := l.Settings.key(""), other.Settings.key("")
	if mine != theirs {
		return errors.New("is graded with other settings or by another workshop: grade it with the same strata and flags")
	}
	digests := func(l List) (all []string) {
		for _, h := range l.Handins {
			all = append(all, h.Name+" "+h.Digest)
		}
		slices.Sort(all)
		return all
	}
	if !slices.Equal(digests(l), digests(other)) {
		return errors.New("has other hand-ins: give every part the same class")
	}
	return nil
}
