// Package selfcheck asks of the workshop what the workshop asks of students: that it works. Every
// step fails as it is shipped and passes with our solution, and has what a student needs; every rule
// has a check, and every check is known to fail.
package selfcheck

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/rules"
	"strata/harness/course/skeleton"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/grade"
	"strata/harness/grade/process"
	"strata/harness/proof/mutants"
	"strata/scenario"
	"strata/solutions"
)

// Options say how to check.
type Options struct {
	Root     string         // directory of the workshop's module
	Seeds    int            // runs of each scenario; 0 means 2
	Runs     int            // runs of the reference in which each scenario has to get to what it is for; 0 means 40
	Enough   int            // runs after which a scenario that got to all of it has no more; 0: each has all its runs
	Kills    []mutants.Kill // what became of the mutants, if they were graded; nil: what they are meant to show counts
	Progress io.Writer      // told how far it is; nil: nobody
}

// Report is what the check found out.
type Report struct {
	Steps     []Step
	Rules     int        // of the protocol
	Mutants   int        // wrong solutions in the bank
	Exercises []Exercise // what the scenarios are for, and how often they got there
	Findings  []Finding
	Notes     []string // worth knowing, but as it may be
}

// Step is how one step stands.
type Step struct {
	ID, Title     string
	Points, Lines int
	Rules         int
	Checks        int    // scenarios
	Mutants       int    // wrong solutions that it is to notice
	Unwritten     string // how the checks end while the step is not written
	Solved        string // how they end with our solution
}

// Finding is something that has to be put right.
type Finding struct {
	About  string // the step or the rule
	Text   string
	Remedy string
}

// Run checks everything. An error says that it could not be checked.
func Run(ctx context.Context, opt Options) (Report, error) {
	if opt.Seeds == 0 {
		opt.Seeds = 2
	}
	if opt.Runs == 0 {
		opt.Runs = 40
	}
	if opt.Progress == nil {
		opt.Progress = io.Discard
	}
	warm, err := process.NewWarm()
	if err != nil {
		return Report{}, err
	}
	defer warm.Close()
	c := &check{opt: opt, scenarios: grade.Scenarios(), warm: warm}
	bank, err := mutants.Load(os.DirFS(opt.Root))
	if err != nil {
		return Report{}, err
	}
	for _, m := range bank {
		if !m.Right() {
			c.wrong = append(c.wrong, m)
		}
	}
	c.report.Mutants = len(c.wrong)
	if c.lines, err = skeleton.Lines(opt.Root); err != nil {
		return Report{}, err
	}
	for _, s := range steps.List {
		c.step(s)
	}
	c.rules()
	if err := c.clauses(); err != nil {
		return Report{}, err
	}
	c.kills()
	if err := c.exercised(ctx, suites.Everything(solutions.Electives())); err != nil {
		return Report{}, err
	}
	if err := c.solved(ctx); err != nil {
		return Report{}, err
	}
	return c.report, c.unwritten(ctx)
}

// check is one check under way.
type check struct {
	opt       Options
	scenarios []scenario.Scenario
	warm      *process.Warm // what is kept from one grade to the next
	wrong     []mutants.Mutant
	lines     map[string]int
	report    Report
}

// want makes a finding unless ok.
func (c *check) want(ok bool, about, text, remedy string) {
	if !ok {
		c.report.Findings = append(c.report.Findings, Finding{About: about, Text: text, Remedy: remedy})
	}
}

// step checks what is written about a step.
func (c *check) step(s steps.Step) {
	row := Step{ID: s.ID, Title: s.Title, Points: s.Points, Lines: s.Lines, Rules: len(s.Rules), Unwritten: "-",
		Solved: "-"}
	for _, scenario := range c.scenarios {
		if scenario.Step == s.ID {
			row.Checks++
		}
	}
	for _, m := range c.wrong {
		if m.Step == s.ID {
			row.Mutants++
		}
	}
	c.report.Steps = append(c.report.Steps, row)
	at := "harness/course/steps/" + s.Layer + ".go"
	for _, fault := range s.Faults() {
		c.want(false, s.ID, fault.Error(), "put it right in "+at)
	}
	for _, id := range s.Rules {
		_, known := rules.Find(id)
		c.want(known, s.ID, "it names "+id+", which is no rule", "name a rule of docs/protocol.md in "+at)
	}
	c.want(s.Layer == steps.Whole || s.Lines == c.lines[s.ID], s.ID, fmt.Sprintf("our solution has %d lines, not %d",
		c.lines[s.ID], s.Lines), "put the figure right in "+at)
	c.want(row.Checks > 0, s.ID, "no scenario grades it", "name it in a scenario of the layer's suite")
	c.want(row.Mutants > 0, s.ID, "no mutant fails it", "add one to harness/proof/mutants/"+s.Layer)
	chapter, err := os.ReadFile(filepath.Join(c.opt.Root, filepath.FromSlash(s.Chapter())))
	c.want(err == nil, s.ID, "its chapter "+s.Chapter()+" is not there", "write it")
	c.want(err != nil || strings.Contains(string(chapter), s.ID) || s.Layer == steps.Whole, s.ID,
		"its chapter "+s.Chapter()+" does not name it", "add it to the chapter's table of steps")
}

// rules checks that each rule has a check and that the check can fail. That goes for the fork choice and
// the sync as well, which no student writes.
func (c *check) rules() {
	all := rules.All() // of an elective a rule may be given, and proved by no check yet
	c.report.Rules = len(all)
	for _, r := range all {
		checked := slices.ContainsFunc(c.scenarios, func(s scenario.Scenario) bool {
			return slices.Contains(s.Rules, r.ID)
		})
		c.want(checked, r.ID, "no scenario proves it", "add one that names it to the suite of "+r.Layer)
		broken := slices.ContainsFunc(c.wrong, func(m mutants.Mutant) bool { return m.Rule == r.ID })
		c.want(broken, r.ID, "no mutant breaks it, so nobody knows that its check can fail",
			"add one to harness/proof/mutants/"+r.Layer)
	}
}

// kills checks what became of the mutants, where that is known.
func (c *check) kills() {
	if c.opt.Kills == nil {
		return
	}
	proven := make(map[string]bool)
	for _, k := range c.opt.Kills {
		c.want(k.Good(), k.Name, fmt.Sprintf("the mutant is %s: %s", k.Verdict, k.About), "see: strata mutants "+k.Name)
		if k.Verdict == mutants.Killed {
			proven[k.Rule] = true
		}
	}
	for _, m := range c.wrong {
		c.want(proven[m.Rule], m.Rule, "none of its mutants was killed by it", "grade them: strata mutants "+m.Name)
		proven[m.Rule] = true // told once
	}
	c.strikes()
}

// strikes checks that every scenario failed some mutant, or need not.
func (c *check) strikes() {
	rows, err := mutants.Strikes(os.DirFS(c.opt.Root), c.scenarios, c.opt.Kills)
	c.want(err == nil, "harness/proof/mutants/unkilled.txt", fmt.Sprint(err), "put it right")
	for _, r := range rows {
		c.want(r.Good(), r.Scenario, "no mutant fails it, so nobody knows that it can fail",
			"add one to harness/proof/mutants, or the reason why there can be none to unkilled.txt")
	}
}
