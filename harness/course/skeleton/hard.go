package skeleton

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/steps"
)

// hard makes the bare skeleton of one layer: one file with what the contract wants and nothing of our
// design, neither fields nor helpers. A method's comment is the contract's.
func hard(root, layer string) (map[string][]byte, error) {
	sources, err := load(root, layer)
	if err != nil {
		return nil, err
	}
	h := &bare{root: root, layer: layer, sources: sources, imports: map[string]string{}}
	if err := h.write(); err != nil {
		return nil, fmt.Errorf("skeleton: %s: %w", layer, err)
	}
	text, err := fixImports(h.file(), true)
	if err != nil {
		return nil, err
	}
	if text, err = format.Source(text); err != nil {
		return nil, err
	}
	return map[string][]byte{path.Join("exercises", layer, layer+".go"): text}, nil
}

// bare is a bare skeleton under way.
type bare struct {
	root, layer string
	sources     []*source
	imports     map[string]string // by name: the paths that our solution imports
	body        bytes.Buffer
}

// write puts together what each constructor makes.
func (h *bare) write() error {
	for _, s := range h.sources {
		h.know(s.file)
	}
	made := 0
	for _, s := range h.sources {
		for _, d := range s.file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() {
				continue
			}
			made++
			if err := h.constructor(s, fn); err != nil {
				return err
			}
		}
	}
	if made == 0 {
		return errors.New("no constructor is exported")
	}
	return nil
}

// constructor writes a constructor and the type that it makes, with the methods of the contract.
func (h *bare) constructor(s *source, fn *ast.FuncDecl) error {
	results := fn.Type.Results
	if results == nil || len(results.List) != 1 {
		return fmt.Errorf("%s does not return one value", fn.Name)
	}
	wanted, ok := results.List[0].Type.(*ast.SelectorExpr)
	if !ok {
		return fmt.Errorf("%s returns no type of a contract", fn.Name)
	}
	contract := wanted.X.(*ast.Ident).Name
	promises, err := h.promises(h.imports[contract], wanted.Sel.Name)
	if err != nil {
		return err
	}
	own, err := h.implementation(promises)
	if err != nil {
		return err
	}
	fmt.Fprintf(&h.body, "// %s implements %s.%s. What it remembers, and how, is for you to decide.\ntype %s struct{}\n\n",
		own, contract, wanted.Sel.Name, own)
	h.stub(s, fn, fn.Doc.Text())
	for _, p := range promises {
		at, method := h.method(own, p.name)
		h.stub(at, method, p.doc)
	}
	return nil
}

// promise is a method of a contract.
type promise struct{ name, doc string }

// promises lists the methods of an interface of one of our packages, those of embedded ones first.
func (h *bare) promises(importPath, name string) (all []promise, err error) {
	found, err := h.declared(importPath, name)
	if err != nil {
		return nil, err
	}
	for _, m := range found.Methods.List {
		switch t := m.Type.(type) {
		case *ast.FuncType:
			all = append(all, promise{m.Names[0].Name, m.Doc.Text()})
		case *ast.SelectorExpr:
			more, err := h.promises(h.imports[t.X.(*ast.Ident).Name], t.Sel.Name)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
	}
	return all, nil
}

// declared finds an interface of one of our packages, whose imports are known from then on.
func (h *bare) declared(importPath, name string) (found *ast.InterfaceType, err error) {
	dir, ours := strings.CutPrefix(importPath, "strata/")
	if !ours {
		return nil, fmt.Errorf("%s is no package of ours", importPath)
	}
	files, err := fs.Glob(os.DirFS(h.root), dir+"/*.go")
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(h.root, filepath.FromSlash(path)), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		h.know(file)
		found = cmp.Or(found, interfaceOf(file, name))
	}
	if found == nil {
		return nil, fmt.Errorf("%s has no interface %s", importPath, name)
	}
	return found, nil
}

// know notes what a file imports, by the names that it uses.
func (h *bare) know(file *ast.File) {
	for _, spec := range file.Imports {
		if h.imports[importName(spec)] == "" {
			h.imports[importName(spec)] = importPath(spec)
		}
	}
}

// interfaceOf finds the interface of that name in a file; nil if it declares none.
func interfaceOf(file *ast.File, name string) (found *ast.InterfaceType) {
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == name {
			found, _ = spec.Type.(*ast.InterfaceType)
		}
		return found == nil
	})
	return found
}

// implementation names our type that has all of these methods.
func (h *bare) implementation(promises []promise) (string, error) {
	var names []string
	for _, s := range h.sources {
		for _, d := range s.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && !slices.Contains(names, receiver(fn)) {
				names = append(names, receiver(fn))
			}
		}
	}
	for _, own := range names {
		if !slices.ContainsFunc(promises, func(p promise) bool { _, fn := h.method(own, p.name); return fn == nil }) {
			return own, nil
		}
	}
	return "", errors.New("no type has all methods of the contract")
}

// method finds one of our methods.
func (h *bare) method(own, name string) (*source, *ast.FuncDecl) {
	for _, s := range h.sources {
		for _, d := range s.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == name && receiver(fn) == own {
				return s, fn
			}
		}
	}
	return nil, nil
}

// receiver is the name of the type that a method belongs to.
func receiver(fn *ast.FuncDecl) string {
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// stub writes a function with a comment, and without its body.
func (h *bare) stub(s *source, fn *ast.FuncDecl, doc string) {
	for line := range strings.Lines(doc) {
		h.body.WriteString(strings.TrimRight("// "+strings.TrimRight(line, "\n"), " ") + "\n")
	}
	h.body.Write(s.text[s.offset(fn.Pos()):s.offset(fn.Body.Lbrace)])
	fmt.Fprintf(&h.body, "{\n\tpanic(%s.NotWritten(%q))\n}\n\n", path.Base(networkPath), h.step(s, fn))
}

// step is the one that writes the function, or the first of the layer.
func (h *bare) step(s *source, fn *ast.FuncDecl) string {
	for _, r := range s.regions {
		if r.fn == fn {
			return r.step
		}
	}
	return s.steps[0]
}

// file is all of it, with every import of our solution.
func (h *bare) file() []byte {
	var out bytes.Buffer
	s := h.sources[0]
	fmt.Fprintf(&out, "// This file is yours to edit. %s is the chapter; `make reset LAYER=%s HARD=1` gives a fresh copy.\n\n", s.chapter, h.layer)
	fmt.Fprintf(&out, "// Package %s is your implementation of strata/%s, which says what it has to do. Its steps:\n//\n", h.layer, steps.Contract(h.layer))
	for _, step := range steps.List {
		if step.Layer == h.layer {
			fmt.Fprintf(&out, "//\t%s\t%s\n", step.ID, step.Title)
		}
	}
	fmt.Fprintf(&out, "package %s\n\nimport (\n", h.layer)
	for _, to := range slices.Sorted(maps.Values(h.imports)) {
		fmt.Fprintf(&out, "\t%q\n", to)
	}
	out.WriteString(")\n\n")
	out.Write(h.body.Bytes())
	return out.Bytes()
}
