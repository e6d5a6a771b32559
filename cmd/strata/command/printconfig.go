package command

import (
	"io"

	"strata/node/process/settings"
)

// tables are those of strata.toml, with the flags that are their keys.
var tables = []struct {
	name, title string
	keys        bind
}{
	{"node", "strata node: one node on TCP", nodeFlags},
	{"demo", "strata demo: a small chain on this machine", demoFlags},
	{"grade", "strata grade", gradeTable},
}

// printSettings writes the settings as a strata.toml in which the defaults are commented out.
func printSettings(out io.Writer, s Settings) error {
	var sample []settings.Table
	for _, table := range tables {
		defaults := Defaults()
		sample = append(sample, settings.Table{
			Name: table.name, Title: table.title, Flags: table.keys(&s), Defaults: table.keys(&defaults),
		})
	}
	return settings.Sample(out, sample)
}
