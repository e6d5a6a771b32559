package typecheck

import (
	"go/ast"
	"go/token"
	"strconv"
)

// What a layer's constants may come to: more than any protocol has, less than a compiler minds.
const (
	maxConstant  = 256 << 10 // bytes of one text
	maxConstants = 8 << 20   // bytes of all texts at all places where they stand
	limitless    = 1 << 40   // where counting stops
)

// constants finds out how long constant texts can be, before anything puts them together.
type constants struct {
	named map[string][]*ast.ValueSpec   // declared in any file, outside of functions
	exprs map[*ast.ValueSpec][]ast.Expr // also where a specification repeats the one before
	known map[*ast.Ident]int64
}

// smallConstants refuses texts that are put together to more than there is room for.
func (c *checker) smallConstants() bool {
	k := &constants{named: make(map[string][]*ast.ValueSpec), exprs: make(map[*ast.ValueSpec][]ast.Expr),
		known: make(map[*ast.Ident]int64)}
	for _, file := range c.files {
		k.declarations(file)
	}
	fine, sum := true, int64(0)
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok || !fine {
				return fine
			}
			var length int64
			switch e := e.(type) {
			case *ast.BinaryExpr:
				length = k.length(e)
			case *ast.Ident:
				if _, selected := c.parents[e].(*ast.SelectorExpr); !selected && k.spec(e) != nil {
					length = k.length(e)
				}
			}
			sum += length
			if length > maxConstant || sum > maxConstants {
				fine = false
				c.refuse(e.Pos(), "constants that come to more than the compiler should hold",
					"write shorter ones, or make the text when it is needed")
			}
			return fine
		})
	}
	return fine
}

// declarations notes the constants of a file.
func (k *constants) declarations(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		d, ok := n.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			return true
		}
		var last []ast.Expr
		for _, s := range d.Specs {
			spec := s.(*ast.ValueSpec)
			if len(spec.Values) > 0 {
				last = spec.Values
			}
			k.exprs[spec] = last
		}
		return true
	})
	for _, d := range file.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.CONST {
			for _, s := range d.Specs {
				for _, name := range s.(*ast.ValueSpec).Names {
					k.named[name.Name] = append(k.named[name.Name], s.(*ast.ValueSpec))
				}
			}
		}
	}
}

// spec is where an identifier's constant is declared; nil if it is none.
func (k *constants) spec(id *ast.Ident) *ast.ValueSpec {
	if id.Obj != nil {
		if spec, ok := id.Obj.Decl.(*ast.ValueSpec); ok && id.Obj.Kind == ast.Con {
			return spec
		}
		return nil
	}
	if all := k.named[id.Name]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// length is a bound for the text that a constant expression comes to; 0 for what is no text.
func (k *constants) length(e ast.Expr) int64 {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			if text, err := strconv.Unquote(e.Value); err == nil {
				return int64(len(text))
			}
		}
	case *ast.ParenExpr:
		return k.length(e.X)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return min(limitless, k.length(e.X)+k.length(e.Y))
		}
	case *ast.CallExpr: // a conversion, perhaps
		if len(e.Args) == 1 {
			return k.length(e.Args[0])
		}
	case *ast.Ident:
		return k.declaredLength(e)
	}
	return 0
}

// declaredLength is the length of a declared constant.
func (k *constants) declaredLength(id *ast.Ident) int64 {
	spec := k.spec(id)
	if spec == nil {
		return 0
	}
	for i, name := range spec.Names {
		if name.Name != id.Name || i >= len(k.exprs[spec]) {
			continue
		}
		length, ok := k.known[name]
		if !ok {
			k.known[name] = 0 // a constant that needs itself does not compile
			length = k.length(k.exprs[spec][i])
			k.known[name] = length
		}
		return length
	}
	return 0
}
