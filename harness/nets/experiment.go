package nets

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"strata/harness/farm"
	"strata/harness/nets/places"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/ledgers/electives"
)

// Experiment is a file that was read and checked, with what its runs need.
type Experiment struct {
	File   *spec.File
	Points *spec.Points
	Stacks map[string]electives.Stack
	Code   string // a digest of the code that runs, the stacks' included; "" means that of this program
	Short  bool   // it is the short form
	Set    []string
	text   []byte // of the file
}

// Open reads and checks an experiment: the file, then the settings, then the short form if that is wanted. Errors:
// spec.Mistakes, spec.ErrKey, places.ErrData and others of run.Do that show before a run.
func Open(name string, set []string, short bool) (*Experiment, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("experiment: %w", err)
	}
	f, err := spec.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return open(f, text, set, short)
}

// OpenText is Open for the text of a file that is not there; name is for messages.
func OpenText(name string, text []byte, set []string, short bool) (*Experiment, error) {
	f, err := spec.Read(name, text)
	if err != nil {
		return nil, err
	}
	return open(f, text, set, short)
}

func open(f *spec.File, text []byte, set []string, short bool) (*Experiment, error) {
	if short {
		if err := f.Shorten(); err != nil {
			return nil, err
		}
	}
	if err := f.Override(set); err != nil {
		return nil, err
	}
	if err := f.Check(); err != nil {
		return nil, err
	}
	points, err := f.Points()
	if err != nil {
		return nil, err
	}
	e := &Experiment{File: f, Points: points, Short: short, Set: set, text: text}
	return e, e.tryPlaces()
}

// Dir is where the experiment's own files are.
func (e *Experiment) Dir() string { return filepath.Dir(e.File.Name) }

// tryPlaces looks into the data that the first and the last point name, and at their graphs' files.
func (e *Experiment) tryPlaces() error {
	for _, i := range []int{0, e.Points.Len() - 1} {
		s := e.Points.At(i).Spec.Complete()
		nodes := max(1, s.Network.Nodes)
		if s.Network.Topology.File != "" {
			g, err := run.Graph(s, e.Dir(), 1)
			if err != nil {
				return e.mistake("network.topology.file", err)
			}
			nodes = g.Nodes
		}
		if _, err := places.New(s, e.Dir(), nodes, nil, 1); err != nil {
			return e.mistake("places", err)
		}
		if s.Miners.Pools != "" {
			if _, err := places.Pools(s.Miners.Pools); err != nil {
				return e.mistake("miners.pools", err)
			}
		}
	}
	return nil
}

func (e *Experiment) mistake(path string, err error) error {
	return spec.Mistakes{{File: e.File.Name, At: e.File.Where.Of(path), Path: path, Text: err.Error()}}
}

// StackNames lists whose layers the experiment runs.
func (e *Experiment) StackNames() []string { return e.File.StackNames() }

// runKey names a run by what decides it.
func (e *Experiment) runKey(essence, data []byte, seed uint64) farm.Key {
	return farm.KeyOf([]byte("network run 1"), essence, data, []byte(e.code()), fmt.Append(nil, seed))
}

func (e *Experiment) code() string {
	if e.Code == "" {
		e.Code = Code()
	}
	return e.Code
}

// Code is a digest of this program: the revision that it was built from, if nothing was changed, else its own bytes. It goes
// with the machine's architecture, for floating-point numbers may differ between two.
func Code() string {
	arch := runtime.GOOS + "/" + runtime.GOARCH + " "
	if info, ok := debug.ReadBuildInfo(); ok {
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if settings["vcs.revision"] != "" && settings["vcs.modified"] == "false" {
			return arch + "revision " + settings["vcs.revision"] + " " + info.GoVersion
		}
	}
	path, err := os.Executable()
	if err != nil {
		return arch + "unknown"
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return arch + "unknown"
	}
	sum := sha256.Sum256(text)
	return arch + "program " + hex.EncodeToString(sum[:])
}

// essence is what decides the runs of a point, as text.
func essence(s spec.Spec) []byte {
	text, err := json.Marshal(s.Essence())
	if err != nil {
		panic("nets: an experiment that is no JSON: " + err.Error())
	}
	return text
}

// DataFile is a file beside the experiment that its runs read.
type DataFile struct {
	Name   string `json:"name"`
	Digest string `json:"sha256"`
}

// files lists the files that the point reads, with their digests. Errors: the system's.
func (e *Experiment) files(s spec.Spec) (files []DataFile, err error) {
	for _, name := range []string{s.Network.Topology.File, s.Places.Regions, s.Places.Shares, s.Places.Bandwidth} {
		if name == "" || !strings.Contains(name, ".") {
			continue
		}
		text, err := os.ReadFile(places.Path(e.Dir(), name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("experiment: %w", err)
		}
		sum := sha256.Sum256(text)
		files = append(files, DataFile{name, hex.EncodeToString(sum[:])})
	}
	return files, nil
}

// oneRun is a run that is to be done, or was.
type oneRun struct {
	Key   farm.Key
	Point int
	Seed  uint64
}

// plan makes the runs of a point.
type plan struct {
	e       *Experiment
	point   spec.Point
	essence []byte
	data    []byte
}

func (e *Experiment) plan(i int) (plan, error) {
	point := e.Points.At(i)
	files, err := e.files(point.Spec)
	if err != nil {
		return plan{}, err
	}
	var data bytes.Buffer
	for _, f := range files {
		fmt.Fprintln(&data, f.Name, f.Digest)
	}
	return plan{e, point, essence(point.Spec), data.Bytes()}, nil
}

// run is the point's run of a seed.
func (p plan) run(seed uint64) oneRun {
	return oneRun{p.e.runKey(p.essence, p.data, seed), p.point.Index, seed}
}

// job is the run as a farm does it. Workers are threads of the run itself.
func (p plan) job(r oneRun, workers int) farm.Job {
	return farm.Job{Key: r.Key, Name: fmt.Sprintf("%v, seed %d", p.point, r.Seed), Do: func(ctx context.Context) ([]byte, error) {
		res, err := run.Do(ctx, p.e.netJob(p.point, r.Seed, workers))
		if err != nil {
			return nil, err
		}
		return res.Encode(), nil
	}}
}

// netJob is one run as package run takes it.
func (e *Experiment) netJob(p spec.Point, seed uint64, workers int) run.Job {
	return run.Job{Spec: p.Spec.Complete(), Dir: e.Dir(), Seed: seed, Stacks: e.Stacks, Workers: workers}
}
