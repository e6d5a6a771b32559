package mutants

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/extras"
	"strata/harness/lab"
)

// Proof says what an instructor's scenario has shown.
type Proof struct {
	Scenario, Step string
	Fails          []string // the wrong solutions that it fails as it should: name, rule and seed
}

// proving is a proof of an instructor's scenarios under way.
type proving struct {
	opt    Options
	suite  *extras.Suite
	bank   []Mutant
	proofs []Proof
	faults []error
}

// Prove holds an instructor's scenarios to what the workshop's own are held to. Each passes on our solutions, does the same
// again in another process, and fails a wrong solution of DIR/mutants by the rule which that one breaks. One error lists
// everything that is not so, each with its place and what to do. It wraps process.ErrScenarios if they cannot be run.
func Prove(ctx context.Context, opt Options, suite *extras.Suite) ([]Proof, error) {
	if opt.Seeds == 0 {
		opt.Seeds = 20
	}
	p := &proving{opt: opt, suite: suite}
	var faults []error
	p.bank, faults = LoadExtra(suite.Dir)
	p.faults = append(p.faults, faults...)
	if err := fits(os.DirFS(opt.Root), p.bank); err != nil {
		return nil, errors.Join(append(p.faults, err)...)
	}
	right, err := grade.Try(ctx, p.options(filepath.Join(opt.Root, "solutions")))
	if err != nil {
		return nil, err
	}
	for _, t := range right {
		p.proofs = append(p.proofs, Proof{Scenario: t.Name, Step: t.Step})
		p.passes(t)
	}
	if len(p.faults) > 0 {
		return p.proofs, errors.Join(p.faults...)
	}
	for i, m := range p.bank {
		tried, err := p.try(ctx, m)
		if err != nil {
			return nil, err
		}
		p.fails(m, tried)
		if opt.Progress != nil {
			fmt.Fprintf(opt.Progress, "%d of %d mutants\n", i+1, len(p.bank))
		}
	}
	p.idle(right)
	return p.proofs, errors.Join(p.faults...)
}

// options are those of a run on the layers in dir.
func (p *proving) options(dir string) grade.Options {
	return grade.Options{Root: p.opt.Root, Dir: dir, Seeds: p.opt.Seeds, Scenarios: p.suite}
}

func (p *proving) fault(place, format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("%s: %s", place, fmt.Sprintf(format, args...)))
}

// passes notes what is wrong with a scenario on our solutions.
func (p *proving) passes(t grade.Tried) {
	switch place := p.suite.Place(t.Name); {
	case t.Varies > 0:
		p.fault(place, "%s: two runs of seed %d differ: draw from World.Rand and host.Rand, take times from host.Now, and range "+
			"over maps by their sorted keys", t.Name, t.Varies)
	case t.Failed != nil:
		p.fault(place, "%s: our solution fails with seed %d, and every right one would: %s: it asks for more than its rules do",
			t.Name, t.Failed.Seed, said(t.Failed))
	}
}

// said is what a failed run says.
func said(r *lab.Result) string {
	if r.Failure.Rule == "" {
		return r.Failure.Text
	}
	return r.Failure.Rule + ": " + r.Failure.Text
}

// try runs the scenarios on one wrong solution.
func (p *proving) try(ctx context.Context, m Mutant) ([]grade.Tried, error) {
	dir, err := os.MkdirTemp("", "strata-mutant-")
	if err != nil {
		return nil, fmt.Errorf("mutants: %w", err)
	}
	defer os.RemoveAll(dir)
	files, err := m.Apply(os.DirFS(p.opt.Root))
	if err != nil {
		return nil, err
	}
	opt := p.options(dir)
	if m.Layer == steps.Whole {
		opt.Dir = filepath.Join(p.opt.Root, "solutions")
	} else if err := os.CopyFS(dir, os.DirFS(filepath.Join(p.opt.Root, "solutions"))); err != nil {
		return nil, fmt.Errorf("mutants: %w", err)
	} else if err := hand(dir, m.Layer, files); err != nil {
		return nil, err
	}
	if opt.Provided, err = m.lay(dir, files); err != nil {
		return nil, err
	}
	tried, err := grade.Try(ctx, opt)
	if errors.Is(err, grade.ErrUnusable) {
		return nil, fmt.Errorf("%s: %s", p.at(m), strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
	}
	return tried, err
}

// at is the file of a mutant.
func (p *proving) at(m Mutant) string { return filepath.Join(p.suite.Dir, "mutants", m.Name+".txt") }

// meant says whether the scenario has to do with what the mutant breaks.
func meant(t grade.Tried, m Mutant) bool { return t.Step == m.Step && slices.Contains(t.Rules, m.Rule) }

// fails notes which scenarios fail a wrong solution as they should, and what is wrong if none does.
func (p *proving) fails(m Mutant, tried []grade.Tried) {
	var others []string
	killed, about := false, false
	for i, t := range tried {
		if !meant(t, m) {
			continue
		}
		about = true
		switch {
		case t.Failed == nil:
			others = append(others, fmt.Sprintf("%s passes with %d seeds", t.Name, p.opt.Seeds))
		case t.Failed.Failure.Rule != m.Rule && t.Failed.Failure.Rule != "":
			others = append(others, fmt.Sprintf("%s fails by another rule, %s", t.Name, said(t.Failed)))
		default:
			killed = true
			p.quotes(t)
			p.proofs[i].Fails = append(p.proofs[i].Fails, fmt.Sprintf("%s by %s, seed %d", m.Name, m.Rule, t.Failed.Seed))
		}
	}
	switch {
	case !about:
		p.fault(p.at(m), "no scenario grades %s and proves %s, so none can fail it: name another step or rule, or add a scenario", m.Step, m.Rule)
	case !killed:
		p.fault(p.at(m), "nothing fails it by %s: %s: look at what the check compares, and that the run gets there", m.Rule,
			strings.Join(others, "; "))
	}
}

// quotes notes a check whose words its rule does not have.
func (p *proving) quotes(t grade.Tried) {
	why := t.Failed.Failure
	if rule, known := rules.Find(why.Rule); known && why.Clause != "" && !strings.Contains(rule.Plain(), rules.Plain(why.Clause)) {
		p.fault(p.suite.Place(t.Name), "%s: a check quotes %q, which %s does not say: its words are %q", t.Name, why.Clause, why.Rule,
			rule.Plain())
	}
}

// idle notes scenarios that fail no wrong solution.
func (p *proving) idle(all []grade.Tried) {
	for i, t := range all {
		if len(p.proofs[i].Fails) > 0 {
			continue
		}
		if slices.ContainsFunc(p.bank, func(m Mutant) bool { return meant(t, m) }) {
			p.fault(p.suite.Place(t.Name), "%s fails no mutant, so perhaps it cannot fail: add one that it does", t.Name)
			continue
		}
		p.fault(p.suite.Place(t.Name), "%s has no mutant: put a solution that it fails into %s, with the lines \"step %s\" and \"rule %s\"",
			t.Name, filepath.Join(p.suite.Dir, "mutants", "NAME.txt"), t.Step, t.Rules[0])
	}
}

// LoadExtra reads the wrong solutions of an instructor from DIR/mutants, and says what is wrong with each file.
func LoadExtra(dir string) (bank []Mutant, faults []error) {
	tree := os.DirFS(dir)
	files, err := fs.Glob(tree, "mutants/*.txt")
	if err != nil {
		return nil, []error{fmt.Errorf("mutants: %w", err)}
	}
	for _, file := range files {
		at := filepath.Join(dir, filepath.FromSlash(file))
		text, err := checkout.Read(tree, file)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
			continue
		}
		m, err := parse(text)
		m.Name, m.Layer = strings.TrimSuffix(path.Base(file), ".txt"), steps.LayerOf(m.Step)
		if err == nil {
			err = m.check(m.Layer)
		}
		if m.Step == "" || m.Rule == "" {
			err = errors.New(`it names no step, or no rule: add lines such as "step gossip.2" and "rule GSP-3"`)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
			continue
		}
		bank = append(bank, m)
	}
	return bank, faults
}
