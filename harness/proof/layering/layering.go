// Package layering holds the house to its plan: arrows point down only, and the protocol's code
// reaches the world through its host alone. The plan speaks of rooms, which are paths:
//
//	room                    imports
//	<layer>                 lower layers
//	scenario                network
//	<layer>/<layer>test     its layer, lower ones, their suites, scenario
//	solutions/<layer>       the contracts up to its own; exercises/<layer> the same
//	solutions               its layers, and the contracts
//	messaging/echo          as messaging: the contract of the practice layer
//	ledgers                 layers 1 to 3; ledgers/<elective> layers 1 to 4, and ledgers
//	ledgers/agreement       the same; electives may know it
//	ledgers/<e>/<e>test     its elective, ledgers/ledgertest, the suites of layers 1 to 4, scenario
//	ledgers/electives       the contracts of all electives
//	node                    contracts, what ledgers have in common, other rooms of the node's loop; node/offloop
//	node/<...>test          also scenario
//	node/process            also node's rooms, and web: what a process has around a node
//	wallet                  contracts, node/process
//	web                     nothing of ours; web/kit the same
//	harness, cmd            everything but the layers of solutions and exercises; those of exercises
//	                        come in by harness/grade/submission, which only programs import
//
// Libraries: the loop's rooms use one, for signatures, and the contract of elective 9 one for hashes; tests' rooms testify; the others what
// docs/dependencies.md accounts for.
package layering

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/steps"
)

// module is the path that the project's own imports start with.
const module = "strata/"

// The libraries that have a place below the process.
const (
	signatures = "github.com/oasisprotocol/curve25519-voi" // ZIP-215, one by one and in batches
	assertions = "github.com/stretchr/testify"
	blake2b    = "golang.org/x/crypto/blake2b" // elective 9's hashes: those of the design that it follows
)

// submission is the package that puts the layers of exercises together. They may not compile, so that
// only programs import it.
const submission = "harness/grade/submission"

// Breaches lists, in order, where the code under root departs from the plan. Tests are not looked
// at, nor what the go command ignores, nor modules of their own, nor what students write: it holds no
// more than the solutions until a student writes in it, and then the grader checks it. The error
// reports files that cannot be read or parsed.
func Breaches(root string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if name != root && (Ignored(d.Name()) || IsModule(name) || path.Dir(rel) == "exercises") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		found, err := breaches(rel, name)
		all = append(all, found...)
		return err
	})
	return all, err
}

// Ignored says whether the go command does not look into directories of this name.
func Ignored(name string) bool {
	return name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// IsModule says whether the directory begins a module of its own.
func IsModule(dir string) bool {
	found, _ := filepath.Glob(filepath.Join(dir, "go.mod"))
	return len(found) > 0
}

// breaches looks at one file; rel is its path from the root.
func breaches(rel, name string) ([]string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, 0)
	if err != nil {
		return nil, err
	}
	dir := path.Dir(rel)
	var all []string
	report := func(n ast.Node, text string) {
		all = append(all, fmt.Sprintf("%s:%d: %s", rel, fset.Position(n.Pos()).Line, text))
	}
	for _, spec := range file.Imports {
		to := strings.Trim(spec.Path.Value, "`\"")
		if !mayImport(dir, to) {
			report(spec, dir+" must not import "+to)
		}
		if to == module+submission && file.Name.Name != "main" {
			report(spec, "only a program may import "+to)
		}
	}
	if onLoop(dir) {
		impure(file, isSuite(dir), report)
	}
	return all, nil
}

// mayImport says whether the plan has an arrow from the package in dir to the import path.
func mayImport(dir, to string) bool {
	own, inside := strings.CutPrefix(to, module)
	if !inside {
		return mayUse(dir, to)
	}
	switch tree, _, inside := strings.Cut(own, "/"); {
	case inside && tree == "solutions":
		return dir == "solutions"
	case inside && tree == "exercises":
		return dir == submission
	}
	switch from := roomOf(dir); from.kind {
	case everything:
		return true
	case stack:
		to := roomOf(own)
		isContract := func(l string) bool { return own == steps.Contract(l) }
		return !isSuite(own) && (to.kind == elective || slices.ContainsFunc(steps.Written, isContract))
	case implementation:
		return slices.Contains(steps.Below(from.name), own)
	default:
		return reaches(dir, own)
	}
}

// reaches says whether the plan has an arrow between two rooms below the harness.
func reaches(dir, own string) bool {
	from, to := roomOf(dir), roomOf(own)
	switch {
	case own == "scenario":
		return isSuite(dir)
	case dir == "scenario":
		return own == "network"
	case dir == "web" || dir == "web/kit":
		return own == "web/kit/parts"
	case isSuite(own) && !isSuite(dir):
		return false
	case from.kind == contract:
		return to.kind == contract && to.level <= from.level
	case from.kind == elective:
		return to.kind == contract && to.level <= from.level || to.kind == elective && isLedger(dir, own)
	case from.kind == loop:
		return to.kind == contract || to.kind == loop || to.kind == offLoop || own == "ledgers"
	case from.kind == offLoop:
		return to.kind == contract
	case from.kind == process:
		return to.kind == contract || to.kind == elective || to.kind == loop || to.kind == offLoop ||
			to.kind == process || own == "web" || own == "web/kit"
	case from.kind == wallet:
		return to.kind == contract || to.kind == process
	}
	return false
}

// mayUse says whether the package may import what is not ours.
func mayUse(dir, to string) bool {
	first, _, _ := strings.Cut(to, "/")
	if !strings.Contains(first, ".") {
		return to != "C"
	}
	switch roomOf(dir).kind {
	case everything, process, offLoop, wallet:
		return true
	}
	if to == blake2b {
		return strings.HasPrefix(dir, "ledgers/lattice")
	}
	return strings.HasPrefix(to, signatures) || isSuite(dir) && strings.HasPrefix(to, assertions)
}

// A kind is what the plan says of a room.
type kind int

const (
	nowhere        kind = iota
	contract            // a layer: its contract, what goes with it, and its suite
	elective            // ledgers, and what is in it
	implementation      // solutions/<layer>, exercises/<layer>
	stack               // solutions: its layers put together
	loop                // what runs on a node's loop around the layers
	offLoop             // what a loop hands to Host.Offload
	process             // what a process has around a node
	wallet
	everything // harness, cmd
)

// room is where a package belongs.
type room struct {
	kind  kind
	name  string
	level int // of a layer, from 0
}

// roomOf finds the room by the path alone.
func roomOf(dir string) room {
	top, rest, _ := strings.Cut(dir, "/")
	second, _, _ := strings.Cut(rest, "/")
	switch top {
	case "harness", "cmd":
		return room{kind: everything}
	case "solutions", "exercises":
		if rest == "" {
			return room{kind: stack}
		}
		return room{implementation, rest, level(rest)}
	case "node":
		switch second {
		case "process":
			return room{kind: process}
		case "offloop":
			return room{kind: offLoop}
		}
		return room{kind: loop}
	case "wallet":
		return room{kind: wallet}
	case "ledgers":
		return room{kind: elective, name: second, level: ledgerLevel(second)}
	}
	if n := level(top); n >= 0 {
		return room{contract, top, n}
	}
	return room{}
}

// ledgerLevel is the highest layer that a room of ledgers may know: layer 3 what they have in common, layer 4
// an elective, and all of them what puts electives together.
func ledgerLevel(name string) int {
	switch name {
	case "":
		return level("p2p")
	case "electives":
		return level("chain")
	}
	return level("gossip")
}

// isLedger says whether a room of ledgers may know another: what they have in common, what their suites have in
// common, its own, and all if it puts them together.
func isLedger(dir, own string) bool {
	from, to := roomOf(dir), roomOf(own)
	return to.name == "" || own == "ledgers/ledgertest" || own == "ledgers/agreement" || to.name == from.name || from.name == "electives"
}

// level is the number of a layer, from 0; -1 for none.
func level(layer string) int { return slices.Index(steps.Layers, layer) }

// isSuite says whether the package is there to test others.
func isSuite(own string) bool { return strings.HasSuffix(own, "test") }

// onLoop says whether the package is code that runs on a node's loop.
func onLoop(dir string) bool {
	switch roomOf(dir).kind {
	case contract, elective, implementation, stack, loop:
		return true
	}
	return dir == "scenario"
}
