package command

import (
	"time"

	"github.com/spf13/pflag"
)

// GradeSettings is the table [grade].
type GradeSettings struct {
	Seeds   Count    `toml:"seeds"`
	Jobs    Count    `toml:"jobs"`
	Timeout Duration `toml:"timeout"`
}

func defaultGrade() GradeSettings { return GradeSettings{Seeds: 200, Timeout: Duration(4 * time.Second)} }

// bindGrade has those flags of `strata grade` that are keys of [grade] too.
func bindGrade(s *Settings, flags *pflag.FlagSet) {
	g := &s.Grade
	flags.Var(&g.Seeds, "seeds", "runs of each scenario")
	flags.Var(&g.Jobs, "jobs", "processes at once; 0 means one per core")
	flags.Var(&g.Timeout, "timeout", "most that one run may take")
}
