package selfcheck

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"strata/harness/course/rules"
)

// TestClauses_StandInTheirRules: a check enforces nothing that no sentence of the law states.
func TestClauses_StandInTheirRules(t *testing.T) {
	c := &check{opt: Options{Root: "../../.."}}
	text := finds(c, func() { require.NoError(t, c.clauses()) })
	require.Empty(t, text)
	found, err := promises(os.DirFS(c.opt.Root))
	require.NoError(t, err)
	has := make(map[string]bool)
	for _, p := range found.promises {
		has[p.rule] = true
	}
	for _, r := range rules.All() {
		require.True(t, has[r.ID], "no check has a clause of %s", r.ID)
	}
	require.Greater(t, len(found.promises), 200, "the suites were read")
}

// TestClauses_FindsWhatIsWrong in tables of promises, and outside of them.
func TestClauses_FindsWhatIsWrong(t *testing.T) {
	const before = "package a\n\nimport \"strata/scenario\"\n\n"
	const good = `var gsp5Short = scenario.Promise("GSP-5", "A payload too short for an id " + "is ignored")` + "\n"
	const use = "var _ = gsp5Short\n"
	for name, c := range map[string]struct{ text, want string }{
		"good":   {good + use, ""},
		"unused": {good, "no check enforces it"},
		"paraphrase": {`var gsp5Short = scenario.Promise("GSP-5", "A short payload is ignored")` + "\n" + use,
			`"A short payload is ignored" does not stand in GSP-5`},
		"half a word": {`var gsp5Short = scenario.Promise("GSP-5", "payload too short for an i")` + "\n" + use,
			"does not stand in GSP-5"},
		"too little": {`var gsp5Short = scenario.Promise("GSP-5", "is ignored")` + "\n" + use,
			"does not stand in GSP-5"},
		"another rule": {`var gsp5Short = scenario.Promise("GSP-8", "A payload too short for an id is ignored")` + "\n" + use,
			"does not stand in GSP-8"},
		"no rule": {`var gsp99No = scenario.Promise("GSP-99", "A payload too short")` + "\nvar _ = gsp99No\n",
			"does not stand in GSP-99"},
		"not constant": {`var gsp5Short = scenario.Promise("GSP-5", text)` + "\n" + use, "does not stand in GSP-5"},
		"name": {`var short = scenario.Promise("GSP-5", "A payload too short for an id is ignored")` + "\nvar _ = short\n",
			"the name does not begin with GSP5"},
		"twice": {good + use + `var gsp5Again = scenario.Promise("GSP-5", "A payload too short for an id is ignored")` +
			"\nvar _ = gsp5Again\n", "it is the same promise as gsp5Short"},
		"by the way": {`func f(w scenario.World) { w.Fail(scenario.Promise("GSP-5", "is ignored"), "no") }`,
			"a promise that no table has"},
		"empty": {`var c = scenario.Clause{}`, "a promise that no table has"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, os.WriteFile(root+"/clauses.go", []byte(before+c.text), 0o600))
			k := &check{opt: Options{Root: root}}
			text := finds(k, func() { require.NoError(t, k.clauses()) })
			if c.want == "" {
				require.Empty(t, text)
			} else {
				require.Contains(t, text, c.want)
			}
		})
	}
	_, err := promises(fstest.MapFS{"a.go": {Data: []byte("no Go")}})
	require.ErrorContains(t, err, "a.go:1:1")
}
