package typecheck

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// node looks at one node of a file.
func (c *checker) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		c.foreignVariable(n)
		c.method(n)
	case *ast.Ident:
		c.guardedArgument(n)
	case *ast.StarExpr:
		if tv := c.info.Types[n]; tv.IsValue() && guarded(tv.Type) != "" {
			c.refuse(n.Pos(), "the "+guarded(tv.Type)+" behind a pointer is not yours to copy or to overwrite",
				"use its methods")
		}
	case *ast.CallExpr:
		c.conversion(n)
		c.wraps(n)
	case *ast.TypeAssertExpr:
		if n.Type != nil {
			c.asserted(n.Type, c.typeOf(n.Type))
		}
	case *ast.TypeSwitchStmt:
		for _, clause := range n.Body.List {
			for _, e := range clause.(*ast.CaseClause).List {
				c.asserted(e, c.typeOf(e))
			}
		}
	case *ast.InterfaceType:
		c.localMethod(n)
	}
	return true
}

// guarded names a type whose values are the host's, or the library's: whoever writes to one writes for
// all nodes. It is empty for other types.
func guarded(t types.Type) string {
	if t == nil {
		return ""
	}
	for pkg, names := range map[string][]string{
		"log/slog": {"Logger"}, "time": {"Location"}, "math/rand/v2": {"Rand"}, "unicode": {"RangeTable"},
	} {
		if name := namedIn(t, pkg); slices.Contains(names, name) {
			return pkg[strings.LastIndex(pkg, "/")+1:] + "." + name
		}
	}
	return ""
}

// holds says whether a type is guarded, or has values that are within its own.
func holds(t types.Type, depth int) string {
	if name := guarded(t); name != "" || depth > 20 {
		return name
	}
	switch u := types.Unalias(t).(type) {
	case *types.Slice:
		return holds(u.Elem(), depth+1)
	case *types.Array:
		return holds(u.Elem(), depth+1)
	case *types.Map:
		return holds(u.Elem(), depth+1)
	}
	return ""
}

// guardedArgument refuses a guarded type as a type argument, by which a pointer to it could be written
// through, and an interface that asks for more than there is.
func (c *checker) guardedArgument(id *ast.Ident) {
	inst, ok := c.info.Instances[id]
	if !ok {
		return
	}
	for i := range inst.TypeArgs.Len() {
		arg := inst.TypeArgs.At(i)
		if name := holds(arg, 0); name != "" {
			c.refuse(id.Pos(), name+" as a type argument gives a way to overwrite it", "use its methods")
		}
		c.asserted(id, arg)
	}
}

// conversion refuses another type's name for what a guarded pointer leads to.
func (c *checker) conversion(call *ast.CallExpr) {
	tv := c.info.Types[call.Fun]
	if !tv.IsType() || len(call.Args) != 1 {
		return
	}
	from := c.typeOf(call.Args[0])
	if from == nil || types.Identical(from, tv.Type) || types.IsInterface(tv.Type) {
		return
	}
	if p, ok := from.Underlying().(*types.Pointer); ok && guarded(p.Elem()) != "" {
		c.refuse(call.Pos(), "a pointer to a "+guarded(p.Elem())+
			" under another type's name gives a way to overwrite it",
			"use its methods")
	}
}

// foreignVariable refuses what could change a variable of another package, by whatever name: a variable
// that leads to something may only be handed to that package's own functions.
func (c *checker) foreignVariable(e *ast.SelectorExpr) {
	v, ok := c.info.Uses[e.Sel].(*types.Var)
	if !ok || v.IsField() || v.Pkg() == nil || v.Pkg() == c.pkg || v.Parent() != v.Pkg().Scope() {
		return
	}
	name := v.Pkg().Name() + "." + v.Name()
	why := c.change(e)
	if why == "" || name == "io.Discard" || c.within(e, v.Pkg()) {
		return
	}
	c.refuse(e.Pos(), name+" belongs to another package and must not be changed, and here "+why,
		"hand it to functions of package "+v.Pkg().Name()+", or keep a variable of your own in the layer's struct")
}

// within says whether the variable, or an element of it, is an argument of a function or method of its own
// package, also as one of a list that is written there.
func (c *checker) within(e ast.Expr, pkg *types.Package) bool {
	for {
		child, parent := c.up(e)
		switch p := parent.(type) {
		case *ast.IndexExpr:
			if p.X != child {
				return false
			}
			e = p
		case *ast.CompositeLit:
			e = p
		case *ast.SelectorExpr:
			s := c.info.Selections[p]
			return s != nil && s.Kind() != types.FieldVal && s.Obj().Pkg() == pkg
		case *ast.CallExpr:
			return p.Fun != child && strings.HasPrefix(strings.TrimLeft(c.callee(p), "(*"), pkg.Path()+".")
		default:
			return false
		}
	}
}

// What of log/slog a layer needs: the host's logger, and attributes.
var (
	slogNames = strings.Fields(`Logger Attr Value Kind Level LevelDebug LevelInfo LevelWarn LevelError String Int
		Int64 Uint64
		Float64 Bool Duration Time Any Group GroupAttrs StringValue IntValue Int64Value Uint64Value Float64Value
		BoolValue DurationValue
		TimeValue AnyValue GroupValue LogValuer`)
	noMethods = map[string]string{
		"(time.Time).Local":          "a node's time has no place: use it as it is, or UTC()",
		"(*log/slog.Logger).Handler": "log by the logger's own methods",
		"(*log/slog.Logger).Enabled": "do the same whether or not somebody reads the log",
	}
)

// method refuses methods and members that give a node what it should not have, called or as values.
func (c *checker) method(e *ast.SelectorExpr) {
	obj := c.info.Uses[e.Sel]
	if s := c.info.Selections[e]; s != nil {
		obj = s.Obj()
	}
	if obj == nil || obj.Pkg() == nil {
		return
	}
	if f, ok := obj.(*types.Func); ok {
		if remedy := noMethods[f.FullName()]; remedy != "" {
			c.refuse(e.Sel.Pos(), "the method "+f.Name()+" of "+receiverName(f)+" is not allowed", remedy)
			return
		}
	}
	if obj.Pkg().Path() == "log/slog" && obj.Parent() == obj.Pkg().Scope() && !slices.Contains(slogNames, obj.Name()) {
		c.refuse(e.Pos(), "slog."+obj.Name()+" is not allowed", "use host.Log()")
	}
}

// receiverName is the type of a method, with its package.
func receiverName(f *types.Func) string {
	return types.TypeString(f.Signature().Recv().Type(), func(p *types.Package) string { return p.Name() })
}

// localMethod refuses an interface by which a time's place could be had.
func (c *checker) localMethod(n *ast.InterfaceType) {
	t, ok := c.info.TypeOf(n).(*types.Interface)
	if !ok {
		return
	}
	for m := range t.ExplicitMethods() {
		sig := m.Signature()
		if m.Name() == "Local" && sig.Params().Len() == 0 && sig.Results().Len() == 1 &&
			namedIn(sig.Results().At(0).Type(), "time") == "Time" {
			c.refuse(n.Pos(), "the method Local of a time is not allowed, through an interface either",
				"a node's time has no place: use it as it is, or UTC()")
		}
	}
}

// common are methods that errors, and values that print themselves, are asked for.
var common = strings.Fields("Error Unwrap Is As String Timeout Temporary GoString Format")

// asserted refuses to ask a value for methods that no contract and nothing in the layer has: only a
// harness could have them.
func (c *checker) asserted(at ast.Node, t types.Type) {
	if t == nil {
		return
	}
	iface, ok := types.Unalias(t).Underlying().(*types.Interface)
	if _, param := types.Unalias(t).(*types.TypeParam); !ok || param {
		return
	}
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != c.pkg {
		return // a contract's or a library's
	}
	for m := range iface.Methods() {
		if !slices.Contains(common, m.Name()) && !c.ownMethod(m.Name()) {
			c.refuse(at.Pos(), "asking a value for a method "+m.Name()+", which nothing here has",
				"use what the contracts promise")
			return
		}
	}
}

// ownMethod says whether a type of the layer has a method of that name.
func (c *checker) ownMethod(name string) bool {
	for id, obj := range c.info.Defs {
		if f, ok := obj.(*types.Func); ok && id.Name == name && f.Signature().Recv() != nil &&
			!types.IsInterface(f.Signature().Recv().Type()) {
			return true
		}
	}
	return false
}
