package command

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// tables are those of strata.toml, with the flags that are their keys.
var tables = []struct {
	name, title string
	keys        bind
}{
	{"node", "strata node: one node on TCP", bindNode},
	{"demo", "strata demo: a small chain on this machine", bindDemo},
	{"grade", "strata grade", bindGrade},
}

// printSettings writes the settings as a strata.toml in which the defaults are commented out.
func printSettings(out io.Writer, s Settings) error {
	var text strings.Builder
	text.WriteString("# Settings of strata, with their defaults behind the comment signs.\n")
	text.WriteString("# Each key is also a flag (--max-peers) and a variable (STRATA_MAX_PEERS), and these win.\n")
	defaults := Defaults()
	for _, table := range tables {
		fmt.Fprintf(&text, "\n# %s\n[%s]\n", table.title, table.name)
		usual := pflag.NewFlagSet("", pflag.ContinueOnError)
		table.keys(&defaults, usual)
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		flags.SortFlags = false
		table.keys(&s, flags)
		flags.VisitAll(func(f *pflag.Flag) {
			_, usage := pflag.UnquoteUsage(f)
			mark := ""
			if usual.Lookup(f.Name).Value.String() == f.Value.String() {
				mark = "#"
			}
			fmt.Fprintf(&text, "\n# %s\n%s%s = %s\n", usage, mark, f.Name, tomlValue(f.Value))
		})
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// tomlValue is the value as strata.toml has it.
func tomlValue(v pflag.Value) string {
	switch v := v.(type) {
	case *Count:
		return v.String()
	case *Addresses:
		quoted := make([]string, len(*v))
		for i, a := range *v {
			quoted[i] = strconv.Quote(a.String())
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	if v.Type() == "bool" {
		return v.String()
	}
	return strconv.Quote(v.String())
}
