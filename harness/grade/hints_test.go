package grade_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade"
)

// renderings is where each step's third hint stands, put into Go word for word.
var renderings = filepath.Join(root, "harness", "course", "steps", "testdata", "hints")

// Whoever writes down the third hint of every step as it stands has every point. Of our solution only what is
// given to students, and helpers of other steps, is used beside it.
func TestHints_LeadToRightCode(t *testing.T) {
	full(t, 100, 4, steps.Layers, func(s steps.Step) bool {
		return slices.Contains(steps.Layers, s.Layer) || s.Layer == steps.Whole
	})
}

// The same holds for each elective, whose points are its own. Each seed runs whole ledgers, so there are few of them.
func TestHints_LeadToRightElectives(t *testing.T) {
	full(t, 20*len(steps.Electives), 2, steps.Electives, func(s steps.Step) bool { return slices.Contains(steps.Electives, s.Layer) })
}

// full grades a directory in which the third hints of some layers stand word for word, and wants every point of the
// graded steps.
func full(t *testing.T, points, seeds int, layers []string, wanted func(steps.Step) bool) {
	t.Helper()
	dir := t.TempDir()
	for _, layer := range slices.Concat(steps.Layers, layers) {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, layer), 0o700))
		written := make(map[string]bool)
		for _, s := range steps.List {
			if s.Layer != layer || !slices.Contains(layers, layer) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(renderings, s.ID+".go"))
			require.NoError(t, err, "the third hint of %s has no rendering", s.ID)
			// What a later step's hint writes again stands for the earlier one's.
			text = without(t, text, later(t, s))
			for _, name := range declared(t, text) {
				written[name] = true
			}
			require.NoError(t, os.WriteFile(filepath.Join(dir, layer, "hint"+s.ID[len(s.ID)-1:]+".go"), text, 0o600))
		}
		ours, err := filepath.Glob(filepath.Join(root, "solutions", layer, "*.go"))
		require.NoError(t, err)
		for _, name := range ours {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, layer, filepath.Base(name)), without(t, text, written),
				0o600))
		}
	}
	var ids []string
	for _, s := range steps.List {
		if wanted(s) {
			ids = append(ids, s.ID)
		}
	}
	r := graded(t, grade.Options{Dir: dir, Steps: ids, Seeds: seeds})
	var text strings.Builder
	require.NoError(t, r.Render(&text))
	require.True(t, r.Complete(), text.String())
	require.Equal(t, points, r.Of)
}

// later are the names that the renderings of later steps of the layer declare.
func later(t *testing.T, s steps.Step) map[string]bool {
	t.Helper()
	names, after := make(map[string]bool), false
	for _, other := range steps.List {
		if after && other.Layer == s.Layer {
			text, err := os.ReadFile(filepath.Join(renderings, other.ID+".go"))
			require.NoError(t, err)
			for _, name := range declared(t, text) {
				names[name] = true
			}
		}
		after = after || other.ID == s.ID
	}
	return names
}

// nameOf names a declaration: a function, a method with its receiver's type, a type. It is empty for others.
func nameOf(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		t := d.Recv.List[0].Type
		if star, ok := t.(*ast.StarExpr); ok {
			t = star.X
		}
		return fmt.Sprint(t, ".", d.Name.Name)
	case *ast.GenDecl:
		if spec, ok := d.Specs[0].(*ast.TypeSpec); ok && len(d.Specs) == 1 {
			return spec.Name.Name
		}
	}
	return ""
}

// declared names what a file declares.
func declared(t *testing.T, text []byte) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	require.NoError(t, err)
	for _, d := range file.Decls {
		if name := nameOf(d); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// without is a file without these declarations, and without imports that nothing needs any longer.
func without(t *testing.T, text []byte, names map[string]bool) []byte {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, 0)
	require.NoError(t, err)
	file.Decls = slices.DeleteFunc(file.Decls, func(d ast.Decl) bool { return names[nameOf(d)] })
	used := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			g.Specs = slices.DeleteFunc(g.Specs, func(s ast.Spec) bool {
				path, _ := strconv.Unquote(s.(*ast.ImportSpec).Path.Value)
				return !used[path[strings.LastIndex(path, "/")+1:]]
			})
		}
	}
	file.Decls = slices.DeleteFunc(file.Decls, func(d ast.Decl) bool {
		g, ok := d.(*ast.GenDecl)
		return ok && g.Tok == token.IMPORT && len(g.Specs) == 0
	})
	var out bytes.Buffer
	require.NoError(t, format.Node(&out, set, file))
	return out.Bytes()
}
