// Package layering holds the house to its plan: arrows point down only, and the protocol's code
// reaches the world through its host alone.
//
//	layer        imports
//	<layer>      lower layers, its own packages, the libraries listed here
//	<layer>test  also the conformance suites of the layers up to its own
//	solutions    the contracts up to their own layer; exercises the same
//	harness, cmd everything; but one package each names the solutions and the exercises
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

// libraries says which packages of a layer may use which modules from outside.
var libraries = map[string][]string{
	"mempool":              {"github.com/oasisprotocol/curve25519-voi"}, // ZIP-215 and batches
	"node/boltstore":       {"go.etcd.io/bbolt"},
	"node/api":             {"github.com/VictoriaMetrics/metrics"},
	"node/daemon":          {"github.com/VictoriaMetrics/metrics", "golang.org/x/term"},
	"node/settings":        {"github.com/pelletier/go-toml/v2"},
	"node/tcphost":         {"golang.org/x/sys"},
	"node/pow":             {"golang.org/x/sys"}, // which instructions there are
	"wallet":               {"golang.org/x/crypto"},
	"node/store/storetest": {"github.com/stretchr/testify"},
	"node/nodetest":        {"github.com/stretchr/testify"},
}

// outside are the packages of the layers that are not protocol but the world around it: hosts,
// stores and what tests them. Only harness, cmd and the process bring them in.
var outside = append([]string{"node/tcphost", "node/boltstore", "node/store/storetest", "node/nodetest"}, process...)

// process are the packages that a running node's process is made of, around the protocol.
var process = []string{"node/daemon", "node/settings", "node/repair", "node/keyfile", "node/atomicfile", "node/api", "wallet", "web"}

// skipped are the names of directories that Breaches does not look into; bench, tools and browser are modules
// of their own, and so is asm, which writes assembly.
var skipped = []string{"testdata", "exercises", "bench", "tools", "browser", "asm"}

// locked are the files that may have a lock, because work that is off the loop uses them: a store
// next to its interface, the memory of verified signatures, which is not seen but in speed, and the
// miner's solver, which is told to stop while it works.
var locked = []string{"chain/store.go", "mempool/memo.go", "node/pow/solver.go"}

// alone are the packages that one package only may import: the implementations, and what names
// the student's.
var alone = map[string][]string{
	"solutions/": {"solutions"},
	"exercises/": {"exercises"},
	"exercises":  {"harness/grade/child", "cmd/strata-exercises"},
}

// Breaches lists, in order, where the code under root departs from the plan. Tests are not looked
// at, nor what the go command ignores, nor the exercises: they hold no more than the solutions
// until a student writes in them, and then the grader checks them. The error reports files that cannot be read or parsed.
func Breaches(root string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != root && (slices.Contains(skipped, base) || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		found, err := breaches(filepath.ToSlash(rel), name)
		all = append(all, found...)
		return err
	})
	return all, err
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
	}
	if isProtocol(dir) {
		impure(file, slices.Contains(locked, rel) || isSuite(dir), report)
	}
	return all, nil
}

// mayImport says whether the plan has an arrow from the package in dir to the import path.
func mayImport(dir, to string) bool {
	own, inside := strings.CutPrefix(to, module)
	if !inside {
		return mayUse(dir, to)
	}
	for prefix, users := range alone {
		if strings.HasPrefix(own, prefix) && !slices.Contains(users, dir) {
			return false
		}
	}
	top, rest, _ := strings.Cut(dir, "/")
	switch top {
	case "harness", "cmd":
		return true
	case "solutions", "exercises":
		return slices.Contains(steps.Layers, own) && level(own) <= level(rest)
	}
	if level(dir) < 0 || level(own) < 0 || level(own) > level(dir) {
		return false // no layer, or an arrow that points up
	}
	if slices.Contains(outside, own) && !slices.Contains(process, dir) {
		return false
	}
	return !isSuite(own) || isSuite(dir)
}

// captures is a library that one package keeps to itself, so that another can take its place.
const captures = "github.com/google/gopacket"

// mayUse says whether the package may import what is not ours.
func mayUse(dir, to string) bool {
	if strings.HasPrefix(to, captures) {
		return dir == "harness/trace/pcap" && to != captures+"/pcap" // the latter is cgo
	}
	first, _, _ := strings.Cut(to, "/")
	if !strings.Contains(first, ".") {
		return to != "C"
	}
	if strings.HasPrefix(dir, "harness/") || strings.HasPrefix(dir, "cmd/") {
		return true // docs/dependencies.md accounts for these
	}
	return slices.ContainsFunc(libraries[dir], func(lib string) bool { return strings.HasPrefix(to, lib) })
}

// level is the number of the layer that the path belongs to, from 0; the process is above them all;
// -1 for none.
func level(own string) int {
	if slices.Contains(process, own) {
		return len(steps.Layers)
	}
	top, _, _ := strings.Cut(own, "/")
	return slices.Index(steps.Layers, top)
}

// isSuite says whether the package is there to test others.
func isSuite(own string) bool { return strings.HasSuffix(own, "test") }

// isProtocol says whether the package is code that runs on a node's loop.
func isProtocol(dir string) bool {
	top, _, _ := strings.Cut(dir, "/")
	return (level(dir) >= 0 || top == "solutions" || top == "exercises") && !slices.Contains(outside, dir)
}
