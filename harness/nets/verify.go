package nets

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"strata/harness/farm"
	"strata/harness/nets/run"
	"strata/ledgers/electives"
)

// Verified is what came of running a sample again.
type Verified struct {
	Runs      int // of the folder
	Again     int // that were run again
	Differing []Difference
	Damaged   []string // runs whose results are not what was written
	OtherCode bool     // this program is not the one that made the folder
	Code      string   // that made it
}

// Difference is a run that came out otherwise.
type Difference struct {
	Run        string
	Seed       uint64
	Point      string
	Was, Is    string // hashes of the traces
	SameValues bool   // what was measured is the same
}

// OpenFolder opens the experiment that a folder of results was made of. Errors: as Open, and for a path that is no such
// folder.
func OpenFolder(dir string, stacks map[string]electives.Stack) (*Experiment, *manifest, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, nil, err
	}
	e, err := Open(filepath.Join(dir, sourceName), m.Set, m.Short)
	if err != nil {
		return nil, nil, err
	}
	e.Stacks, e.Code = stacks, m.Code
	return e, m, nil
}

// Verify runs a sample of a folder's runs again and compares traces and measures. Sample is how many, spread over the points;
// 0 means all. Errors: ctx's, the system's.
func Verify(ctx context.Context, dir string, stacks map[string]electives.Stack, sample int, progress func(done, all int)) (*Verified, error) {
	e, m, err := OpenFolder(dir, stacks)
	if err != nil {
		return nil, err
	}
	store, err := Store(dir)
	if err != nil {
		return nil, err
	}
	v := &Verified{Runs: len(m.Runs), Code: m.Code, OtherCode: m.Code != Code()}
	for i, entry := range pick(m.Runs, sample) {
		if progress != nil {
			progress(i, min(len(m.Runs), cmp.Or(sample, len(m.Runs))))
		}
		if err := v.one(ctx, e, store, entry); err != nil {
			return v, err
		}
	}
	return v, nil
}

// pick chooses entries that lie evenly in the list.
func pick(all []runEntry, sample int) []runEntry {
	if sample <= 0 || sample >= len(all) {
		return all
	}
	var some []runEntry
	for i := range sample {
		some = append(some, all[i*len(all)/sample])
	}
	return some
}

// one runs one run again.
func (v *Verified) one(ctx context.Context, e *Experiment, store *farm.Store, entry runEntry) error {
	var key farm.Key
	if n, err := hex.Decode(key[:], []byte(entry.Key)); err != nil || n != len(key) {
		v.Damaged = append(v.Damaged, entry.Key)
		return nil
	}
	text, ok, err := store.Get(key)
	if err != nil {
		return err
	}
	if !ok || entry.Point < 0 || entry.Point >= e.Points.Len() {
		v.Damaged = append(v.Damaged, entry.Key)
		return nil
	}
	point := e.Points.At(entry.Point)
	res, err := run.Do(ctx, e.netJob(point, entry.Seed, 0))
	if err != nil {
		return fmt.Errorf("%v, seed %d: %w", point, entry.Seed, err)
	}
	v.Again++
	if again := res.Encode(); !bytes.Equal(again, text) || res.Hash != entry.Hash {
		was, err := run.Decode(text)
		if err != nil {
			return err
		}
		v.Differing = append(v.Differing, Difference{entry.Key, entry.Seed, point.String(), entry.Hash, res.Hash, sameValues(was, res)})
	}
	return nil
}

func sameValues(a, b *run.Result) bool {
	if len(a.Values) != len(b.Values) {
		return false
	}
	for name, v := range a.Values {
		if b.Values[name] != v {
			return false
		}
	}
	return true
}

// find is a run of a folder by the beginning of its key, or as point/seed.
func (m *manifest) find(name string) (runEntry, error) {
	var point int
	var seed uint64
	byPlace := false
	if n, err := fmt.Sscanf(name, "%d/%d", &point, &seed); err == nil && n == 2 {
		byPlace = true
	}
	var found []runEntry
	for _, r := range m.Runs {
		if byPlace && r.Point == point && r.Seed == seed || !byPlace && name != "" && len(name) <= len(r.Key) && r.Key[:len(name)] == name {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return runEntry{}, fmt.Errorf("no run %q: want the beginning of a name that the report or runs.csv has, or POINT/SEED", name)
	case 1:
		return found[0], nil
	}
	return runEntry{}, fmt.Errorf("%d runs begin with %q: give more of the name", len(found), name)
}

// keepData copies the files that the experiment reads into the folder, so that it can be made again from there.
func (e *Experiment) keepData(dir string) error {
	for _, i := range []int{0, e.Points.Len() - 1} {
		files, err := e.files(e.Points.At(i).Spec)
		if err != nil {
			return err
		}
		for _, f := range files {
			if filepath.IsAbs(f.Name) || !filepath.IsLocal(f.Name) {
				continue // it is named by where it is
			}
			text, err := os.ReadFile(filepath.Join(e.Dir(), f.Name))
			if err != nil {
				return fmt.Errorf("experiment: %w", err)
			}
			to := filepath.Join(dir, f.Name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), write(to, text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sortedKeys are a map's keys in order.
func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
