// Package style holds code that is read to what makes it readable: the length of lines, functions and
// files, and the share of comments. It looks at text and syntax, and knows nothing of what the code does.
package style

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds. A tab counts as four columns.
const (
	MaxColumns  = 120
	MaxFunction = 40  // lines, from func to the closing brace; a list of values may be longer
	MaxFile     = 300 // lines
	tab         = "    "
)

// Source is one Go file.
type Source struct {
	Name   string // as it was read
	Lines  []string
	tokens *token.FileSet
	syntax *ast.File
	text   []byte
}

// Read reads the Go files of a directory that are no tests, in the order of their names.
func Read(dir string) ([]Source, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("style: %w", err)
	}
	var all []Source
	for _, name := range slices.Sorted(slices.Values(names)) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		s, err := parse(name)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func parse(name string) (Source, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return Source{}, fmt.Errorf("style: %w", err)
	}
	s := Source{Name: name, text: bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), tokens: token.NewFileSet()}
	s.Lines = strings.Split(strings.TrimSuffix(string(s.text), "\n"), "\n")
	if s.syntax, err = parser.ParseFile(s.tokens, name, s.text, parser.ParseComments); err != nil {
		return Source{}, fmt.Errorf("style: %w", err)
	}
	return s, nil
}

// LongLines lists the lines over MaxColumns, each as "file:line: columns".
func (s Source) LongLines() (all []string) {
	for i, line := range s.Lines {
		if n := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", tab)); n > MaxColumns {
			all = append(all, fmt.Sprintf("%s:%d: %d columns", s.Name, i+1, n))
		}
	}
	return all
}

// LongFunctions lists the functions over MaxFunction, each as "file:line: name, lines". One that does nothing
// but return a list of values is a table, and may have as many rows as there are.
func (s Source) LongFunctions() (all []string) {
	for _, d := range s.syntax.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || isTable(f.Body) {
			continue
		}
		from, to := s.tokens.Position(f.Pos()).Line, s.tokens.Position(f.End()).Line
		if n := to - from + 1; n > MaxFunction {
			all = append(all, fmt.Sprintf("%s:%d: %s, %d lines", s.Name, from, f.Name.Name, n))
		}
	}
	return all
}

// isTable says whether a body is one return of a composite literal.
func isTable(body *ast.BlockStmt) bool {
	if len(body.List) != 1 {
		return false
	}
	ret, ok := body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	_, ok = ret.Results[0].(*ast.CompositeLit)
	return ok
}

// Commented is how many lines hold a comment, or a part of one, and how many are not blank.
func (s Source) Commented() (commented, lines int) {
	with := make(map[int]bool)
	var scan scanner.Scanner
	set := token.NewFileSet()
	file := set.AddFile(s.Name, -1, len(s.text))
	scan.Init(file, s.text, nil, scanner.ScanComments)
	for {
		pos, tok, lit := scan.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.COMMENT {
			for i := range strings.Count(lit, "\n") + 1 {
				with[file.Line(pos)+i] = true
			}
		}
	}
	for _, line := range s.Lines {
		if strings.TrimSpace(line) != "" {
			lines++
		}
	}
	return len(with), lines
}

// Unmade lists the literals of pkg.typ that do not stand in a call of pkg.by, each as "file:line". The zero
// value may stand anywhere.
func (s Source) Unmade(pkg, typ, by string) (all []string) {
	made := make(map[ast.Node]bool)
	is := func(e ast.Expr, name string) bool {
		sel, ok := e.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != name {
			return false
		}
		x, ok := sel.X.(*ast.Ident)
		return ok && x.Name == pkg
	}
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if is(n.Fun, by) {
				for _, arg := range n.Args {
					made[arg] = true
				}
			}
		case *ast.CompositeLit:
			if list, ok := n.Type.(*ast.ArrayType); ok && is(list.Elt, typ) {
				for _, e := range n.Elts { // of a type that is left out
					if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil && len(lit.Elts) > 0 {
						all = append(all, s.at(lit))
					}
				}
			}
			if is(n.Type, typ) && len(n.Elts) > 0 && !made[n] {
				all = append(all, s.at(n))
			}
		}
		return true
	})
	return all
}

func (s Source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.Name, s.tokens.Position(n.Pos()).Line)
}
