package command

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/doctor"
)

// In a desk on a machine without a network, everything that grading needs is there.
func TestDoctor_InADesk(t *testing.T) {
	strata, err := strataBinary() // before the libraries are out of reach
	require.NoError(t, err)
	s := freshDesk(t)
	s.probe = []string{strata, "version"}
	status, out, errs := s.run(t, "doctor")
	require.Equal(t, exitOK, status, out+errs)
	require.NotRegexp(t, `does not work in it|cannot be started|no program to try it with`, out)
	require.Regexp(t, `(?m)^grading +fine +our own layer 1 has its points`, out)

	status, out, errs = s.run(t, "doctor", "--json")
	require.Equal(t, exitOK, status, errs)
	var all []doctor.Finding
	require.NoError(t, json.Unmarshal([]byte(out), &all))
	require.Equal(t, "go", all[0].Name)
}

func TestDoctor_SaysThatGradingDoesNotWork(t *testing.T) {
	s := freshDesk(t)
	t.Setenv("PATH", t.TempDir())
	status, out, _ := s.run(t, "doctor")
	require.Equal(t, exitNo, status)
	require.Regexp(t, `go +broken +.*there is none on the PATH.*\n +remedy: install Go`, out)
}
