package style

import (
	"go/ast"
	"strconv"
	"strings"
)

// HalfSaid lists the texts of failed checks that do not say what was expected and what came instead, each as
// "file:line: text". A text that ends in another one, which says it, is whole. Errors with names are no texts of
// checks.
func (s Source) HalfSaid() (all []string) {
	for _, d := range s.syntax.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if text := said(call); text != "" && !whole(text) {
				all = append(all, s.at(call)+": "+text)
			}
			return true
		})
	}
	return all
}

// said is the constant text of a call that tells of a failed check; empty if it is none, or has none.
func said(call *ast.CallExpr) string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	of, _ := sel.X.(*ast.Ident)
	switch {
	case sel.Sel.Name == "Fail" && len(call.Args) > 1:
		return Constant(call.Args[1])
	case of != nil && (of.Name+"."+sel.Sel.Name == "errors.New" || of.Name+"."+sel.Sel.Name == "fmt.Errorf"):
		return Constant(call.Args[0])
	}
	return ""
}

// whole says whether the text has both halves, or leaves them to the text that it ends in.
func whole(text string) bool {
	expected, got := strings.Index(text, "expected"), strings.LastIndex(text, "got")
	return expected >= 0 && got > expected || strings.HasSuffix(text, "%v") && expected < 0 ||
		strings.HasSuffix(text, "%w")
}

// Constant is the text of a literal, or of several with + between them; empty if it is anything else.
func Constant(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value) // the parser has taken it
		return text
	case *ast.BinaryExpr:
		return Constant(e.X) + Constant(e.Y)
	}
	return ""
}
