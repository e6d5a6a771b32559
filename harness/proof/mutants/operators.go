package mutants

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// Operators makes the mutants that take no thought: conditions negated, comparisons moved by one,
// constants changed, statements left out, and what slips and cached do, everywhere in our solutions. A mutant is named
// "<layer>/<file>:<function>:<operator>:<n>", the n-th of its kind in the function, so that names
// outlive changes elsewhere. Those that harness/proof/mutants/equivalent.txt lists have its reason.
func Operators(root fs.FS) ([]Mutant, error) {
	text, err := checkout.Read(root, "harness/proof/mutants/equivalent.txt")
	if err != nil {
		return nil, fmt.Errorf("mutants: %w", err)
	}
	reasons, err := equivalents(text)
	if err != nil {
		return nil, err
	}
	var all []Mutant
	for _, layer := range steps.Layers {
		files, err := solution(root, layer)
		if err != nil {
			return nil, err
		}
		p, err := survey(layer, files)
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			all = append(all, p.operate(name)...)
		}
	}
	for i, m := range all {
		all[i].Same = reasons[m.Name]
		delete(reasons, m.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		return nil, fmt.Errorf("mutants: harness/proof/mutants/equivalent.txt lists %s, which is no longer a mutant: "+
			"remove it, or name the one it has become", name)
	}
	return all, nil
}

// equivalents reads the list: a line each, with the name, a blank and the reason.
func equivalents(text string) (map[string]string, error) {
	reasons := make(map[string]string)
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, " ")
		if reason == "" || reasons[name] != "" {
			return nil, fmt.Errorf("mutants: equivalent.txt:%d: %s stands twice or without a reason", i+1, name)
		}
		reasons[name] = strings.TrimSpace(reason)
	}
	return reasons, nil
}

// change replaces the bytes of a node.
type change struct {
	operator string
	pos, end token.Pos
	text     string
}

// operate makes the mutants of one file.
func (p *pack) operate(name string) (made []Mutant) {
	text, source := p.files[name], p.source(name)
	for _, d := range p.parsed[name].Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		count := make(map[string]int)
		add := func(operator, about string, edits ...Edit) {
			count[operator]++
			made = append(made, Mutant{
				Name:  fmt.Sprintf("%s:%s:%s:%d", path.Join(p.layer, name), fn.Name.Name, operator, count[operator]),
				Layer: p.layer, About: about, Mechanical: true, Edits: edits,
			})
		}
		for _, c := range slices.Concat(changes(fn, source), slips(fn, p.fields, source)) {
			from, to := p.at(c.pos), p.at(c.end)
			add(c.operator, fmt.Sprintf("line %d: %.60s becomes %.60s", p.set.Position(c.pos).Line,
				inline(text[from:to]), cmp.Or(inline(c.text), "nothing")),
				Edit{File: name, New: text[:from] + c.text + text[to:]})
		}
		if edits, ok := p.cached(fn, name); ok {
			add("cache", fmt.Sprintf("line %d: %s answers as it did the first time",
				p.set.Position(fn.Pos()).Line, fn.Name.Name), edits...)
		}
	}
	return made
}

// inline is a text in one line.
func inline(text string) string { return strings.Join(strings.Fields(text), " ") }

// changes lists what the first set of operators does to a function.
func changes(fn *ast.FuncDecl, source func(ast.Node) string) []change {
	var all []change
	add := func(operator string, n ast.Node, text string) {
		all = append(all, change{operator, n.Pos(), n.End(), text})
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			add("negate", n.Cond, "!("+source(n.Cond)+")")
			if n.Else == nil {
				add("drop-if", n, "")
			}
		case *ast.BinaryExpr:
			if other, swapped := swaps[n.Op]; swapped {
				all = append(all, change{other.operator, n.OpPos, n.OpPos + token.Pos(len(n.Op.String())),
					other.token.String()})
			}
		case *ast.BasicLit:
			if n.Kind == token.INT {
				add("constant", n, "("+n.Value+"+1)")
			}
		case *ast.Ident:
			if other := map[string]string{"true": "false", "false": "true"}[n.Name]; other != "" {
				add("constant", n, other)
			}
		case *ast.ExprStmt:
			if !strings.Contains(source(n), ".Log()") {
				add("drop", n, "")
			}
		case *ast.IncDecStmt:
			add("drop", n, "")
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				add("drop", n, "")
			}
		}
		return true
	})
	return all
}

// swaps is what becomes of an operator.
var swaps = map[token.Token]struct {
	operator string
	token    token.Token
}{
	token.LSS: {"boundary", token.LEQ}, token.LEQ: {"boundary", token.LSS},
	token.GTR: {"boundary", token.GEQ}, token.GEQ: {"boundary", token.GTR},
	token.EQL: {"equal", token.NEQ}, token.NEQ: {"equal", token.EQL},
	token.LAND: {"logic", token.LOR}, token.LOR: {"logic", token.LAND},
	token.ADD: {"sign", token.SUB}, token.SUB: {"sign", token.ADD},
}
