package typecheck

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// change says how an expression that leads to a variable, or into it, lets it be changed: "it is assigned".
// It is empty if there it is only read.
func (c *checker) change(e ast.Expr) string {
	e, parent := c.up(e)
	t := c.typeOf(e)
	if t == nil {
		return "" // code with errors
	}
	switch p := parent.(type) {
	case *ast.AssignStmt:
		if p.Tok != token.DEFINE && slices.Contains(p.Lhs, e) {
			return "it is assigned"
		}
		return alias(t)
	case *ast.IncDecStmt:
		return "it is assigned"
	case *ast.RangeStmt:
		return c.ranged(p, e, t)
	case *ast.UnaryExpr:
		if p.Op == token.AND {
			return "its address is taken"
		}
		return ""
	case *ast.IndexExpr:
		if p.X == e {
			return c.change(p)
		}
		return ""
	case *ast.SliceExpr:
		if p.X == e {
			return c.sliced(p, t)
		}
		return ""
	case *ast.SelectorExpr:
		return c.selected(p, e, t)
	case *ast.CallExpr:
		return c.argument(p, e, t)
	case *ast.BinaryExpr, *ast.IfStmt, *ast.SwitchStmt, *ast.CaseClause, *ast.ExprStmt, *ast.TypeAssertExpr, *ast.TypeSwitchStmt:
		return ""
	}
	return alias(t)
}

// alias says that a second name for what a value leads to comes about, unless the value is all there is.
func alias(t types.Type) string {
	if copies(t) {
		return ""
	}
	return "it is handed on, so that another name leads to it"
}

// copies says whether a copy of a fixed value is fixed too: it is inert, a function, an error, or made of
// such.
func copies(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Array:
		return copies(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if !copies(u.Field(i).Type()) {
				return false
			}
		}
		return true
	}
	return inert(t) || isError(t)
}

// ranged is about a variable in the head of a loop.
func (c *checker) ranged(p *ast.RangeStmt, e ast.Expr, t types.Type) string {
	if p.X != e {
		return "it is assigned"
	}
	if p.Value == nil {
		return ""
	}
	if id, ok := p.Value.(*ast.Ident); ok && id.Name == "_" {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return alias(u.Elem())
	case *types.Array:
		return alias(u.Elem())
	case *types.Map:
		return alias(u.Elem())
	}
	return ""
}

// sliced is about v[a:b]: of a text a value, of everything else a name for the same.
func (c *checker) sliced(p *ast.SliceExpr, t types.Type) string {
	if _, ok := t.Underlying().(*types.Basic); ok {
		return ""
	}
	return c.change(p)
}

// selected is about v.f: a field, or a method.
func (c *checker) selected(p *ast.SelectorExpr, e ast.Expr, t types.Type) string {
	if p.Sel == e {
		return c.change(p) // pkg.v
	}
	s := c.info.Selections[p]
	if s == nil {
		return ""
	}
	if s.Kind() == types.FieldVal {
		return c.change(p)
	}
	f, ok := s.Obj().(*types.Func)
	if !ok {
		return ""
	}
	recv := f.Signature().Recv()
	if recv == nil {
		return ""
	}
	switch _, byPointer := recv.Type().(*types.Pointer); {
	case isBig(t):
		return c.bigMethod(f)
	case byPointer:
		return "the method " + f.Name() + " gets its address"
	case isError(t):
		return ""
	case f.Pkg() != c.pkg && f.Pkg() != nil && !strings.HasPrefix(f.Pkg().Path(), "strata/"):
		return "" // a library's, which computes
	}
	return alias(t)
}

// bigReaders are methods of math/big that change neither receiver nor arguments, and give no way to them.
var bigReaders = strings.Fields(`Append BitLen Bit Bytes Cmp CmpAbs FillBytes Float32 Float64 Format Int64
	IsInf IsInt IsInt64 IsUint64 MantExp MinPrec Mode Prec ProbablyPrime Sign Signbit String Text TrailingZeroBits
		Uint64`)

// bigArguments are those that change at most their receiver.
var bigArguments = strings.Fields(`Abs Add And AndNot Binomial Cmp CmpAbs Div Exp Lsh Mod ModInverse Mul Neg Not Or
		Quo Rem Rsh Set
	SetBit SetFrac SetInt SetRat Sqrt Sub Xor`)

// bigMethod is about a method of a number.
func (c *checker) bigMethod(f *types.Func) string {
	if slices.Contains(bigReaders, f.Name()) {
		return ""
	}
	return "the method " + f.Name() + " may change it"
}

// readers are functions that keep, change and give away nothing of their arguments.
var readers = func() map[string]bool {
	all := make(map[string]bool)
	for pkg, names := range map[string]string{
		"slices": "All BinarySearch BinarySearchFunc Clone Collect Compare CompareFunc Concat Contains ContainsFunc " +
			"Equal EqualFunc Index IndexFunc" +
			" IsSorted IsSortedFunc Max MaxFunc Min MinFunc Sorted Values Backward Repeat",
		"maps": "All Clone Equal EqualFunc Keys Values",
		"bytes": "Clone Compare Contains ContainsAny ContainsRune Count Equal EqualFold HasPrefix HasSuffix Index " +
			"IndexAny IndexByte Join LastIndex" +
			" NewReader Repeat Runes ToLower ToUpper",
		"strings":         "Join NewReplacer",
		"encoding/hex":    "EncodeToString Encode AppendEncode Dump",
		"crypto/sha256":   "Sum256 Sum224",
		"crypto/ed25519":  "Sign Verify NewKeyFromSeed",
		"encoding/binary": "Size",
		"fmt":             "Sprint Sprintf Sprintln Errorf Append Appendf Appendln",
		"sort":            "SearchInts SearchStrings SearchFloat64s IntsAreSorted StringsAreSorted SliceIsSorted",
		"unicode/utf8":    "DecodeRune DecodeLastRune FullRune RuneCount Valid",
	} {
		for _, name := range strings.Fields(names) {
			all[pkg+"."+name] = true
		}
	}
	for _, order := range []string{"bigEndian", "littleEndian"} {
		for _, method := range []string{"Uint16", "Uint32", "Uint64"} {
			all["(encoding/binary."+order+")."+method] = true
		}
	}
	return all
}()

// argument is about a variable as an argument of a call, or as what is called.
func (c *checker) argument(p *ast.CallExpr, e ast.Expr, t types.Type) string {
	if p.Fun == e {
		return ""
	}
	if tv := c.info.Types[p.Fun]; tv.IsType() { // a conversion
		if inert(tv.Type) {
			return ""
		}
		if _, text := tv.Type.Underlying().(*types.Slice); text && inert(t) {
			return ""
		}
		return c.change(p)
	}
	if id, ok := ast.Unparen(p.Fun).(*ast.Ident); ok {
		if _, builtin := c.info.Uses[id].(*types.Builtin); builtin {
			return builtinChange(id.Name, p, e, t)
		}
	}
	name := c.callee(p)
	switch {
	case alias(t) == "":
		return ""
	case readers[name] && flat(t):
		return ""
	case isBig(t) && strings.HasPrefix(name, "(*math/big.") && slices.Contains(bigArguments,
		name[strings.LastIndex(name, ".")+1:]):
		return ""
	}
	return alias(t)
}

// flat says whether the elements of a table are inert, so that a copy of an element leads to nothing.
func flat(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return inert(u.Elem())
	case *types.Map:
		return inert(u.Key()) && inert(u.Elem())
	}
	return false
}

// builtinChange is about an argument of one of the language's own functions.
func builtinChange(name string, p *ast.CallExpr, e ast.Expr, t types.Type) string {
	first := len(p.Args) > 0 && p.Args[0] == e
	switch name {
	case "len", "cap", "min", "max", "print", "println", "panic":
		return ""
	case "append":
		if !first && (p.Ellipsis.IsValid() && flat(t) || inert(t)) || alias(t) == "" {
			return ""
		}
	case "copy":
		if !first && (flat(t) || inert(t)) {
			return ""
		}
	case "clear", "delete":
		if !first {
			return ""
		}
		return "it is changed by " + name
	}
	return alias(t)
}
