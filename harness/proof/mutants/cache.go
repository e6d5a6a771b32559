package mutants

import (
	"fmt"
	"go/ast"
	"strings"
)

// cached has a method always answer as it did the first time: it gets another name, and one in its place
// asks it once. False for what gives no answer, or has nothing to keep it in.
func (p *pack) cached(fn *ast.FuncDecl, file string) ([]Edit, bool) {
	self, owner, ok := keeper(fn)
	opens, here := p.opens[owner]
	args, named := passed(fn.Type.Params)
	if !ok || !here || !named || fn.Type.Results == nil {
		return nil, false
	}
	kept := make([]string, fn.Type.Results.NumFields())
	for i := range kept {
		kept[i] = fmt.Sprintf("kept%d", i)
	}
	answers, name := strings.Join(kept, ", "), fn.Name.Name
	results := p.source(file)(fn.Type.Results)
	head := p.files[file][p.at(fn.Pos()):p.at(fn.Body.Lbrace)]
	wrapper := fmt.Sprintf(`%s{
	if %s.first%s == nil {
		%s := %s.asked%s(%s)
		%s.first%s = func() %s { return %s }
	}
	return %s.first%s()
}

`, head, self, name, answers, self, name, args, self, name, results, answers, self, name)
	return p.insert(insertion{place{file, p.at(fn.Pos())}, wrapper},
		insertion{place{file, p.at(fn.Name.Pos())}, "asked"},
		insertion{opens, fmt.Sprintf("\nfirst%s func() %s\n", name, results)}), true
}

// keeper is the receiver of a method, if it is a pointer: its name and its type.
func keeper(fn *ast.FuncDecl) (self, owner string, ok bool) {
	if fn.Recv == nil || len(fn.Recv.List[0].Names) == 0 {
		return "", "", false
	}
	star, ok := fn.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return "", "", false
	}
	of, ok := star.X.(*ast.Ident)
	if !ok {
		return "", "", false
	}
	return fn.Recv.List[0].Names[0].Name, of.Name, true
}

// passed are parameters as they are passed on; false if one has no name.
func passed(params *ast.FieldList) (string, bool) {
	var args []string
	for _, f := range params.List {
		if len(f.Names) == 0 {
			return "", false
		}
		for _, n := range f.Names {
			arg := n.Name
			if _, variadic := f.Type.(*ast.Ellipsis); variadic {
				arg += "..."
			}
			if args = append(args, arg); n.Name == "_" {
				return "", false
			}
		}
	}
	return strings.Join(args, ", "), true
}
