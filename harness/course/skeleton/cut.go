package skeleton

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"

	"strata/harness/course/steps"
)

// networkPath is the import path of the package that has NotWritten.
const networkPath = "strata/network"

// ours is how the package comment of a solution says whose it is.
var ours = regexp.MustCompile(`(?m)^(// Package \w+ is) the reference( implementation)? of layer`)

// directive is a line that holds a marker: of a finished layer they are left out.
var directive = regexp.MustCompile(`(?m)^\s*//strata:.*\n`)

// skeleton is the file that the student gets.
func (s *source) skeleton() ([]byte, error) {
	head := fmt.Sprintf("// This file is yours to edit. %s is the chapter; "+
		"`make reset LAYER=%s` gives a fresh copy.\n\n",
		s.chapter, s.layer)
	written := !slices.Contains(steps.Practice, s.layer) // what is there to be broken is finished
	text, err := s.cut(head, func(region) bool { return written })
	if err != nil {
		return nil, err
	}
	text = directive.ReplaceAll(text, nil)
	return format.Source(ours.ReplaceAll(text, []byte("$1 your implementation of layer")))
}

// blank is the file without the bodies of one step. What else the step declares stays: other steps
// may use it.
func (s *source) blank(step string) ([]byte, error) {
	text, err := s.cut("", func(r region) bool { return r.step == step && r.fn != nil })
	if err != nil {
		return nil, err
	}
	return format.Source(text)
}

// cut puts a panic in the place of the chosen bodies, takes the chosen declarations out, and sees
// that the imports fit.
func (s *source) cut(head string, chosen func(region) bool) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(head)
	at, panics := 0, false
	for _, r := range s.regions {
		if !chosen(r) {
			continue
		}
		out.Write(s.text[at:s.offset(r.begin.from)])
		if r.fn != nil {
			panics = true
			fmt.Fprintf(&out, "panic(%s.NotWritten(%q)) // %s", s.networkName(), r.step, length(r.lines))
		}
		at = s.offset(r.end.to)
	}
	out.Write(s.text[at:])
	text, err := fixImports(out.Bytes(), panics)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.position(s.file.Pos()).Filename, err)
	}
	return text, nil
}

func length(lines int) string {
	if lines == 1 {
		return "1 line in our solution"
	}
	return fmt.Sprintf("%d lines in our solution", lines)
}

// networkName is the name by which the file knows the package that has NotWritten.
func (s *source) networkName() string {
	for _, spec := range s.file.Imports {
		if importPath(spec) == networkPath {
			return importName(spec)
		}
	}
	return path.Base(networkPath)
}

// fixImports takes out the imports that are not used and adds the one that the panics need.
func fixImports(text []byte, panics bool) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for _, id := range file.Unresolved {
		used[id.Name] = true
	}
	groups := importGroups(fset, file, text, used)
	if panics && !slices.ContainsFunc(file.Imports,
		func(s *ast.ImportSpec) bool { return importPath(s) == networkPath }) {
		groups = addNetwork(groups)
	}
	from, to := importRange(file)
	block := ""
	if len(groups) > 0 {
		block = "\n\nimport (\n" + strings.Join(groups, "\n") + ")\n"
	}
	if len(groups) == 1 && strings.Count(groups[0], "\n") == 1 {
		block = "\n\nimport " + groups[0]
	}
	return slices.Concat(text[:fset.Position(from).Offset], []byte(block), text[fset.Position(to).Offset:]), nil
}

// importRange is the part of the file that its imports take, or could take.
func importRange(file *ast.File) (from, to token.Pos) {
	from, to = file.Name.End(), file.Name.End()
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			to = g.End()
		}
	}
	return from, to
}

// importGroups is the text of the imports in use, in their groups: those that an empty line
// separates.
func importGroups(fset *token.FileSet, file *ast.File, text []byte, used map[string]bool) []string {
	var groups []string
	last := -1 // line of the import before
	fresh := true
	for _, spec := range file.Imports {
		line := fset.Position(spec.Pos()).Line
		fresh = fresh || line > last+1
		last = line
		name := importName(spec)
		if name != "_" && name != "." && !used[name] {
			continue
		}
		if fresh {
			groups = append(groups, "")
			fresh = false
		}
		end := spec.End()
		if spec.Comment != nil {
			end = spec.Comment.End()
		}
		groups[len(groups)-1] += string(text[fset.Position(spec.Pos()).Offset:fset.Position(end).Offset]) + "\n"
	}
	return groups
}

// addNetwork adds the import of networkPath to the group of the project's own packages.
func addNetwork(groups []string) []string {
	line := fmt.Sprintf("%q\n", networkPath)
	for i, g := range groups {
		if strings.Contains(g, `"strata/`) {
			groups[i] += line
			return groups
		}
	}
	return append(groups, line)
}

func importPath(spec *ast.ImportSpec) string { return strings.Trim(spec.Path.Value, "`\"") }

// importName is the name that an import has in its file. Without an alias it is taken from the
// path: its last element that is not a major version.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	dir, base := path.Split(importPath(spec))
	if dir != "" && len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		return path.Base(dir)
	}
	return base
}

// leftover finds a use, outside of the markers, of a declaration that the markers of this layer
// remove.
func leftover(files []*source) error {
	gone := map[string]token.Position{}
	for _, s := range files {
		for _, r := range s.regions {
			for _, name := range names(r.decls) {
				gone[name.Name] = s.position(name.Pos())
			}
		}
	}
	for _, s := range files {
		if id := s.kept(gone); id != nil {
			at := gone[id.Name]
			return s.fault(id.Pos(),
				fmt.Sprintf("%s is used here, and removed by the markers at %s:%d", id.Name, at.Filename, at.Line),
				"mark this use too, or leave the declaration in")
		}
	}
	return nil
}

// names lists what the declarations declare for the whole package; methods are not among it.
func names(decls []ast.Decl) []*ast.Ident {
	var found []*ast.Ident
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				found = append(found, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					found = append(found, spec.Name)
				case *ast.ValueSpec:
					found = append(found, spec.Names...)
				}
			}
		}
	}
	return found
}

// kept finds an identifier outside of the markers that means one of the package's names.
func (s *source) kept(gone map[string]token.Position) *ast.Ident {
	global := map[*ast.Ident]bool{}
	for _, id := range s.file.Unresolved {
		global[id] = true
	}
	var found *ast.Ident
	ast.Inspect(s.file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.KeyValueExpr); ok {
			if key, ok := lit.Key.(*ast.Ident); ok {
				delete(global, key) // most likely a field
			}
		}
		id, ok := n.(*ast.Ident)
		if !ok || found != nil || s.marked(id.Pos()) {
			return found == nil
		}
		if _, is := gone[id.Name]; is && (global[id] || id.Obj != nil && id.Obj == s.file.Scope.Lookup(id.Name)) {
			found = id
		}
		return true
	})
	return found
}

func (s *source) marked(pos token.Pos) bool {
	return slices.ContainsFunc(s.regions, func(r region) bool { return r.begin.from < pos && pos < r.end.from })
}
