package typecheck

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
)

// What the data of a layer may come to: a table of 65,536 numbers is fine.
const (
	maxType = 1 << 20 // bytes of one value
	maxData = 4 << 20 // bytes of all package variables and literals together
)

// sizes computes the sizes of types, as a 64-bit machine has them, up to a bound.
type sizes map[types.Type]int64

// of is the size of a type without the gaps between fields.
func (s sizes) of(t types.Type) int64 {
	if size, ok := s[t]; ok {
		return size
	}
	s[t] = 0 // a type that holds itself does not compile
	size := int64(8)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch u.Kind() {
		case types.String, types.Complex128:
			size = 16
		case types.Bool, types.Int8, types.Uint8:
			size = 1
		}
	case *types.Slice:
		size = 24
	case *types.Interface:
		size = 16
	case *types.Array:
		size = times(s.of(u.Elem()), u.Len())
	case *types.Struct:
		size = 0
		for i := range u.NumFields() {
			size = min(limitless, size+s.of(u.Field(i).Type()))
		}
	}
	s[t] = size
	return size
}

// times multiplies up to the bound.
func times(size, n int64) int64 {
	if n > 0 && size > limitless/n {
		return limitless
	}
	return size * n
}

// smallTypes refuses types and literals whose values are huge.
func (c *checker) smallTypes() bool {
	s, sum, fine := make(sizes), int64(0), true
	look := func(n ast.Node, size int64, static bool) bool {
		if static {
			sum = min(limitless, sum+size)
		}
		if fine && (size > maxType || sum > maxData) {
			fine = false
			if size <= maxType {
				size = sum
			}
			c.refuse(n.Pos(), "values of "+amount(size)+" bytes, which the compiler would have to hold",
				"make a slice of that length in New")
		}
		return fine
	}
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				return look(n, c.literal(s, n), true)
			case *ast.Ident:
				if v, ok := c.info.Defs[n].(*types.Var); ok {
					return look(n, s.of(v.Type()), v.Parent() == c.pkg.Scope())
				}
			case ast.Expr:
				if t := c.typeOf(n); t != nil {
					return look(n, s.of(t), false)
				}
			}
			return fine
		})
	}
	return fine
}

// amount is a size in words.
func amount(size int64) string {
	if size >= limitless {
		return "a million million"
	}
	return fmt.Sprint(size)
}

// literal is the size of a composite literal's elements.
func (c *checker) literal(s sizes, lit *ast.CompositeLit) int64 {
	t := c.typeOf(lit)
	if t == nil {
		return 0
	}
	slice, ok := t.Underlying().(*types.Slice)
	if !ok {
		return s.of(t)
	}
	next, most := int64(0), int64(0)
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if v := c.info.Types[kv.Key].Value; v != nil {
				next, _ = constant.Int64Val(constant.ToInt(v))
			}
		}
		next++
		most = max(most, next)
	}
	return times(s.of(slice.Elem()), most)
}
