package main

import (
	"bytes"
	"io"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/daemon"
)

// The help names every setting with what its value is and with its default, as `strata node --help` does.
func TestHelp(t *testing.T) {
	var out bytes.Buffer
	require.Error(t, run(t.Context(), []string{"-h"}, &out, io.Discard))
	s := daemon.Defaults()
	for _, f := range s.Flags() {
		require.Contains(t, out.String(), "\n  -"+f.Name)
	}
	require.NotRegexp(t, regexp.MustCompile(`(?m)^  -\S+ value$`), out.String(), "values are named")
	for _, line := range []string{"-listen HOST:PORT\n", "-mine\n", "text, json (default text)\n", "(default info)\n", "(default 7)\n"} {
		require.Contains(t, out.String(), line)
	}
}

func TestUnknownFlag(t *testing.T) {
	refused := func(args ...string) string {
		t.Helper()
		err := run(t.Context(), args, io.Discard, io.Discard)
		require.Error(t, err)
		return err.Error()
	}
	require.Equal(t, "unknown flag -difficulti; did you mean \"-difficulty\"; `strata-node -h` lists those that there are", refused("--difficulti", "5"))
	require.Equal(t, "unknown flag -xyzzy; `strata-node -h` lists those that there are", refused("-xyzzy"))
	require.Contains(t, refused("-mine", "-listen", "-xyz", "--lissten=:1"), `unknown flag -lissten; did you mean "-listen"`, "-xyz is a value")
	require.Equal(t, "flag needs an argument: -listen", refused("-listen"))
}
