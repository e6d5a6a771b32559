package typecheck

import (
	"go/ast"
	"go/token"
	"go/types"
)

// globals refuses package variables, which all nodes of a process share, unless they are fixed: nothing
// writes to them, and there is nothing behind them that could change. An inert value is fixed as long as
// it is not assigned and nobody has its address. A slice or map of inert values is fixed as long as it is
// read only where no other name for it comes about. An error is fixed if it is made of text; a function,
// if it is one that is declared or written there; a number of math/big, as long as methods read it.
func (c *checker) globals() {
	for _, file := range c.files {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, s := range d.Specs {
				spec := s.(*ast.ValueSpec)
				for i, name := range spec.Names {
					c.global(name, valueOf(spec, i))
				}
			}
		}
	}
}

// valueOf is the i-th variable's own initial value; nil if there is none, or one call has them all.
func valueOf(spec *ast.ValueSpec, i int) ast.Expr {
	if len(spec.Values) == len(spec.Names) {
		return spec.Values[i]
	}
	return nil
}

// global looks at one package variable.
func (c *checker) global(name *ast.Ident, value ast.Expr) {
	v, ok := c.info.Defs[name].(*types.Var)
	if name.Name == "_" || !ok || v.Type() == types.Typ[types.Invalid] {
		return
	}
	const remedy = "keep it in the layer's struct; a constant, a table that is only read and an error of errors.New " +
		"may stay"
	refuse := func(at token.Pos, why string) {
		c.refuse(at, "package variable "+name.Name+" is shared by all nodes of a process"+why, remedy)
	}
	if !c.fixed(v.Type(), value) {
		refuse(name.Pos(), ", and what it holds can change")
		return
	}
	for _, id := range c.uses(v) {
		if why := c.change(id); why != "" {
			refuse(id.Pos(), ", and here "+why)
			return
		}
	}
}

// uses are the places where a variable is named, in the order of the files.
func (c *checker) uses(v *types.Var) (all []*ast.Ident) {
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && c.info.Uses[id] == v {
				all = append(all, id)
			}
			return true
		})
	}
	return all
}

// inert says whether a value of the type is all there is: no pointer, slice, map, function or interface in
// it leads to anything else.
func inert(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Array:
		return inert(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if !inert(u.Field(i).Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// isError says whether the type is the interface error.
func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// isBig says whether the type is a pointer to a number of math/big.
func isBig(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && namedIn(p.Elem(), "math/big") != ""
}

// namedIn is the name of a type that the package declares; empty if it is none.
func namedIn(t types.Type, pkg string) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != pkg {
		return ""
	}
	return named.Obj().Name()
}

// fixed says whether what a variable of the type holds from the start, which is value or what a call
// gives, cannot change by itself or through another name.
func (c *checker) fixed(t types.Type, value ast.Expr) bool {
	if value != nil {
		value = ast.Unparen(value)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic, *types.Struct, *types.Array, *types.Slice, *types.Map:
		if inert(t) || plain(t) {
			return true
		}
		lit, ok := value.(*ast.CompositeLit)
		return ok && c.fixedParts(u, lit)
	case *types.Signature:
		return value == nil || c.declared(value)
	case *types.Interface:
		return isError(t) && value != nil && c.sentinel(value)
	case *types.Pointer:
		return isBig(t) && value != nil
	}
	return false
}

// plain says whether the type is a table of inert values.
func plain(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return inert(u.Elem()) || plain(u.Elem())
	case *types.Map:
		return inert(u.Key()) && (inert(u.Elem()) || plain(u.Elem()))
	case *types.Array:
		return inert(u.Elem()) || plain(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if t := u.Field(i).Type(); !inert(t) && !plain(t) {
				return false
			}
		}
		return true
	}
	return false
}

// fixedParts says whether all parts of a literal are fixed.
func (c *checker) fixedParts(t types.Type, lit *ast.CompositeLit) bool {
	for i, e := range lit.Elts {
		var part types.Type
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
			part = fieldOf(t, kv.Key)
		}
		switch u := t.(type) {
		case *types.Slice:
			part = u.Elem()
		case *types.Array:
			part = u.Elem()
		case *types.Map:
			if part = u.Elem(); !inert(u.Key()) {
				return false
			}
		case *types.Struct:
			if part == nil && i < u.NumFields() {
				part = u.Field(i).Type()
			}
		}
		if part == nil || !c.fixed(part, e) {
			return false
		}
	}
	return true
}

// fieldOf is the type of a struct's field; nil for what is none.
func fieldOf(t types.Type, key ast.Expr) types.Type {
	u, ok := t.(*types.Struct)
	id, named := key.(*ast.Ident)
	if !ok || !named {
		return nil
	}
	for i := range u.NumFields() {
		if u.Field(i).Name() == id.Name {
			return u.Field(i).Type()
		}
	}
	return nil
}

// declared says whether a function value is a function literal, which at this place captures nothing, or
// a function or method by its name. A method of a value would capture the value.
func (c *checker) declared(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		return true
	case *ast.Ident:
		switch c.info.Uses[e].(type) {
		case *types.Func, *types.Nil:
			return true
		}
	case *ast.SelectorExpr:
		if s := c.info.Selections[e]; s != nil {
			return s.Kind() == types.MethodExpr
		}
		_, ok := c.info.Uses[e.Sel].(*types.Func)
		return ok
	case *ast.IndexExpr:
		return c.declared(e.X)
	case *ast.IndexListExpr:
		return c.declared(e.X)
	}
	return false
}

// sentinel says whether an error is made of text, and at most of errors that are.
func (c *checker) sentinel(e ast.Expr) bool {
	e = ast.Unparen(e)
	t := c.typeOf(e)
	if t == nil || c.info.Types[e].IsNil() || inert(t) {
		return true
	}
	switch e := e.(type) {
	case *ast.Ident:
		v, ok := c.info.Uses[e].(*types.Var)
		return ok && isError(t) && v.Parent() == c.pkg.Scope() // which is looked at itself
	case *ast.SelectorExpr:
		v, ok := c.info.Uses[e.Sel].(*types.Var)
		return ok && isError(t) && v.Pkg() != c.pkg && !v.IsField() // of another package
	case *ast.CallExpr:
		switch c.callee(e) {
		case "errors.New", "errors.Join", "fmt.Errorf":
			for _, arg := range e.Args {
				if t := c.typeOf(arg); t != nil && !inert(t) && !c.sentinel(arg) {
					return false
				}
			}
			return e.Ellipsis == token.NoPos
		}
	}
	return false
}

// callee is the full name of a declared function or method that is called, such as errors.New or
// (*math/big.Int).Cmp; empty for other calls.
func (c *checker) callee(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if i, ok := fun.(*ast.IndexExpr); ok {
		fun = i.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		if f, ok := c.info.Uses[fun].(*types.Func); ok {
			return f.FullName()
		}
	case *ast.SelectorExpr:
		if f, ok := c.info.Uses[fun.Sel].(*types.Func); ok {
			return f.FullName()
		}
	}
	return ""
}
