package settings

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Table is one table of strata.toml as Sample writes it.
type Table struct {
	Name, Title     string
	Flags, Defaults []Flag // the same flags, of what to write and of the defaults
}

// Sample writes a strata.toml that says what the flags say, each key under its usage. What is as
// the defaults are is commented out.
func Sample(out io.Writer, tables []Table) error {
	var text strings.Builder
	text.WriteString("# Settings of strata, with their defaults behind the comment signs.\n")
	text.WriteString("# Each key is also a flag (--max-peers) and a variable (STRATA_MAX_PEERS), and these win.\n")
	for _, table := range tables {
		fmt.Fprintf(&text, "\n# %s\n[%s]\n", table.Title, table.Name)
		for i, f := range table.Flags {
			mark := ""
			if table.Defaults[i].Value.String() == f.Value.String() {
				mark = "#"
			}
			fmt.Fprintf(&text, "\n# %s\n%s%s = %s\n", strings.ReplaceAll(f.Usage, "`", ""), mark, f.Name, inTOML(f.Value))
		}
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// inTOML is the value as strata.toml has it.
func inTOML(v Value) string {
	switch v := v.(type) {
	case *Count, *Switch:
		return v.String()
	case *Addresses:
		quoted := make([]string, len(*v))
		for i, a := range *v {
			quoted[i] = strconv.Quote(a.String())
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return strconv.Quote(v.String())
}
