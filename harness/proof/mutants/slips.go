package mutants

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// slips lists what the second set of operators does to a function: the slips of somebody who knows what to
// do. Two statements stand in the wrong order, half of a condition is missing, a loop ends after its first
// round, one of several fields is not reset or not set, a bound is off by one.
func slips(fn *ast.FuncDecl, structs map[string][]string, source func(ast.Node) string) []change {
	s := &slipper{structs: structs, source: source}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			s.swap(n.List)
		case *ast.CaseClause:
			s.swap(n.Body)
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				s.add("part", n, source(n.X))
				s.add("part", n, source(n.Y))
			}
		case *ast.RangeStmt:
			s.first(n.Body)
		case *ast.ForStmt:
			s.first(n.Body)
		case *ast.AssignStmt:
			s.keep(n)
		case *ast.CompositeLit:
			s.unset(n)
		case *ast.BasicLit, *ast.SelectorExpr:
			s.offByOne(n.(ast.Expr))
		}
		return true
	})
	return s.all
}

// slipper gathers the changes of one function.
type slipper struct {
	structs map[string][]string // the fields of the package's own, by name
	source  func(ast.Node) string
	all     []change
}

func (s *slipper) add(operator string, n ast.Node, text string) {
	s.all = append(s.all, change{operator, n.Pos(), n.End(), text})
}

// swap exchanges neighbours, unless the second cannot stand first.
func (s *slipper) swap(list []ast.Stmt) {
	moves := func(n ast.Stmt) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			return n.Tok != token.DEFINE
		case *ast.ReturnStmt, *ast.BranchStmt, *ast.DeclStmt, *ast.EmptyStmt:
			return false
		}
		return true
	}
	for i := 1; i < len(list); i++ {
		if a, b := list[i-1], list[i]; moves(a) && moves(b) {
			s.all = append(s.all, change{"swap", a.Pos(), b.End(), s.source(b) + "\n" + s.source(a)})
		}
	}
}

// first ends a loop after its first round.
func (s *slipper) first(body *ast.BlockStmt) {
	s.all = append(s.all, change{"first", body.Rbrace, body.Rbrace, "\nbreak\n"})
}

// keep leaves one of several things as it is: of those that are assigned at once, or of the fields of a struct
// that is set to zero.
func (s *slipper) keep(n *ast.AssignStmt) {
	if n.Tok != token.ASSIGN {
		return
	}
	if len(n.Lhs) > 1 && len(n.Lhs) == len(n.Rhs) {
		for i := range n.Lhs {
			to, from := s.without(n.Lhs, i), s.without(n.Rhs, i)
			s.add("keep", n, to+" = "+from)
		}
	}
	lit, ok := n.Rhs[0].(*ast.CompositeLit)
	if star, pointer := n.Lhs[0].(*ast.StarExpr); ok && pointer && len(lit.Elts) == 0 {
		for _, field := range s.structs[s.source(lit.Type)] {
			s.add("keep", lit, fmt.Sprintf("%s{%s: %s.%s}", s.source(lit.Type), field, s.source(star.X), field))
		}
	}
}

// unset leaves one field of a new struct at zero.
func (s *slipper) unset(n *ast.CompositeLit) {
	for i, e := range n.Elts {
		if pair, keyed := e.(*ast.KeyValueExpr); keyed && n.Type != nil {
			if _, field := pair.Key.(*ast.Ident); field {
				s.add("unset", n, s.source(n.Type)+"{"+s.without(n.Elts, i)+"}")
			}
		}
	}
}

// without is a list of expressions, but one.
func (s *slipper) without(list []ast.Expr, gone int) string {
	var rest []string
	for i, e := range list {
		if i != gone {
			rest = append(rest, s.source(e))
		}
	}
	return strings.Join(rest, ", ")
}

// bounds are the constants with names that layers compare with, besides those that begin with Max.
var bounds = []string{"HeaderSize", "Difficulty", "BlockReward"}

// offByOne moves a number down, as the first set moves it up, and a bound with a name both ways.
func (s *slipper) offByOne(e ast.Expr) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.INT && e.Value != "0" {
			s.add("less", e, "("+e.Value+"-1)")
		}
	case *ast.SelectorExpr:
		if name := e.Sel.Name; strings.HasPrefix(name, "Max") || slices.Contains(bounds, name) {
			s.add("less", e, "("+s.source(e)+"-1)")
			s.add("more", e, "("+s.source(e)+"+1)")
		}
	}
}
