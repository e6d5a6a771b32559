package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// place is where and of what figures are measured.
type place struct {
	Machine string
	Commit  string // of the checkout, with a + if it has changed since; empty if that is unknown
	Date    string
}

// here is this machine and this checkout.
func here() place {
	p := place{Machine: machine(), Date: time.Now().UTC().Format(time.DateOnly)}
	commit, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return p
	}
	p.Commit = strings.TrimSpace(string(commit))
	if changed, err := exec.Command("git", "status", "--porcelain").Output(); err == nil && len(changed) > 0 {
		p.Commit += "+"
	}
	return p
}

// format is a way to show figures, one by one.
type format struct {
	begin  func(place) string
	figure func(result) string
}

// asText is a line a figure.
var asText = format{
	begin: func(p place) string { return fmt.Sprintf("%s, commit %s, %s\n", p.Machine, p.Commit, p.Date) },
	figure: func(r result) string {
		var b strings.Builder
		fmt.Fprintf(&b, "%-3s %-44s %s %s %s", r.id, r.title, r.figure.ours.name, amount(median(r.ours)), r.unit)
		if len(r.base) > 0 {
			fmt.Fprintf(&b, ", %s %s: ratio %.2f", r.figure.base.name, amount(median(r.base)), r.value())
		}
		fmt.Fprintf(&b, " (%s)", spread(r))
		if verdict := r.verdict(); verdict != "" {
			fmt.Fprintf(&b, " target %s: %s", r.target, verdict)
		}
		return b.String() + "\n"
	},
}

// markdown is a row a figure.
var markdown = format{
	begin: func(p place) string {
		return fmt.Sprintf("%s, commit %s, %s\n\n| id | figure | measured | runs | target | |\n|---|---|---|---|---|---|\n",
			p.Machine, p.Commit, p.Date)
	},
	figure: func(r result) string {
		measured := amount(median(r.ours)) + " " + r.unit
		if len(r.base) > 0 {
			measured = fmt.Sprintf("%.2f times %s (%s and %s %s)", r.value(), r.figure.base.name, amount(median(r.ours)),
				amount(median(r.base)), r.unit)
		}
		return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n", r.id, r.title, measured, spread(r), r.target, r.verdict())
	},
}

// jsonLines is an object a line: first the place, then the figures with every value in the order of measuring.
var jsonLines = format{
	begin: func(p place) string { return line(p) },
	figure: func(r result) string {
		return line(struct {
			ID, Title, Unit, Ours string
			Values                []float64
			Baseline              string    `json:",omitempty"`
			BaseValues            []float64 `json:",omitempty"`
			Ratio                 float64   `json:",omitempty"`
			Target, Verdict       string    `json:",omitempty"`
		}{r.id, r.title, r.unit, r.figure.ours.name, r.ours, r.figure.base.name, r.base, ratio(r), r.target.String(), r.verdict()})
	},
}

// ratio is 0 if there is no baseline.
func ratio(r result) float64 {
	if len(r.base) == 0 {
		return 0
	}
	return r.value()
}

// line is v as JSON.
func line(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("bench: %v", err)) // a figure is not a number: nothing else can fail
	}
	return string(text) + "\n"
}

// spread says between what the runs lie.
func spread(r result) string {
	values := r.values()
	if len(values) == 1 {
		return "1 run"
	}
	return fmt.Sprintf("%d runs, %s to %s", len(values), amount(slices.Min(values)), amount(slices.Max(values)))
}
