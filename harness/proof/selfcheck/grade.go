package selfcheck

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/skeleton"
	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
)

// solved grades our solutions: every step has its points.
func (c *check) solved(ctx context.Context) error {
	fmt.Fprintf(c.opt.Progress, "grading the solutions\n")
	var ids []string
	for _, s := range steps.List {
		ids = append(ids, s.ID)
	}
	graded, err := c.grade(ctx, filepath.Join(c.opt.Root, "solutions"), ids)
	if err != nil {
		return err
	}
	for i, s := range graded.Steps {
		c.report.Steps[i].Solved = string(s.Status)
		c.want(s.Status == report.Passed, s.ID, "our solution does not pass: "+string(s.Status),
			"see: strata grade solutions --step "+s.ID)
	}
	for _, f := range graded.Findings {
		c.want(false, f.Layer, "our solution does not do the same again for the same seed", "see: "+f.Replay)
	}
	return nil
}

// unwritten grades each step as it is before a student writes it, with everything else of the layer
// written: its checks fail, and say that it is the step that lacks. A check that passes all the same,
// as one of what must never happen may, is worth a note. One submission lacks a step of each layer.
func (c *check) unwritten(ctx context.Context) error {
	for n := 1; ; n++ {
		var round []string
		for _, layer := range steps.Written {
			if s, ok := steps.Find(fmt.Sprintf("%s.%d", layer, n)); ok {
				round = append(round, s.ID)
			}
		}
		if len(round) == 0 {
			return nil
		}
		fmt.Fprintf(c.opt.Progress, "grading without %s\n", strings.Join(round, ", "))
		if err := c.without(ctx, round); err != nil {
			return err
		}
	}
}

// without grades solutions that lack the steps.
func (c *check) without(ctx context.Context, ids []string) error {
	dir, err := os.MkdirTemp("", "strata-selfcheck-")
	if err != nil {
		return fmt.Errorf("selfcheck: %w", err)
	}
	defer os.RemoveAll(dir)
	for _, id := range ids {
		if err := hand(c.opt.Root, dir, id); err != nil {
			return err
		}
	}
	graded, err := c.grade(ctx, dir, ids)
	if err != nil {
		return err
	}
	for _, s := range graded.Steps {
		c.lacking(s, graded)
	}
	return nil
}

// lacking judges a step that was not written.
func (c *check) lacking(s report.Step, graded report.Report) {
	for _, p := range graded.Problems {
		if p.Layer == s.Layer {
			c.want(false, s.ID, fmt.Sprintf("without it the layer %s: %s", p.Status, strings.Join(p.Lines, "; ")),
				"move the markers in solutions/"+s.Layer)
		}
	}
	var failed []string
	for _, f := range graded.Failures {
		if f.Step != s.ID {
			continue
		}
		failed = append(failed, f.Scenario)
		c.want(f.Unwritten == s.ID, s.ID, fmt.Sprintf("%s does not say that the step is not written: %s",
			f.Scenario, f.Text), "have the scenario reach the step before it fails")
	}
	for _, scenario := range c.scenarios {
		if scenario.Step == s.ID && s.Scenarios > 0 && !slices.Contains(failed, scenario.Name) {
			c.report.Notes = append(c.report.Notes, scenario.Name+" passes without "+s.ID)
		}
	}
	c.want(s.Scenarios == 0 || len(failed) > 0, s.ID, "all of its checks pass without it",
		"add a scenario that needs it")
	i := slices.IndexFunc(c.report.Steps, func(row Step) bool { return row.ID == s.ID })
	c.report.Steps[i].Unwritten = string(s.Status)
}

// hand writes the layer without one step. The source check would see a plain NotWritten and spare
// itself the runs.
func hand(root, dir, id string) error {
	files, err := skeleton.Blank(root, id)
	if err != nil {
		return err
	}
	layer, number, _ := strings.Cut(id, ".")
	to := filepath.Join(dir, layer)
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("selfcheck: %w", err)
	}
	for name, text := range files {
		text = bytes.ReplaceAll(text, fmt.Appendf(nil, "NotWritten(%q)", id), fmt.Appendf(nil, "NotWritten(%q + %q)",
			layer+".", number))
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			return fmt.Errorf("selfcheck: %w", err)
		}
	}
	return nil
}

func (c *check) grade(ctx context.Context, dir string, ids []string) (report.Report, error) {
	defer c.warm.Wait() // what the first build has shown serves all others
	return grade.Grade(ctx, grade.Options{Root: c.opt.Root, Dir: dir, Steps: ids, Seeds: c.opt.Seeds, AsFound: true,
		Warm: c.warm})
}
