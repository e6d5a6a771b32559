package typecheck

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// wraps refuses an error that gives whoever gets it a way to what is behind a pointer.
func (c *checker) wraps(call *ast.CallExpr) {
	if c.callee(call) != "fmt.Errorf" || len(call.Args) == 0 || call.Ellipsis.IsValid() {
		return
	}
	format := c.info.Types[call.Args[0]].Value
	if format == nil || format.Kind() != constant.String {
		return
	}
	for _, i := range wrapped(constant.StringVal(format)) {
		if i+1 >= len(call.Args) {
			continue
		}
		arg := ast.Unparen(call.Args[i+1])
		t := c.typeOf(arg)
		switch {
		case t == nil || c.info.Types[arg].IsNil() || isError(t) || inert(t):
		case types.IsInterface(t) && implementsError(t):
		case fresh(arg) && inert(pointed(t)):
		case implementsError(t):
			c.refuse(arg.Pos(), "%w wraps a pointer, so that who gets the error can change what is behind it",
				"wrap a variable of type error, or an error that is a plain value")
		default:
			c.refuse(arg.Pos(), "%w wraps what is no error", "use %v")
		}
	}
}

// implementsError says whether the type has the method Error.
func implementsError(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// fresh says whether an expression is &T{...}, which nobody else has yet.
func fresh(e ast.Expr) bool {
	u, ok := e.(*ast.UnaryExpr)
	if !ok || u.Op != token.AND {
		return false
	}
	_, ok = ast.Unparen(u.X).(*ast.CompositeLit)
	return ok
}

// pointed is what a pointer type points to; the type itself if it is none.
func pointed(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// wrapped lists which operands, from 0, a format wraps with %w.
func wrapped(format string) (all []int) {
	next := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*[]", format[i]) >= 0; i++ {
			switch format[i] {
			case '*':
				next++
			case '[':
				end := strings.IndexByte(format[i:], ']')
				if end < 0 {
					return all
				}
				n, err := strconv.Atoi(format[i+1 : i+end])
				if err != nil {
					return all
				}
				next, i = n-1, i+end
			}
		}
		if i < len(format) && format[i] == 'w' {
			all = append(all, next)
		}
		if i < len(format) && format[i] != '%' {
			next++
		}
	}
	return all
}
