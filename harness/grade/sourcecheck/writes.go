package sourcecheck

import (
	"go/ast"
	"go/token"
	"strings"
)

// writes refuses what could change a variable of another package, such as an error of the contract
// that the checks compare with: assigning to it, or taking its address.
func (c *checker) writes(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			for _, to := range n.Lhs {
				c.changed(to)
			}
		}
	case *ast.IncDecStmt:
		c.changed(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			c.changed(n.Key)
			c.changed(n.Value)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			c.changed(n.X)
		}
	}
}

// changed refuses e if it is a variable of another package, or a part of one.
func (c *checker) changed(e ast.Expr) {
	for e != nil {
		if pkg, name := c.selector(e); pkg != "" {
			c.refuse(e.Pos(), nameOf(pkg)+"."+name+" belongs to another package and must not be changed",
				"keep a variable of your own in the layer's struct")
			return
		}
		switch inner := e.(type) {
		case *ast.ParenExpr:
			e = inner.X
		case *ast.IndexExpr:
			e = inner.X
		case *ast.SliceExpr:
			e = inner.X
		case *ast.StarExpr:
			e = inner.X
		case *ast.SelectorExpr:
			e = inner.X
		default:
			return
		}
	}
}

// addresses warns of fmt's %p: an address is another one in each run.
func (c *checker) addresses(call *ast.CallExpr) {
	if pkg, _ := c.selector(call.Fun); pkg != "fmt" {
		return
	}
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING && strings.Contains(lit.Value, "%p") {
			c.add(lit.Pos(), "%p prints an address, which is another one in each run",
				"print something that names the value", true)
		}
	}
}
