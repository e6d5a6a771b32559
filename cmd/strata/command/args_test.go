package command

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
)

// What cannot be is refused in the project's own words, with what would do.
func TestArguments_InOurWords(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	for _, c := range []struct {
		want string
		args []string
	}{
		{"replay wants a run, SCENARIO/SEED, as a report names it", []string{"replay"}},
		{`replay wants a run, SCENARIO/SEED, as a report names it, and nothing else such as "b"`, []string{"replay", "a/1", "b"}},
		{`demo takes no argument, but was given "x"`, []string{"demo", "x"}},
		{`unknown command "foo"; trace has read`, []string{"trace", "foo"}},
		{`unknown command "nw"; keys has new, show; did you mean "new"?`, []string{"keys", "nw"}},
		{"unknown command \"grde\"; did you mean \"grade\"?; `strata help` lists them", []string{"grde"}},
		{"--shrink and --why do not go together: choose one", []string{"replay", "gossip/forget/1", "--shrink", "--why"}},
		{"--all and --again do not go together: choose one", []string{"hint", "gossip.2", "--all", "--again"}},
		{"wallet send wants a RECIPIENT and an AMOUNT", []string{"wallet", "send", "bob.wallet"}},
		{`wallet send wants a RECIPIENT and an AMOUNT, and nothing else such as "coins"`, []string{"wallet", "send", "bob.wallet", "5", "coins"}},
		{"seeds is 0: want 1 or more; without runs there is nothing to grade", []string{"grade", "--seeds", "0"}},
		{"seeds is 0: want 1 or more; without runs there is nothing to grade; timeout is 0s: want more than 0s, such as 4s", []string{"grade", "--seeds", "0", "--timeout", "0s"}},
		{`--last: "-1" will not do: want a number of 1 or more, in digits`, []string{"replay", "gossip/forget/1", "--last", "-1"}},
		{`--last: "0" will not do: want a number of 1 or more, in digits`, []string{"explore", "--last", "0"}},
		{`--crashes: "-1" will not do: want a number of 0 or more, in digits`, []string{"explore", "--crashes", "-1"}},
		{"--from is -1s: want a time of 0s or later, such as 2s", []string{"explore", "p2p/orders-both-dial", "--from", "-1s"}},
		{`--from: "soon" is not a time: want one such as 20s or 1m30s`, []string{"explore", "--from", "soon"}},
		{"unknown flag -z: `strata grade --help` lists those that there are", []string{"grade", "-z"}},
		{"--seeds wants a value: --seeds N", []string{"grade", "--seeds"}},
		{`--first-seed: "abc" is not a number: want 0 or more, in digits`, []string{"grade", "--first-seed", "abc"}},
		{`--json: "maybe" is not true or false`, []string{"grade", "--json=maybe"}},
		{`unknown layer "gosip"; did you mean "gossip"?; unknown step "gosip.2"; did you mean "gossip.2"?`, []string{"grade", "--layer", "gosip", "--step", "gosip.2"}},
		{`unknown layer "xyzzy": want one of ` + strings.Join(append(slices.Clone(steps.Written), steps.Whole), ", "), []string{"grade", "--layer", "xyzzy"}},
		{`unknown scenario "gossip/forgt"; did you mean "gossip/forget"?; all of them: strata scenarios`, []string{"replay", "gossip/forgt/1"}},
		{`--seeds: "0" will not do: want a number of 1 or more, in digits`, []string{"mutants", "--seeds", "0"}},
	} {
		args := append([]string{"--root", root}, c.args...)
		require.Equal(t, c.want, s.refused(t, args...), c.args)
	}
}

// A value is named for what it is, not for its type in Go.
func TestCommands_NameTheirValues(t *testing.T) {
	each(newRoot(Process()), func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			name, _ := pflag.UnquoteUsage(f)
			require.NotContains(t, []string{"int", "uint", "duration", "strings", "float"}, name, "%s --%s", c.CommandPath(), f.Name)
		})
	})
}

// A variable that nobody reads is told of, with the one that was likely meant; one that is read, or of
// somebody else, is not.
func TestVariables_Misspelt(t *testing.T) {
	s := newSession(t)
	warned := func(environ ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		w := s.world(&out, &errs)
		w.Environ = func() []string { return environ }
		require.Zero(t, Main(t.Context(), w, []string{"version"}))
		return errs.String()
	}
	require.Equal(t, "strata: warning: STRATA_MAX_PEER is no setting, and nobody reads it; did you mean \"STRATA_MAX_PEERS\"?\n", warned("STRATA_MAX_PEER=8"))
	require.Contains(t, warned("STRATA_XYZZY="), "STRATA_XYZZY is no setting, and nobody reads it\n")
	require.Empty(t, warned("STRATA_MAX_PEERS=8", "STRATA_SEEDS=3", "STRATA_FOR=1s", "STRATA_ROOT=/", "STRATAGEM=1", "PATH=/bin"))
	require.Empty(t, warned("STRATA_PASSWORD=secret", "STRATA_TOKEN=secret"), "a wallet reads them")
}
