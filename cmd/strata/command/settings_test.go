package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/process/settings"
)

// session runs commands in a directory of their own, with an environment of their own.
type session struct {
	env      map[string]string
	in       io.Reader
	workshop func() []byte
	probe    []string
}

func newSession(t *testing.T) *session {
	t.Chdir(t.TempDir())
	return &session{env: map[string]string{}}
}

func (s *session) world(out, errs *bytes.Buffer) World {
	return World{Out: out, Err: errs, In: s.in, Workshop: s.workshop, Probe: s.probe, KDF: cheapKDF, LookupEnv: func(name string) (string, bool) {
		value, ok := s.env[name]
		return value, ok
	}}
}

// run runs a command that ends by itself.
func (s *session) run(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 10*patience) // some build and grade, under the race detector too
	defer cancel()
	status = Main(ctx, s.world(&o, &e), args)
	return status, o.String(), e.String()
}

// refused runs a command that cannot run as asked: exit status 2, nothing on stdout, one line on
// stderr, which it returns without the name of the command.
func (s *session) refused(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := s.run(t, args...)
	require.Equal(t, 2, status, "stderr: %s", errs)
	require.Empty(t, out)
	require.Equal(t, 1, strings.Count(errs, "\n"), "one line: %q", errs)
	line, ok := strings.CutPrefix(errs, "strata: ")
	require.True(t, ok, errs)
	return strings.TrimSuffix(line, "\n")
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

func TestSettings_FlagOverEnvironmentOverFileOverDefault(t *testing.T) {
	s := newSession(t)
	printed := func(args ...string) Settings {
		t.Helper()
		status, out, errs := s.run(t, append([]string{"node", "--print-config"}, args...)...)
		require.Zero(t, status, errs)
		got := Defaults()
		require.NoError(t, settings.Read("printed", []byte(out), &got))
		return got
	}
	require.Equal(t, Defaults(), printed())

	write(t, "strata.toml", "[node]\nmax-peers = 11\ndifficulty = 3\nmine = true\nbootstrap = [\"a:1\", \"b:2\"]\n[demo]\nfor = \"3s\"\n")
	got := printed()
	require.Equal(t, settings.Count(11), got.Node.MaxPeers)
	require.Equal(t, "a:1,b:2", got.Node.Bootstrap.String())
	require.True(t, got.Node.Mine)
	require.Equal(t, 3*time.Second, got.Demo.For.Duration)

	s.env["STRATA_MAX_PEERS"] = "12"
	s.env["STRATA_BOOTSTRAP"] = "c:3,d:4"
	s.env["STRATA_MINE"] = "false"
	s.env["STRATA_DIFFICULTY"] = "" // empty: not set
	got = printed()
	require.Equal(t, settings.Count(12), got.Node.MaxPeers)
	require.Equal(t, "c:3,d:4", got.Node.Bootstrap.String())
	require.False(t, got.Node.Mine)
	require.Equal(t, settings.Count(3), got.Node.Difficulty)

	got = printed("--max-peers", "13", "--bootstrap", "e:5", "--bootstrap", "f:6,g:7", "--mine")
	require.Equal(t, settings.Count(13), got.Node.MaxPeers)
	require.Equal(t, "e:5,f:6,g:7", got.Node.Bootstrap.String())
	require.True(t, got.Node.Mine)
	require.Equal(t, "127.0.0.1:11120", got.Node.Listen.String())
}

func TestSettings_FileElsewhere(t *testing.T) {
	s := newSession(t)
	write(t, "other.toml", "[node]\nmax-peers = 11\n")
	_, out, _ := s.run(t, "node", "--print-config", "--config", "other.toml")
	require.Contains(t, out, "\nmax-peers = 11\n")
	s.env["STRATA_CONFIG"] = "other.toml"
	_, out, _ = s.run(t, "node", "--print-config")
	require.Contains(t, out, "\nmax-peers = 11\n")
	require.Contains(t, s.refused(t, "node", "--config", "none.toml"), "none.toml: no such file")
}

// Every line of the sample, uncommented, is accepted and says what the default is.
func TestPrintConfig_UncommentedIsTheDefaults(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, printSettings(&out, Defaults()))
	var text strings.Builder
	keys := 0
	for line := range strings.Lines(out.String()) {
		if rest, ok := strings.CutPrefix(line, "#"); ok && !strings.HasPrefix(rest, " ") {
			line, keys = rest, keys+1
		}
		text.WriteString(line)
	}
	want := 0
	for _, table := range tables {
		s := Defaults()
		want += len(table.keys(&s))
	}
	require.Equal(t, want, keys)
	got := Defaults()
	require.NoError(t, settings.Read("sample", []byte(text.String()), &got))
	got.Node.Bootstrap = nil // the sample has an empty list
	require.Equal(t, Defaults(), got)
}

// Each flag is a key of its table and each key a flag, under the same name.
func TestSettings_FlagsAreKeys(t *testing.T) {
	for _, table := range tables {
		s := Defaults()
		var names []string
		for _, f := range table.keys(&s) {
			names = append(names, f.Name)
		}
		require.ElementsMatch(t, tableKeys(s)[table.name], names, table.name)
	}
}

func TestBadSettings_OneLineAndStatus2(t *testing.T) {
	for _, c := range []struct {
		name, file, want string
		args             []string
		env              map[string]string
	}{
		{name: "unknown key", file: "[node]\nmax_peers = 3\n",
			want: `strata.toml:2:1: unknown key "max_peers" in [node]; did you mean "max-peers"?`},
		{name: "two unknown keys", file: "[node]\nlisen = \"a:1\"\nxyzzyxyzzy = 3\n",
			want: `strata.toml:2:1: unknown key "lisen" in [node]; did you mean "listen"?; strata.toml:3:1: unknown key "xyzzyxyzzy" in [node]`},
		{name: "unknown table", file: "[nodes]\n", want: `strata.toml:1:2: unknown table or key "nodes"; did you mean "node"?`},
		{name: "key outside a table", file: "listen = \"a:1\"\n", want: `strata.toml:1:1: key "listen" stands before the first table: put it below [node]`},
		{name: "wrong type", file: "[node]\nmine = \"yes\"\n",
			want: "strata.toml:2:8: `mine = \"yes\"`: want true or false, not this string"},
		{name: "list", file: "[node]\nbootstrap = \"a:1\"\n",
			want: "strata.toml:2:13: `bootstrap = \"a:1\"`: want a list such as [\"127.0.0.1:11120\"], not this string"},
		{name: "bad number", file: "[node]\ndifficulty = \"many\"\n",
			want: "strata.toml:2:14: `difficulty = \"many\"`: \"many\" is not a number: want 0 or more, in digits"},
		{name: "bad address", file: "[node]\nbootstrap = [\"a:1\", \"nowhere\"]\n",
			want: "strata.toml:2:21: `bootstrap = [\"a:1\", \"nowhere\"]`: bad address \"nowhere\": want host:port"},
		{name: "bad duration", file: "[demo]\nfor = 20\n",
			want: "strata.toml:2:7: `for = 20`: \"20\" is not a time: want one such as 20s or 1m30s"},
		{name: "number for a word", file: "[node]\nlog-level = 3\n",
			want: "strata.toml:2:13: `log-level = 3`: \"3\" is not a level: want debug, info, warn or error"},
		{name: "negative", file: "[node]\nmax-peers = -3\n", want: "max-peers is -3: want 1 to 10000"},
		{name: "not toml", file: "[node\n", want: "strata.toml:1:6: `[node`: expected ']' to close table name"},
		{name: "twice", file: "[node]\nmine = true\nmine = true\n", want: "strata.toml:3:1: `mine = true`: key mine is already defined"},

		{name: "environment", env: map[string]string{"STRATA_DIFFICULTY": "x", "STRATA_MINE": "perhaps"},
			want: `STRATA_DIFFICULTY: "x" is not a number: want 0 or more, in digits; STRATA_MINE: "perhaps" is not true or false`},

		{name: "unknown flag", args: []string{"--max-peer", "3"}, want: `unknown flag --max-peer; did you mean "--max-peers"?`},
		{name: "flag without value", args: []string{"--listen"}, want: "--listen wants a value: --listen HOST:PORT"},
		{name: "bad address", args: []string{"--listen", "nowhere"}, want: `--listen: bad address "nowhere": want host:port`},
		{name: "bad port", args: []string{"--bootstrap", "a:70000"}, want: `--bootstrap: bad address "a:70000": the port is not a number from 1 to 65535`},
		{name: "bad switch", args: []string{"--mine=perhaps"}, want: `--mine: "perhaps" is not true or false`},
		{name: "bad level", args: []string{"--log-level", "loud"}, want: `--log-level: "loud" is not a level: want debug, info, warn or error`},
		{name: "bad format", args: []string{"--log-format", "xml"}, want: `--log-format: "xml" is not a log format: want text or json`},
		{name: "argument", args: []string{"now"}, want: `unknown command "now"; node has shell`},

		{name: "out of range", args: []string{"--difficulty", "65", "--max-peers", "0"},
			want: "difficulty is 65: want 1 to 64; max-peers is 0: want 1 to 10000"},
		{name: "no listening address", args: []string{"--listen", ""}, want: "listen is empty"},
		{name: "every address", args: []string{"--listen", "0.0.0.0:11120"},
			want: "listen 0.0.0.0:11120 is every address of this machine: say with --advertise which one others dial"},
		{name: "mining for nobody", args: []string{"--mine"},
			want: "mine needs a coinbase, to whom the rewards go: a public key or a key file (`strata keys new` makes one)"},
		{name: "short key", args: []string{"--coinbase", "abcd"}, want: `coinbase: "abcd" has 4 hex digits: a public key has 64`},
		{name: "no key", args: []string{"--coinbase", "alice.key"}, want: `coinbase: "alice.key" is neither a public key in hex nor a key file`},
		{name: "wrong root", args: []string{"--stack", "exercises", "--root", "."},
			want: ". is not the root of the workshop: no go.mod of module strata is there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSession(t)
			if c.env != nil {
				s.env = c.env
			}
			if c.file != "" {
				write(t, "strata.toml", c.file)
			}
			require.Equal(t, c.want, s.refused(t, append([]string{"node"}, c.args...)...))
		})
	}
}

func TestUnknownCommand(t *testing.T) {
	s := newSession(t)
	require.Equal(t, "unknown command \"grad\"; did you mean \"grade\"?; `strata help` lists them", s.refused(t, "grad"))
}

func TestModuleRoot_FoundAboveOrGiven(t *testing.T) {
	s := newSession(t)
	root, err := os.Getwd()
	require.NoError(t, err)
	write(t, "go.mod", "module strata\n\ngo 1.26\n")
	below := filepath.Join(root, "a", "b")
	require.NoError(t, os.MkdirAll(below, 0o700))
	w := s.world(nil, nil)
	find := func(args ...string) string {
		t.Helper()
		cmd := newRoot(w)
		require.NoError(t, cmd.ParseFlags(args))
		dir, err := w.moduleRoot(cmd)
		require.NoError(t, err)
		return dir
	}
	t.Chdir(below)
	require.Equal(t, root, find())
	t.Chdir(t.TempDir())
	require.Equal(t, root, find("--root", root))
	s.env["STRATA_ROOT"] = root
	require.Equal(t, root, find())
}

func TestInterrupted_ContextEndsBeforeTheCommand(t *testing.T) {
	s := newSession(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	require.Zero(t, Main(ctx, s.world(&out, &errs), []string{"version"}))
	require.Regexp(t, `^strata \S+`, out.String())
}

// tableKeys lists the keys of each table.
func tableKeys(s Settings) map[string][]string {
	return map[string][]string{"node": settings.Keys(s.Node), "demo": settings.Keys(s.Demo), "grade": settings.Keys(s.Grade)}
}
