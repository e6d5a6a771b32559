package typecheck

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"strata/harness/grade/sourcecheck"
	"strata/harness/sandbox"
)

// taskName is what the process of its own is started for.
const taskName = "typecheck"

var _ = sandbox.Task(taskName, serve)

// serve answers the question on the standard input.
func serve() int {
	var q question
	if json.NewDecoder(os.Stdin).Decode(&q) != nil {
		return 2
	}
	var all [][]sourcecheck.Finding
	for _, one := range q.Layers {
		all = append(all, check(q.Exports, one))
	}
	if json.NewEncoder(os.Stdout).Encode(all) != nil {
		return 2
	}
	return 0
}

// checker checks one layer.
type checker struct {
	set   *token.FileSet
	dir   string
	files []*ast.File
	info  *types.Info
	pkg   *types.Package

	parents  map[ast.Node]ast.Node
	findings []sourcecheck.Finding
}

// check parses a layer and finds its types. What would make the latter endless is looked for first.
func check(exports map[string]string, one Source) []sourcecheck.Finding {
	c := &checker{set: token.NewFileSet(), dir: one.Dir, parents: make(map[ast.Node]ast.Node)}
	for _, name := range slices.Sorted(maps.Keys(one.Files)) {
		if file, err := parser.ParseFile(c.set, name, one.Files[name], 0); err == nil {
			c.files = append(c.files, file)
		}
	}
	if !c.shallow() || !c.smallConstants() || !c.smallUnfolded() {
		return c.findings
	}
	c.info = &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object),
		Uses:       make(map[*ast.Ident]types.Object),
		Selections: make(map[*ast.SelectorExpr]*types.Selection), Instances: make(map[*ast.Ident]types.Instance),
	}
	cfg := types.Config{Importer: importer.ForCompiler(c.set, "gc", lookup(exports)), Error: func(error) {},
		GoVersion: "go1.26"}
	c.pkg, _ = cfg.Check("strata/exercises/"+one.Layer, c.set, c.files, c.info) // errors are the compiler's to tell
	if c.pkg == nil || !c.smallTypes() || !c.fewInstances() {
		return c.findings
	}
	c.globals()
	for _, file := range c.files {
		ast.Inspect(file, c.node)
	}
	slices.SortStableFunc(c.findings, func(a, b sourcecheck.Finding) int {
		if a.File != b.File {
			if a.File < b.File {
				return -1
			}
			return 1
		}
		return a.Line - b.Line
	})
	return slices.Compact(c.findings)
}

// lookup opens export data.
func lookup(exports map[string]string) importer.Lookup {
	return func(path string) (io.ReadCloser, error) {
		if file := exports[path]; file != "" {
			return os.Open(file)
		}
		return nil, errors.New("not to be imported by a layer")
	}
}

// refuse adds a finding. Line comments have no say in where it is.
func (c *checker) refuse(at token.Pos, reason, remedy string) {
	p := c.set.PositionFor(at, false)
	c.findings = append(c.findings, sourcecheck.Finding{File: filepath.Join(c.dir, p.Filename), Line: p.Line,
		Reason: reason, Remedy: remedy})
}

// maxDepth is how deep people nest, many times over.
const maxDepth = 1000

// shallow notes each node's parent, and refuses what is nested deeper than any recursion should go.
func (c *checker) shallow() bool {
	fine := true
	for _, file := range c.files {
		var stack []ast.Node
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil {
				stack = stack[:len(stack)-1]
				return true
			}
			if len(stack) > 0 {
				c.parents[n] = stack[len(stack)-1]
			}
			if len(stack) == maxDepth {
				if fine {
					c.refuse(n.Pos(), "nested deeper than 1000 levels", "write it in several statements")
				}
				fine = false
				return false // without a nil to come
			}
			stack = append(stack, n)
			return true
		})
	}
	return fine
}

// up is the parent of an expression, parentheses left out, and the expression as the parent has it.
func (c *checker) up(e ast.Expr) (child ast.Expr, parent ast.Node) {
	for {
		p, ok := c.parents[e].(*ast.ParenExpr)
		if !ok {
			return e, c.parents[e]
		}
		e = p
	}
}

// typeOf is nil if the type is not known.
func (c *checker) typeOf(e ast.Expr) types.Type {
	t := c.info.TypeOf(e)
	if two, ok := t.(*types.Tuple); ok && two.Len() > 0 { // a value, and whether it is there
		t = two.At(0).Type()
	}
	if t == nil || t == types.Typ[types.Invalid] {
		return nil
	}
	return t
}
