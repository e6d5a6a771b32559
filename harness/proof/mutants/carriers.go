package mutants

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
)

// Carriage is what becomes of one solution, right or wrong, through each carrier of the boundary.
type Carriage struct {
	Name     string
	Points   [3]int // in place, sealed, and through a process that speaks JSON lines
	Process  bool   // whether a process has it: none runs electives
	Expected string // why they may differ through a process; empty: they may not
	Glass    bool   // they may differ behind glass, too
}

// Same says whether all have come to the same, or need not.
func (c Carriage) Same() bool {
	return (c.Glass || c.Points[0] == c.Points[1]) && (!c.Process || c.Expected != "" || c.Points[0] == c.Points[2])
}

// copied is the rule that nobody can break behind glass.
const copied = "NET-12"

// expected are the rules that nobody can break through a process, and why.
var expected = map[string]string{
	copied:  "bytes are copied where they cross",
	"NET-2": "what is allocated over there is no memory of ours",
	"NET-4": "what is allocated over there is no memory of ours",
}

// Carried are the solutions that carriers are compared by: ours of each layer that can be sealed, and those of the bank that change
// layers alone. With
// most above zero they are that many, chosen by the digests of their names.
func Carried(bank []Mutant, most int) (list []Mutant) {
	for _, layer := range steps.Sealed {
		list = append(list, Mutant{Name: "solutions/" + layer, Layer: layer})
	}
	for _, m := range bank {
		if slices.Contains(steps.Sealed, m.Layer) && m.Same == "" && !slices.ContainsFunc(m.Edits, m.isAround) {
			list = append(list, m)
		}
	}
	if most <= 0 || most >= len(list) {
		return list
	}
	digest := func(m Mutant) string { sum := sha256.Sum256([]byte(m.Name)); return string(sum[:]) }
	slices.SortFunc(list, func(a, b Mutant) int { return cmp.Compare(digest(a), digest(b)) })
	return list[:most]
}

// Carry grades each solution through every carrier that has it. The error says that one could not be graded.
func Carry(ctx context.Context, opt Options, list []Mutant) (all []Carriage, err error) {
	if opt.Progress == nil {
		opt.Progress = io.Discard
	}
	for i, m := range list {
		c := Carriage{Name: m.Name, Process: slices.Contains(steps.Layers, m.Layer), Expected: expected[m.Rule], Glass: m.Rule == copied}
		if err := carry(ctx, opt, m, &c); err != nil {
			return all, fmt.Errorf("mutants: %s: %w", m.Name, err)
		}
		all = append(all, c)
		fmt.Fprintf(opt.Progress, "%3d/%d  %v  %s\n", i+1, len(list), c.Points, c.Name)
	}
	return all, nil
}

// carry grades one solution through each carrier that has it.
func carry(ctx context.Context, opt Options, m Mutant, c *Carriage) error {
	dir, err := os.MkdirTemp("", "strata-carrier-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files, err := m.Apply(os.DirFS(opt.Root))
	if err == nil {
		err = hand(dir, m.Layer, files)
	}
	if err != nil {
		return err
	}
	base := grade.Options{Root: opt.Root, Dir: dir, Layers: []string{m.Layer}, Seeds: max(1, opt.Seeds), Timeout: 4 * time.Second, AsFound: true}
	if m.Step != "" {
		base.Layers, base.Steps = nil, []string{m.Step}
	}
	sealed, foreign := base, base
	sealed.Sealed, sealed.Timeout = true, 3*base.Timeout // it is slower, and that is not what is compared
	through := []grade.Options{base, sealed}
	if c.Process {
		program := filepath.Join(dir, "guest")
		if err := guest(ctx, opt.Root, dir, program); err != nil {
			return err
		}
		foreign.Exec = []string{program}
		through = append(through, foreign)
	}
	for i, opt := range through {
		report, err := grade.Grade(ctx, opt)
		if err != nil {
			return err
		}
		c.Points[i] = report.Points
	}
	return nil
}

// guest builds the program that speaks for the layers in dir.
func guest(ctx context.Context, root, dir, program string) error {
	sub, err := handin.Inspect(ctx, root, dir)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "strata-guest-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	return (&process.Build{Root: root, Sub: sub, Temp: temp}).Program(ctx, process.Guest, program)
}
