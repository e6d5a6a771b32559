package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// figure is one thing that is measured, beside its baseline.
type figure struct {
	id     string // of the target, such as "N1"
	title  string
	unit   string // of what run returns
	ours   side
	base   side // run is nil if there is no baseline: then the target is of the value itself
	target target
	once   bool // it takes minutes: one run has to do
}

// side is one of the two that are compared. run measures once, about a second.
type side struct {
	name string
	run  func() (float64, error)
}

// target is what the ratio of ours to the baseline should be.
type target struct {
	value  float64 // 0: there is none
	atMost bool    // otherwise at least
}

func atLeast(ratio float64) target { return target{value: ratio} }
func atMost(ratio float64) target  { return target{value: ratio, atMost: true} }

// result is what came of measuring a figure.
type result struct {
	figure
	ours, base []float64 // base is empty if there is no baseline
}

// A figure that takes longer than patience is measured enough times and no more.
const (
	patience = 20 * time.Second
	enough   = 3
)

// measure lets ours and the baseline take turns.
func (f figure) measure(runs int) (result, error) {
	r := result{figure: f}
	if f.once {
		runs = min(runs, 1)
	}
	for began, done := time.Now(), 0; done < runs && (done < enough || time.Since(began) < patience); done++ {
		for _, s := range []struct {
			side
			values *[]float64
		}{{f.base, &r.base}, {f.ours, &r.ours}} {
			if s.run == nil {
				continue
			}
			runtime.GC() // nobody pays for another's garbage
			value, err := s.run()
			if err != nil {
				return r, fmt.Errorf("%s: %w", s.name, err)
			}
			*s.values = append(*s.values, value)
		}
	}
	return r, nil
}

// values are what the target is of: the ratio of each turn, or ours if there is no baseline.
func (r result) values() []float64 {
	if len(r.base) == 0 {
		return r.ours
	}
	ratios := make([]float64, len(r.ours))
	for i := range ratios {
		ratios[i] = r.ours[i] / r.base[i]
	}
	return ratios
}

// value is the ratio of the medians, or the median itself if there is no baseline.
func (r result) value() float64 {
	if len(r.base) == 0 {
		return median(r.ours)
	}
	return median(r.ours) / median(r.base)
}

// verdict is "met" or "MISSED", or nothing if there is no target.
func (r result) verdict() string {
	t, v := r.target, r.value()
	switch {
	case t.value == 0:
		return ""
	case t.atMost == (v <= t.value) || v == t.value:
		return "met"
	}
	return "MISSED"
}

// String is "at least 0.6", or nothing.
func (t target) String() string {
	switch {
	case t.value == 0:
		return ""
	case t.atMost:
		return "at most " + amount(t.value)
	}
	return "at least " + amount(t.value)
}

// median of at least one value.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// amount prints three digits.
func amount(v float64) string {
	switch {
	case v >= 1e9:
		return fmt.Sprintf("%.3gG", v/1e9)
	case v >= 1e6:
		return fmt.Sprintf("%.3gM", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%.3gk", v/1e3)
	}
	return fmt.Sprintf("%.3g", v)
}

// machine describes where the figures are measured.
func machine() string {
	model := "unknown processor"
	if f, err := os.Open("/proc/cpuinfo"); err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s, GOGC=%d", model, runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH,
		runtime.Version(), gcPercent)
}
