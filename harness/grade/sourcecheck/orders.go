package sourcecheck

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// MapOrders lists where the checked files of a layer take the order of a map as it comes, which is another
// one each time: a line each, "<file>:<line>: ranges over the map <expression>". Maps whose type
// another package declares are missed, since nothing is compiled.
func (l Layer) MapOrders(dir string) []string {
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range l.Files {
		if file, _ := parser.ParseFile(set, filepath.Join(dir, name), l.Sources[name],
			parser.SkipObjectResolution); file != nil {
			parsed = append(parsed, file)
		}
	}
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	cfg := types.Config{Importer: nothing{}, Error: func(error) {}}
	_, _ = cfg.Check("layer", set, parsed, info) // what cannot be typed is not told
	s := &orderSearch{set: set, info: info, sorted: make(map[ast.Expr]bool)}
	for _, file := range parsed {
		ast.Inspect(file, s.node)
	}
	return s.found
}

// nothing imports no package: the types of the layer's own declarations are enough.
type nothing struct{}

// Import always fails.
func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("not imported") }

type orderSearch struct {
	set    *token.FileSet
	info   *types.Info
	sorted map[ast.Expr]bool // what is sorted before it is used
	found  []string
}

func (s *orderSearch) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.RangeStmt:
		if t := s.info.Types[n.X].Type; t != nil {
			if _, ok := t.Underlying().(*types.Map); ok {
				s.add(n, "ranges over the map "+types.ExprString(n.X))
			}
		}
	case *ast.CallExpr:
		called := types.ExprString(n.Fun)
		if strings.HasPrefix(called, "slices.Sorted") {
			for _, arg := range n.Args {
				s.sorted[arg] = true
			}
		}
		if slices.Contains([]string{"maps.Keys", "maps.Values", "maps.All"}, called) && !s.sorted[n] {
			s.add(n, "takes "+types.ExprString(n)+" as they come")
		}
	}
	return true
}

func (s *orderSearch) add(n ast.Node, what string) {
	at := s.set.PositionFor(n.Pos(), false)
	s.found = append(s.found, fmt.Sprintf("%s:%d: %s", at.Filename, at.Line, what))
}
