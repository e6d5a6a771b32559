package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/process/settings"
)

// all has a key of every type.
type all struct {
	Duration  settings.Duration  `toml:"duration"`
	Count     settings.Count     `toml:"count"`
	Address   settings.Address   `toml:"address"`
	Addresses settings.Addresses `toml:"addresses"`
	Level     settings.Level     `toml:"level"`
	Format    settings.Format    `toml:"format"`
	Switch    settings.Switch    `toml:"switch"`
	Text      settings.Text      `toml:"text"`
	Bool      bool               `toml:"bool"`
	Data      string             `toml:"data"`
}

func (a *all) flags() []settings.Flag {
	return []settings.Flag{
		{Name: "duration", Usage: "u", Value: &a.Duration}, {Name: "count", Usage: "u", Value: &a.Count},
		{Name: "address", Usage: "u", Value: &a.Address}, {Name: "addresses", Usage: "u", Value: &a.Addresses},
		{Name: "level", Usage: "u", Value: &a.Level}, {Name: "format", Usage: "u", Value: &a.Format},
		{Name: "switch", Usage: "u", Value: &a.Switch}, {Name: "text", Usage: "u", Value: &a.Text},
		{Name: "bool", Usage: "u", Value: (*settings.Switch)(&a.Bool)}, {Name: "data", Usage: "u", Value: (*settings.Text)(&a.Data)},
	}
}

type file struct {
	Table all `toml:"table"`
}

// Every kind of value is refused where it cannot be, with its place.
func TestRead_Refuses(t *testing.T) {
	for line, want := range map[string]string{
		`duration = "soon"`:      `"soon" is not a time: want one such as 20s or 1m30s`,
		`duration = 3`:           `"3" is not a time: want one such as 20s or 1m30s`,
		`count = "x"`:            `"x" is not a number: want 0 or more, in digits`,
		`address = "x"`:          `bad address "x": want host:port`,
		`addresses = ["x"]`:      `bad address "x": want host:port`,
		`addresses = "x:1"`:      `want a list such as ["127.0.0.1:11120"], not this string`,
		`level = "loud"`:         `"loud" is not a level: want debug, info, warn or error`,
		`level = 3`:              `"3" is not a level: want debug, info, warn or error`,
		`format = "xml"`:         `"xml" is not a log format: want text or json`,
		`switch = "yes"`:         `want true or false, not this string`,
		`bool = "yes"`:           `want true or false, not this string`,
		`text = 3`:               `want a text in quotes, not this integer`,
		`data = 3`:               `want a text in quotes, not this integer`,
		`swich = true`:           `unknown key "swich" in [table]; did you mean "switch"?`,
		`count = 3` + "\n" + `x`: `expected`,
	} {
		var f file
		err := settings.Read("f.toml", []byte("[table]\n"+line+"\n"), &f)
		require.ErrorContains(t, err, want, line)
		require.Regexp(t, `^f\.toml:\d+:\d+: `, err.Error())
	}
}

// A key before the first table is told where it belongs, and a table that is none what it is to be.
func TestRead_OutsideOfTables(t *testing.T) {
	for text, want := range map[string]string{
		"count = 3\n[table]\n": `f.toml:1:1: key "count" stands before the first table: put it below [table]`,
		"cuont = 3\n[table]\n": `f.toml:1:1: unknown table or key "cuont"`,
		"[count]\nx = 3\n":     `f.toml:1:2: unknown table or key "count"`,
		"table = 3\n":          "want a table, not this integer",
	} {
		var f file
		require.ErrorContains(t, settings.Read("f.toml", []byte(text), &f), want, text)
	}
}

// Files as other editors save them: a mark of UTF-8 before the text and CRLF are no harm, another
// encoding is named.
func TestRead_ForeignEditors(t *testing.T) {
	var f file
	require.NoError(t, settings.Read("f.toml", []byte("\ufeff[table]\r\ncount = 3\r\n"), &f))
	require.EqualValues(t, 3, f.Table.Count)
	require.EqualError(t, settings.Read("f.toml", []byte("\xff\xfe[\x00t\x00"), &f), "f.toml: not a text in UTF-8: save it as one")
	require.NoError(t, settings.Read("f.toml", []byte("\ufeff"), &f))
}

// What Sample writes of values that are not the defaults is read as these values.
func TestSample_IsReadAsItWasWritten(t *testing.T) {
	var usual, given, got file
	for name, text := range map[string]string{
		"duration": "3s", "count": "3", "address": "a:1", "addresses": "a:1,b:2", "level": "warn", "format": "json",
		"switch": "true", "text": "a \"b\"\\\n", "bool": "true", "data": "d",
	} {
		for _, f := range given.Table.flags() {
			if f.Name == name {
				require.NoError(t, f.Value.Set(text))
			}
		}
	}
	var out strings.Builder
	require.NoError(t, settings.Sample(&out, []settings.Table{{Name: "table", Title: "t", Flags: given.Table.flags(), Defaults: usual.Table.flags()}}))
	require.NoError(t, settings.Read("f.toml", []byte(out.String()), &got))
	require.Equal(t, given, got)
}

// The file asked for, that of the data directory, that of the working directory, in this order.
func TestLocate(t *testing.T) {
	t.Chdir(t.TempDir())
	locate := func(asked, data string) string {
		t.Helper()
		path, err := settings.Locate(asked, data)
		require.NoError(t, err)
		return path
	}
	require.Empty(t, locate("", "data"))
	write := func(path string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	write("strata.toml")
	require.Equal(t, "strata.toml", locate("", "data"))
	write("data/strata.toml")
	require.Equal(t, filepath.Join("data", "strata.toml"), locate("", "data"))
	require.Equal(t, "strata.toml", locate("", ""))
	write("mine.toml")
	require.Equal(t, "mine.toml", locate("mine.toml", "data"))
	_, err := settings.Locate("none.toml", "data")
	require.ErrorContains(t, err, "none.toml")
}

func TestResolve_FlagOverEnvironmentOverFile(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll("d", 0o700))
	require.NoError(t, os.WriteFile("d/strata.toml", []byte("[table]\ncount = 1\nduration = \"1s\"\ntext = \"file\"\n"), 0o600))
	source := func(m map[string]string) settings.Lookup {
		return func(name string) (string, bool) { text, ok := m[name]; return text, ok }
	}
	var f file
	path, err := settings.Resolve(&f, f.Table.flags(), source(map[string]string{"count": "3"}),
		settings.Env(source(map[string]string{"STRATA_DATA": "d", "STRATA_COUNT": "2", "STRATA_DURATION": "2s", "STRATA_TEXT": ""})))
	require.NoError(t, err)
	require.Equal(t, filepath.Join("d", "strata.toml"), path)
	require.Equal(t, all{Count: 3, Duration: settings.Duration{Duration: 2 * time.Second}, Text: "file", Data: "d"}, f.Table)
}
