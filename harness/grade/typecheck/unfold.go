package typecheck

import "go/ast"

// maxUnfolded is how many parts a type may have when the names in it are replaced by what they stand for.
const maxUnfolded = 2000

// limitUnfolded is where counting stops.
const limitUnfolded = 1 << 20

// smallUnfolded refuses types that unfold to very many parts: other names for types, wherever they stand,
// and types whose values are within a value.
func (c *checker) smallUnfolded() bool {
	u := &unfolding{of: make(map[string]*ast.TypeSpec), known: make(map[unfolded]int)}
	var all []*ast.TypeSpec
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				all = append(all, spec)
				if c.outside(spec) {
					u.of[spec.Name.Name] = spec
				}
			}
			return true
		})
	}
	for _, spec := range all {
		if u.parts(spec.Type, true) > maxUnfolded {
			c.refuse(spec.Pos(), "the type "+spec.Name.Name+" unfolds to more parts than the compiler should hold",
				"have it hold pointers or slices, and name types within it by types of their own, without =")
			return false
		}
	}
	return true
}

// outside says whether a declaration is outside of all functions.
func (c *checker) outside(n ast.Node) bool {
	for at := c.parents[n]; at != nil; at = c.parents[at] {
		switch at.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return false
		}
	}
	return true
}

// unfolding counts the parts of types.
type unfolding struct {
	of    map[string]*ast.TypeSpec // declared outside of functions, in any file
	known map[unfolded]int
}

// unfolded is a declared type, as a part of a value or as what something leads to.
type unfolded struct {
	spec  *ast.TypeSpec
	value bool
}

// parts counts what a type expression unfolds to; value says whether it is a part of the value, not only
// what something in it leads to.
func (u *unfolding) parts(e ast.Expr, value bool) int {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return u.parts(e.X, value)
	case *ast.Ident:
		return u.name(e, value)
	case *ast.StarExpr:
		return u.sum(false, e.X)
	case *ast.ChanType:
		return u.sum(false, e.Value)
	case *ast.ArrayType:
		return u.sum(value && e.Len != nil, e.Elt)
	case *ast.MapType:
		return u.sum(false, e.Key, e.Value)
	case *ast.FuncType:
		return u.fields(e.Params, false) + u.fields(e.Results, false)
	case *ast.StructType:
		return u.fields(e.Fields, value)
	case *ast.InterfaceType:
		return u.fields(e.Methods, value)
	case *ast.BinaryExpr: // a union
		return u.sum(value, e.X, e.Y)
	case *ast.UnaryExpr:
		return u.sum(value, e.X)
	case *ast.IndexExpr:
		return u.instance(e.X, value, e.Index)
	case *ast.IndexListExpr:
		return u.instance(e.X, value, e.Indices...)
	}
	return 1
}

// sum counts the parts of several expressions, and one for what holds them.
func (u *unfolding) sum(value bool, all ...ast.Expr) int {
	sum := 1
	for _, e := range all {
		sum = min(limitUnfolded, sum+u.parts(e, value))
	}
	return sum
}

// fields counts the parts of fields, each as often as it has names.
func (u *unfolding) fields(list *ast.FieldList, value bool) int {
	sum := 1
	if list == nil {
		return sum
	}
	for _, f := range list.List {
		_, method := f.Type.(*ast.FuncType)
		sum = min(limitUnfolded, sum+max(1, len(f.Names))*u.parts(f.Type, value && !method))
	}
	return sum
}

// instance counts the parts of a generic type with its arguments: each part of the type once for each of
// theirs, which is more than there are.
func (u *unfolding) instance(generic ast.Expr, value bool, args ...ast.Expr) int {
	return min(limitUnfolded, u.sum(value, args...)*u.parts(generic, value))
}

// name counts the parts of what a name stands for. A type of its own is one part wherever it is not
// within a value.
func (u *unfolding) name(id *ast.Ident, value bool) int {
	spec := u.of[id.Name]
	if id.Obj != nil {
		spec, _ = id.Obj.Decl.(*ast.TypeSpec)
	}
	if spec == nil || !spec.Assign.IsValid() && !value {
		return 1
	}
	key := unfolded{spec, value}
	parts, ok := u.known[key]
	if !ok {
		u.known[key] = 1 // a type that needs itself does not compile
		parts = u.parts(spec.Type, value)
		u.known[key] = parts
	}
	return parts
}
