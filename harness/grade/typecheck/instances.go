package typecheck

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// What a layer's generic code may come to when the compiler writes it out.
const (
	maxInstances = 1000 // functions and types with their arguments
	maxArgument  = 4000 // bytes of an argument, as a type is written
)

// site is a place where a generic function or type is used.
type site struct {
	at   token.Pos
	what types.Object
	args *types.TypeList
}

// generics is the layer's generic code.
type generics struct {
	outside []site                  // sites that are in no generic code
	within  map[types.Object][]site // sites by the generic function or type that they are in
	owners  map[*types.TypeParam]owner
}

// owner is what a type parameter belongs to: that of a method, to the receiver's type.
type owner struct {
	of    types.Object
	index int
}

// fewInstances refuses generic code that multiplies: types within types, each twice the one before, or
// functions that need others with ever more arguments.
func (c *checker) fewInstances() bool {
	g := c.generics()
	seen := make(map[string]bool)
	type instance struct {
		site
		args []string
	}
	var todo []instance
	add := func(s site, env map[owner]string) bool {
		inst := instance{site: s}
		key := s.what.Id() + ":" + strconv.Itoa(int(s.what.Pos()))
		for i := range s.args.Len() {
			w := &writer{g: g, env: env}
			w.write(s.args.At(i), 0)
			if w.over {
				return false
			}
			inst.args = append(inst.args, w.text.String())
			key += "|" + w.text.String()
		}
		if !seen[key] {
			seen[key] = true
			todo = append(todo, inst)
		}
		return len(seen) <= maxInstances
	}
	refuse := func(s site) bool {
		c.refuse(s.at, "generic code that multiplies: the compiler would write out too much of it",
			"use fewer types within each other, or a struct instead of type arguments")
		return false
	}
	for _, s := range g.outside {
		if !add(s, nil) {
			return refuse(s)
		}
	}
	for len(todo) > 0 {
		inst := todo[0]
		todo = todo[1:]
		env := make(map[owner]string)
		for i, arg := range inst.args {
			env[owner{inst.what, i}] = arg
		}
		for _, s := range g.within[inst.what] {
			if !add(s, env) {
				return refuse(s)
			}
		}
	}
	return true
}

// generics finds the sites.
func (c *checker) generics() *generics {
	g := &generics{within: make(map[types.Object][]site), owners: make(map[*types.TypeParam]owner)}
	for id, inst := range c.info.Instances {
		what := c.info.Uses[id]
		if what == nil || inst.TypeArgs == nil {
			continue
		}
		s := site{at: id.Pos(), what: what, args: inst.TypeArgs}
		if in := c.generic(id); in != nil {
			g.within[in] = append(g.within[in], s)
		} else {
			g.outside = append(g.outside, s)
		}
	}
	for _, obj := range c.info.Defs {
		switch obj := obj.(type) {
		case *types.Func:
			sig := obj.Signature()
			g.own(sig.TypeParams(), obj)
			if base := receiver(obj); base != nil {
				g.own(sig.RecvTypeParams(), base)
			}
		case *types.TypeName:
			switch t := obj.Type().(type) {
			case *types.Named:
				g.own(t.TypeParams(), obj)
			case *types.Alias:
				g.own(t.TypeParams(), obj)
			}
		}
	}
	return g
}

// own notes whose the parameters are.
func (g *generics) own(list *types.TypeParamList, of types.Object) {
	for i := range list.Len() {
		g.owners[list.At(i)] = owner{of, i}
	}
}

// receiver is the name of a method's type; nil for a function.
func receiver(f *types.Func) types.Object {
	recv := f.Signature().Recv()
	if recv == nil {
		return nil
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Origin().Obj()
	}
	return nil
}

// generic is the generic function or type that a node is in, nil if it is in none.
func (c *checker) generic(n ast.Node) types.Object {
	for at := c.parents[n]; at != nil; at = c.parents[at] {
		switch d := at.(type) {
		case *ast.TypeSpec:
			if d.TypeParams != nil {
				return c.info.Defs[d.Name]
			}
		case *ast.FuncDecl:
			f, _ := c.info.Defs[d.Name].(*types.Func)
			switch {
			case f == nil:
				return nil
			case f.Signature().TypeParams().Len() > 0:
				return f
			case f.Signature().RecvTypeParams().Len() > 0:
				return receiver(f)
			}
			return nil
		}
	}
	return nil
}

// writer writes a type with the arguments of an instance in the place of parameters.
type writer struct {
	g    *generics
	env  map[owner]string
	text strings.Builder
	over bool // it became too long
}

func (w *writer) put(text string) {
	if w.text.Len()+len(text) > maxArgument {
		w.over = true
		return
	}
	w.text.WriteString(text)
}

// write writes the type; depth guards against types without names that hold themselves.
func (w *writer) write(t types.Type, depth int) {
	if w.over || depth > 100 {
		w.over = true
		return
	}
	next := func(before string, t types.Type) {
		w.put(before)
		w.write(t, depth+1)
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		text, ok := w.env[w.g.owners[t]]
		if !ok {
			text = t.Obj().Name()
		}
		w.put(text)
	case *types.Pointer:
		next("*", t.Elem())
	case *types.Slice:
		next("[]", t.Elem())
	case *types.Array:
		next("["+strconv.FormatInt(t.Len(), 10)+"]", t.Elem())
	case *types.Map:
		next("map[", t.Key())
		next("]", t.Elem())
	case *types.Named:
		w.put(t.Obj().Id() + "[")
		for i := range t.TypeArgs().Len() {
			next(",", t.TypeArgs().At(i))
		}
		w.put("]")
	case *types.Struct:
		w.put("struct{")
		for i := range t.NumFields() {
			next(";"+t.Field(i).Name()+" ", t.Field(i).Type())
		}
		w.put("}")
	case *types.Signature:
		w.put("func(")
		for i := range t.Params().Len() {
			next(",", t.Params().At(i).Type())
		}
		w.put(")(")
		for i := range t.Results().Len() {
			next(",", t.Results().At(i).Type())
		}
		w.put(")")
	default:
		w.put(types.TypeString(t, nil))
	}
}
