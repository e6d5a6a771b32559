package mutants

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/grade/toolchain"
	"strata/harness/grade/typecheck"
)

// root is the module's.
var root = os.DirFS("../../..")

func load(t *testing.T) []Mutant {
	t.Helper()
	bank, err := Load(root)
	require.NoError(t, err)
	return bank
}

func TestBank_HasEveryLayer(t *testing.T) {
	wrong, right, names := map[string]int{}, 0, map[string]bool{}
	for _, m := range load(t) {
		require.False(t, names[m.Name], "%s stands twice", m.Name)
		names[m.Name] = true
		if m.Right() {
			right++
		} else {
			wrong[m.Layer]++
		}
	}
	for layer, least := range map[string]int{"network": 18, "messaging": 20, "p2p": 28, "gossip": 14, "mempool": 18, "chain": 26, "stack": 37, "leader": 25, "validators": 25, "lattice": 25, "causal": 25} {
		require.GreaterOrEqual(t, wrong[layer], least, "wrong solutions of %s", layer)
	}
	require.GreaterOrEqual(t, right, 12, "right solutions")
}

// docs/mutants.md says how many there are.
func TestBank_AsThePageSays(t *testing.T) {
	wrong, right := map[string]int{}, map[string]int{}
	for _, m := range load(t) {
		count := wrong
		if m.Right() {
			count = right
		}
		count[m.Layer]++
		count["all"]++
	}
	var table strings.Builder
	for _, layer := range slices.Concat(steps.Layers, []string{steps.Whole}, steps.Electives, steps.Practice, []string{"all"}) {
		fmt.Fprintf(&table, "| %s | %d | %d |\n", layer, wrong[layer], right[layer])
	}
	page, err := fs.ReadFile(root, "docs/mutants.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "\n| layer | wrong | right |\n|---|---|---|\n"+table.String()+"\n")
}

// Every check can fail: a rule that no mutant breaks may have a check that nothing trips. `strata mutants` shows that each of these mutants really fails by its rule.
func TestBank_BreaksEveryRule(t *testing.T) {
	broken := map[string]bool{}
	for _, m := range load(t) {
		broken[m.Rule] = true
	}
	for _, r := range rules.All() {
		require.True(t, broken[r.ID], "no mutant breaks %s: %s", r.ID, r.Text)
	}
}

// Every step can fail, too.
func TestBank_FailsEveryStep(t *testing.T) {
	failed := map[string]bool{}
	for _, m := range load(t) {
		failed[m.Step] = true
	}
	for _, s := range steps.List {
		require.True(t, failed[s.ID] || s.Layer == steps.Whole, "no mutant fails %s", s.ID)
	}
}

func TestBank_FitsAndCompiles(t *testing.T) {
	bank := load(t)
	require.NoError(t, fits(root, bank))
	check := checker(t)
	for _, m := range bank {
		files, err := m.Apply(root)
		require.NoError(t, err)
		for _, one := range packages(m, files) {
			require.NoError(t, check(m.Layer, one), m.Name)
		}
	}
}

// packages are the files of a mutant's layer, and apart from them those of each package around it that it changes.
func packages(m Mutant, files map[string]string) (all []map[string]string) {
	if m.Layer == steps.Whole {
		return []map[string]string{files}
	}
	own, laid := map[string]string{}, map[string]map[string]string{}
	for name, text := range files {
		dir := path.Dir(name)
		switch {
		case dir == ".":
			own[name] = text
		case slices.ContainsFunc(m.Edits, func(e Edit) bool { return m.changes(e, name) }):
			if laid[dir] == nil {
				laid[dir] = map[string]string{}
			}
			laid[dir][name] = text
		}
	}
	return append([]map[string]string{own}, slices.Collect(maps.Values(laid))...)
}

// None is refused before it runs: then it would be killed by no rule.
func TestBank_IsLetIn(t *testing.T) {
	var names []string
	var sources []typecheck.Source
	for _, m := range load(t) {
		files, err := m.Apply(root)
		require.NoError(t, err)
		if !slices.Contains(steps.Layers, m.Layer) {
			continue
		}
		one := typecheck.Source{Layer: m.Layer, Dir: m.Name, Files: make(map[string][]byte)}
		for name, text := range files {
			one.Files[path.Base(name)] = []byte(text)
		}
		sources, names = append(sources, one), append(names, m.Name)
	}
	for i := 0; i < len(sources); i += 25 {
		found, err := typecheck.Check(t.Context(), "../../..", sources[i:min(i+25, len(sources))])
		require.NoError(t, err)
		for j, findings := range found {
			require.Empty(t, findings, names[i+j])
		}
	}
}

// checker type-checks the files of a layer, with the export data of what it may import.
func checker(t *testing.T) func(layer string, files map[string]string) error {
	t.Helper()
	args := append([]string{"list"}, toolchain.Flags()...) // as all else is built here
	cmd := exec.Command("go", append(args, "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}",
		"./node", "./ledgers/leader", "./ledgers/validators", "./ledgers/lattice", "./ledgers/causal", "./ledgers/causal/blocks", "./messaging/echo", "bytes", "container/heap", "container/list", "container/ring", "crypto/ed25519", "crypto/sha256", "slices", "sort")...)
	cmd.Dir, cmd.Env = "../../..", toolchain.Env()
	list, err := cmd.Output()
	require.NoError(t, err)
	exports := map[string]string{}
	for line := range strings.Lines(string(list)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[path] = file
	}
	set := token.NewFileSet()
	imports := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(exports[path])
	})
	return func(layer string, files map[string]string) error {
		parsed := map[string][]*ast.File{} // by package
		var faults []error
		for name, text := range files {
			if built, err := isBuilt(name, text); err != nil || !built {
				faults = append(faults, err)
				continue
			}
			file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			pkg := "strata/exercises/" + layer
			if layer == steps.Whole {
				pkg = path.Join("strata", path.Dir(name))
			}
			parsed[pkg] = append(parsed[pkg], file)
		}
		for pkg, files := range parsed {
			_, err := (&types.Config{Importer: imports}).Check(pkg, set, files, nil)
			faults = append(faults, err)
		}
		return errors.Join(faults...)
	}
}

// isBuilt says whether the file is one for this system.
func isBuilt(name, text string) (bool, error) {
	here := build.Default
	here.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	return here.MatchFile(path.Split(name))
}

// A sample, two that are wrong and one that is right; `make mutants` grades them all, and so does CI.
func TestRun_Sample(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds and grades submissions")
	}
	bank, err := Bank(load(t), nil, []string{"gossip/marks-late", "chain/reward-first", "gossip/linked-list"})
	require.NoError(t, err)
	kills, err := Run(context.Background(), Options{Root: "../../..", Seeds: 10}, bank)
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, Render(&text, kills))
	require.True(t, Good(kills), text.String())
	require.Contains(t, text.String(), "2 of 2 wrong solutions killed by the rule that they break; 1 of 1 right ones have all points")
}

const sample = `Waits for nobody.

step gossip.2
rule GSP-3

-- old gossip.go --
	wait()
-- new --
	_ = wait
-- file more.go --
package gossip
`

func TestParse(t *testing.T) {
	m, err := parse(sample)
	require.NoError(t, err)
	require.Equal(t, Mutant{About: "Waits for nobody.", Step: "gossip.2", Rule: "GSP-3", Edits: []Edit{
		{File: "gossip.go", Old: "\twait()", New: "\t_ = wait"}, {File: "more.go", New: "package gossip\n"}}}, m)
	_, err = parse("-- new --\n")
	require.ErrorContains(t, err, "without the old text")
}

func TestLoad_SaysWhatIsWrong(t *testing.T) {
	for want, text := range map[string]string{
		"begin with a sentence":  strings.TrimPrefix(sample, "Waits for nobody."),
		"is no step of gossip":   strings.Replace(sample, "gossip.2", "p2p.2", 1),
		`"GSP-99" is no rule`:    strings.Replace(sample, "GSP-3", "GSP-99", 1),
		"add a section -- old":   "Nothing.\n\nstep gossip.2\nrule GSP-3\n",
		"gossip/x.txt: it does ": "\n",
	} {
		_, err := Load(fstest.MapFS{"harness/proof/mutants/gossip/x.txt": {Data: []byte(text)}})
		require.ErrorContains(t, err, want)
	}
}

func TestApply_SaysWhatDoesNotFit(t *testing.T) {
	m, err := parse(sample)
	require.NoError(t, err)
	m.Name, m.Layer = "gossip/x", "gossip"
	at := func(text string) fs.FS {
		return fstest.MapFS{"solutions/gossip/gossip.go": {Data: []byte(text)}, "solutions/gossip/a_test.go": {}}
	}
	files, err := m.Apply(at("begin\n\twait()\nend\n"))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"gossip.go": "begin\n\t_ = wait\nend\n", "more.go": "package gossip\n"}, files)
	for text, want := range map[string]string{"": "occurs 0 times in solutions/gossip/gossip.go", "\twait()\n\twait()\n": "occurs 2 times"} {
		_, err = m.Apply(at(text))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "take the lines as they are there now")
	}
	m.Edits[0].File = "gone.go"
	_, err = m.Apply(at(""))
	require.ErrorContains(t, err, "name the file that has the lines now")
}

// Carriers are compared by the electives that can be sealed as well, and by no other.
func TestCarried_IsWhatCanBeSealed(t *testing.T) {
	bank, err := Load(root)
	require.NoError(t, err)
	of := map[string]int{}
	for _, m := range Carried(bank, 0) {
		of[m.Layer]++
	}
	for _, layer := range steps.Written {
		require.Equal(t, slices.Contains(steps.Sealed, layer), of[layer] > 20, layer)
	}
	require.Len(t, Carried(bank, 5), 5)
	require.Equal(t, Carried(bank, 5), Carried(bank, 5))
}
