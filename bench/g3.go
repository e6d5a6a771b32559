package main

import (
	"errors"
	"time"

	"strata/harness/explore"
	"strata/harness/explore/pings"
	"strata/scenario"
	"strata/solutions"
)

// g3 is exploring the orders of the ping workload. The baseline comes to each new state of a node as
// explorers do that run the real code: by running the whole world again from its start.
func g3() []figure {
	layers := solutions.Stack().Stack.Stack.Stack.Stack
	var all []figure
	for _, c := range []struct {
		title    string
		scenario scenario.Scenario
		target   float64
	}{
		{"exploring 20 pings, 2 clients, on streams", pings.OnStreams(2, 20), 400_000},
		{"exploring 20 pings, 3 clients, on streams", pings.OnStreams(3, 20), 400_000},
		{"exploring 20 pings, 2 clients, on 2 layers", pings.OnLayers(layers, 2, 20), 300_000},
		{"exploring 20 pings, 3 clients, on 2 layers", pings.OnLayers(layers, 3, 20), 300_000},
	} {
		again := c.scenario
		again.Explore.Apart, again.Explore.States = false, 20_000
		ours := side{"ours", func() (float64, error) { return statesPerSecond(c.scenario) }}
		all = append(all, figure{
			id: "G3", title: c.title, unit: "states/s", ours: ours, target: atLeast(c.target),
		}, figure{
			id: "G3", title: c.title, unit: "states/s", ours: ours,
			base: side{"running again", func() (float64, error) { return statesPerSecond(again) }},
		})
	}
	return all
}

func statesPerSecond(s scenario.Scenario) (float64, error) {
	began := time.Now()
	r := explore.Run(s, explore.Options{})
	if r.Failed() {
		return 0, errors.New(r.Result.String())
	}
	return float64(r.Coverage.States) / time.Since(began).Seconds(), nil
}
