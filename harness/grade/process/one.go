package process

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/grade/pipe"
	"strata/scenario"
	"strata/solutions"
)

// known are the scenarios that a child has.
var known = sync.OnceValue(func() []scenario.Scenario { return suites.Known(solutions.Electives()) })

// Suite is the fingerprint of everything that a child can run.
func Suite() string { return fingerprint("") }

// fingerprint is that of a child with the scenarios of a layer; of all, if that is empty.
func fingerprint(layer string) string {
	return pipe.Fingerprint(slices.DeleteFunc(slices.Clone(known()), func(s scenario.Scenario) bool {
		return layer != "" && steps.LayerOf(s.Step) != layer
	}))
}

// onePackage is a program like the child that has one layer and its suite alone, which is linked in half the time.
const onePackage = childPackage + "/one"

// oneProgram is its text. Each package that it names is one of the child's.
const oneProgram = `package main

import (
	"slices"

	suite "strata/%[1]s/%[1]stest"
	theirs "strata/exercises/%[1]s"
	"strata/harness/explore/orders"
	"strata/harness/grade/runner"
	"strata/ledgers/electives"
	"strata/scenario"
%[2]s)

func main() {
	p := runner.Parts{Layer: %[1]q, Suites: suites}
	p.Theirs.%[3]s = theirs.New
%[4]s	runner.Main(p)
}

func suites(s electives.Stack) []scenario.Scenario {
	return slices.Concat(suite.Suite(s%[5]s), orders.Suite(s.Stack))
}
`

// fields are where the layers stand in a stack, lowest first.
var fields = []string{"NewNetwork", "NewMessaging", "NewP2P", "NewGossip", "NewMempool", "NewExecutor"}

// isOne says whether there is a program for the layer alone.
func isOne(layer string) bool { return slices.Contains(steps.Layers, layer) }

// one is the program for a layer, written to a directory.
func one(layer, dir string) (unit, error) {
	at := slices.Index(steps.Layers, layer)
	var imports, ours strings.Builder
	for i, name := range steps.Layers {
		fmt.Fprintf(&imports, "\tour%[1]s \"strata/solutions/%[1]s\"\n", name)
		fmt.Fprintf(&ours, "\tp.Ours.%s = our%s.New\n", fields[i], name)
	}
	stack := strings.Repeat(".Stack", len(steps.Layers)-at)
	text := fmt.Appendf(nil, oneProgram, layer, &imports, fields[at], &ours, stack)
	u := unit{path: onePackage, dir: filepath.Join(dir, "one"), files: []string{layer + ".go"},
		needs: []string{laidOver(layer)}, salt: sha256.Sum256(text)}
	if err := os.MkdirAll(u.dir, 0o700); err != nil {
		return u, err
	}
	return u, os.WriteFile(filepath.Join(u.dir, u.files[0]), text, 0o600)
}
