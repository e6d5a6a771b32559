package explain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/handin"
	"strata/harness/grade/sourcecheck"
	"strata/harness/lab"
)

// checked is the check of a layer's directory.
func checked(t *testing.T, dir string) sourcecheck.Layer {
	l, err := sourcecheck.Check(dir, filepath.Base(dir))
	require.NoError(t, err)
	return l
}

// A loop without a body may stand on line 1 for the compiler, or on its own: it is told as one place.
func TestLocated_EndlessLoop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "chain")
	require.NoError(t, os.Mkdir(dir, 0o700))
	file := filepath.Join(dir, "edit.go")
	require.NoError(t, os.WriteFile(file, []byte("package chain\n\nfunc once() {\n\tfor {\n\t}\n}\n\n"+
		"func (e *edit) twice() {\n\tfor {\n\t\tbreak\n\t}\n\tfor {\n\t}\n}\n"), 0o600))
	e := &Explainer{Sub: &handin.Submission{Dir: filepath.Dir(dir), Layers: []*handin.Layer{{Name: "chain", Dir: dir,
		Check: checked(t, dir)}}}}
	at := func(line, call string) string {
		frame := "exercises/chain/edit.go:" + line
		return e.located(&lab.Failure{Frame: frame, Stack: "strata/exercises/chain." + call + "(...)\n\t/x/" + frame +
			" +0x1\n"})
	}
	require.Equal(t, file+":4", at("1", "once"))
	require.Equal(t, file+":4", at("4", "once"))
	require.Equal(t, file+":8 (twice)", at("1", "(*edit).twice"), "one of two loops")
}

// Where a failure points to no line, the function whose comment names the rule is named.
func TestEntry_ByTheRule(t *testing.T) {
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	step, ok := steps.Find("gossip.3")
	require.True(t, ok)
	gossip := filepath.Join(root, "solutions", "gossip")
	e := &Explainer{Root: root, Sub: &handin.Submission{Layers: []*handin.Layer{{Name: "gossip", Dir: gossip, Check: checked(t, gossip)}}}}
	named := func(rule string) (names []string) {
		for _, at := range e.entries(step, rule) {
			require.Regexp(t, `\.go:\d+ \(\w+\)$`, at)
			names = append(names, at[strings.LastIndex(at, "("):])
		}
		return names
	}
	require.Equal(t, []string{"(Stop)"}, named("GSP-8"))
	require.Equal(t, []string{"(sweep)", "(forget)"}, named("GSP-7"))
	require.Equal(t, []string{"(sweep)"}, named(""), "the first of the step")
	require.False(t, mentions("what it does (GSP-11)", "GSP-1"))
}
