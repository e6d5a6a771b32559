package skeleton

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strconv"
	"strings"

	"strata/harness/course/steps"
)

// source is one file of a solution.
type source struct {
	layer   string
	chapter string   // page of the book that explains the layer
	steps   []string // ids of the layer's steps
	text    []byte
	fset    *token.FileSet
	file    *ast.File
	regions []region
}

// region is what one pair of markers encloses: the tail of fn's body, or else whole declarations.
type region struct {
	pair
	fn    *ast.FuncDecl
	given []ast.Stmt // of fn's body, before the markers
	decls []ast.Decl
	lines int // lines of code between the markers
}

// parse reads one file of a solution and finds what its markers enclose. name is relative to
// the root.
func parse(name, layer string, text []byte) (*source, error) {
	s := &source{layer: layer, text: text, fset: token.NewFileSet()}
	for _, step := range steps.List {
		if step.Layer == layer {
			s.steps = append(s.steps, step.ID)
			s.chapter = step.Chapter()
		}
	}
	var err error
	if s.file, err = parser.ParseFile(s.fset, name, text, parser.ParseComments); err != nil {
		return nil, err
	}
	pairs, err := s.pairs()
	if err != nil {
		return nil, err
	}
	code := s.codeLines()
	for _, p := range pairs {
		r, err := s.enclosed(p)
		if err != nil {
			return nil, err
		}
		for _, line := range code {
			if line > s.position(p.begin.from).Line && line < s.position(p.end.from).Line {
				r.lines++
			}
		}
		s.regions = append(s.regions, r)
	}
	return s, s.checkGiven()
}

// enclosed finds what stands between the two markers, and refuses what cannot be cut out.
func (s *source) enclosed(p pair) (region, error) {
	if p.begin.from < s.file.Name.End() {
		return region{}, s.fault(p.begin.from, "a begin before the package clause", "move it to what students write")
	}
	first, err := s.funcAt(p.begin.from)
	if err != nil {
		return region{}, err
	}
	last, err := s.funcAt(p.end.from)
	if err != nil {
		return region{}, err
	}
	switch {
	case first != last:
		return region{}, s.fault(p.begin.from, "begin and end stand in different declarations",
			"put both into one function, or both between declarations")
	case first == nil:
		return s.enclosedDecls(p)
	}
	return s.enclosedBody(p, first)
}

// funcAt is the function in whose body a marker stands; nil between declarations.
func (s *source) funcAt(pos token.Pos) (*ast.FuncDecl, error) {
	for _, d := range s.file.Decls {
		if pos < declStart(d) || d.End() <= pos {
			continue
		}
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && pos > fn.Body.Lbrace {
			return fn, nil
		}
		return nil, s.fault(pos, "a marker within a declaration or its doc comment",
			"put it inside the function's body, or outside of the whole declaration with an empty line around it")
	}
	return nil, nil
}

// declStart is where the doc comment of a declaration starts, or else the declaration.
func declStart(d ast.Decl) token.Pos {
	doc := (*ast.CommentGroup)(nil)
	switch d := d.(type) {
	case *ast.FuncDecl:
		doc = d.Doc
	case *ast.GenDecl:
		doc = d.Doc
	}
	if doc == nil {
		return d.Pos()
	}
	return doc.Pos()
}

func (s *source) enclosedDecls(p pair) (region, error) {
	r := region{pair: p}
	for _, d := range s.file.Decls {
		if d.Pos() < p.begin.from || d.Pos() > p.end.from {
			continue
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			return r, s.fault(p.begin.from, "the markers enclose imports",
				"leave them out: unused ones go by themselves")
		}
		r.decls = append(r.decls, d)
	}
	if len(r.decls) == 0 {
		return r, s.fault(p.begin.from, "the markers enclose nothing", "put them around what students write")
	}
	return r, nil
}

func (s *source) enclosedBody(p pair, fn *ast.FuncDecl) (region, error) {
	r := region{pair: p, fn: fn}
	enclosed := 0
	for _, stmt := range fn.Body.List {
		switch {
		case inside(p.begin.from, stmt):
			return r, s.fault(p.begin.from, "a begin within a statement",
				"put it between statements of the function's own body")
		case inside(p.end.from, stmt):
			return r, s.fault(p.end.from, "an end within a statement", "put it before the function's closing brace")
		case stmt.End() <= p.begin.from:
			r.given = append(r.given, stmt)
		case stmt.Pos() >= p.end.from:
			return r, s.fault(p.end.from, "statements after the end could never be reached in the skeleton",
				"put it before the function's closing brace")
		default:
			enclosed++
		}
	}
	if enclosed == 0 {
		return r, s.fault(p.begin.from, "the markers enclose nothing", "put them around what students write")
	}
	return r, nil
}

func inside(pos token.Pos, n ast.Node) bool { return n.Pos() < pos && pos < n.End() }

// codeLines lists the lines of the file that hold more than comments and blanks, in order.
func (s *source) codeLines() []int {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(s.text))
	var scan scanner.Scanner
	scan.Init(file, s.text, nil, 0)
	var lines []int
	for {
		pos, tok, literal := scan.Scan()
		if tok == token.EOF {
			return lines
		}
		line := file.Line(pos)
		for range strings.Count(literal, "\n") + 1 {
			if len(lines) == 0 || lines[len(lines)-1] < line {
				lines = append(lines, line)
			}
			line++
			if tok == token.SEMICOLON {
				break // an automatic one is written as a newline
			}
		}
	}
}

func (s *source) offset(pos token.Pos) int              { return s.fset.Position(pos).Offset }
func (s *source) position(pos token.Pos) token.Position { return s.fset.Position(pos) }
func (s *source) line(pos token.Pos) string             { return strconv.Itoa(s.position(pos).Line) }

func (s *source) fault(pos token.Pos, text, remedy string) error {
	return &Fault{Pos: s.position(pos), Text: text, Remedy: remedy}
}

// checkGiven refuses given statements that do not compile without what follows them.
func (s *source) checkGiven() error {
	for _, r := range s.regions {
		if r.fn == nil {
			continue
		}
		if id := declares(r, s.networkName()); id != nil {
			return s.fault(id.Pos(), fmt.Sprintf("%s hides the package of that name", id.Name),
				"rename it: the skeleton's panic needs the package")
		}
		if id := idle(r.given); id != nil {
			return s.fault(id.Pos(), fmt.Sprintf("%s is used between the markers only", id.Name),
				"move its declaration between them")
		}
	}
	return nil
}

// declares finds a parameter, result or given local of that name.
func declares(r region, name string) *ast.Ident {
	var found *ast.Ident
	visit := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name && id.Obj != nil && id.Obj.Pos() == id.Pos() {
			found = id
		}
		return found == nil
	}
	if r.fn.Recv != nil {
		ast.Inspect(r.fn.Recv, visit)
	}
	ast.Inspect(r.fn.Type, visit)
	for _, stmt := range r.given {
		ast.Inspect(stmt, visit)
	}
	return found
}

// idle finds a local that the statements declare and do not use.
func idle(given []ast.Stmt) *ast.Ident {
	var declared []*ast.Ident
	uses := map[token.Pos]int{} // by where the local is declared
	for _, stmt := range given {
		ast.Inspect(stmt, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || id.Obj == nil || id.Obj.Kind != ast.Var || id.Name == "_" {
				return true
			}
			if _, param := id.Obj.Decl.(*ast.Field); !param && id.Obj.Pos() == id.Pos() {
				declared = append(declared, id)
			} else {
				uses[id.Obj.Pos()]++
			}
			return true
		})
	}
	for _, id := range declared {
		if uses[id.Pos()] == 0 {
			return id
		}
	}
	return nil
}
