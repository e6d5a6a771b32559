package main

import (
	"debug/elf"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
	"strata/node/process/daemon"
	"strata/node/process/settings"
)

// deployed reads a file of deploy/node, by lines: those that go on with a backslash are one.
func deployed(t *testing.T, name string) (text string, lines []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(home, "../../deploy/node", name))
	require.NoError(t, err)
	text = strings.ReplaceAll(string(raw), "\\\n", " ")
	return text, strings.Split(text, "\n")
}

// values are what follows a word at the beginning of a line.
func values(lines []string, word string) (all []string) {
	for _, line := range lines {
		if rest, ok := strings.CutPrefix(line, word); ok {
			all = append(all, rest)
		}
	}
	return all
}

// The program needs nothing of a system but its kernel: it runs in an image that is otherwise empty.
func TestProgramIsStatic(t *testing.T) {
	path, err := binary()
	require.NoError(t, err)
	f, err := elf.Open(path)
	require.NoError(t, err)
	defer f.Close()
	require.Nil(t, f.Section(".dynamic"))
	for _, p := range f.Progs {
		require.NotContains(t, []elf.ProgType{elf.PT_INTERP, elf.PT_DYNAMIC}, p.Type)
	}
}

const unit = "strata-node.service"

// The unit's command starts a node in its state directory, and its signals are those that a node knows.
func TestUnit_ItsCommandRuns(t *testing.T) {
	_, lines := deployed(t, unit)
	t.Chdir(t.TempDir())
	require.Equal(t, []string{"strata-node"}, values(lines, "StateDirectory="))
	require.Equal(t, []string{"SIGTERM"}, values(lines, "KillSignal="))
	require.Equal(t, []string{"/bin/kill -HUP $MAINPID"}, values(lines, "ExecReload="))
	command := values(lines, "ExecStart=")
	require.Len(t, command, 1)
	words := strings.Fields(strings.ReplaceAll(command[0], "${STATE_DIRECTORY}", "state"))
	require.Equal(t, "/usr/local/bin/strata-node", words[0])
	d := start(t, words[1:]...)
	require.FileExists(t, filepath.Join("state", settings.FileName))
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGHUP))
	d.logged("settings read again")
	d.stop()
}

// Systemd understands every line of the unit, and finds it well shut in.
func TestUnit_SystemdTakesIt_NeedsSystemd(t *testing.T) {
	analyze := needs.Program(t, "apt-get install systemd", "systemd-analyze")
	path, err := binary()
	require.NoError(t, err)
	text, _ := deployed(t, unit)
	copied := filepath.Join(t.TempDir(), unit)
	require.NoError(t, os.WriteFile(copied, []byte(strings.ReplaceAll(text, "/usr/local/bin/strata-node", path)), 0o644))
	out, err := exec.CommandContext(t.Context(), analyze, "verify", copied).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NotContains(t, string(out), unit, "it has nothing to say of our file")
	out, err = exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--threshold=20", copied).CombinedOutput()
	if strings.Contains(string(out), "unrecognized option") {
		t.Skip("this systemd-analyze cannot judge a file")
	}
	require.NoError(t, err, "exposure is to be 2.0 of 10 or less:\n%s", out)
}

// requireSettings looks at settings in the environment: each exists and can be, and all together are a node.
func requireSettings(t *testing.T, env map[string]string) {
	t.Helper()
	s := daemon.Defaults()
	known := map[string]bool{}
	for _, f := range s.Flags() {
		known[settings.EnvName(f.Name)] = true
	}
	for name := range env {
		require.True(t, known[name], "no setting has the variable %s", name)
	}
	none := func(string) (string, bool) { return "", false }
	lookup := func(name string) (string, bool) { text, ok := env[name]; return text, ok }
	require.NoError(t, settings.Apply(s.Flags(), none, settings.Env(lookup)))
	_, err := s.Config()
	require.NoError(t, err)
}

// The image's program runs where nothing else is, as a user without rights, with the image's settings;
// and its health check finds it well.
func TestImage_RunsInAnEmptyRoot_NeedsRoot(t *testing.T) {
	_, lines := deployed(t, "Dockerfile")
	require.Contains(t, values(lines, "RUN "), `CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/strata-node ./cmd/strata-node`,
		"the program is that of these tests")
	require.Equal(t, []string{"golang:" + goVersion(t) + " AS build", "scratch"}, values(lines, "FROM "))
	require.Equal(t, []string{"65532:65532"}, values(lines, "USER "))
	require.Equal(t, []string{"/data"}, values(lines, "VOLUME "))
	if os.Geteuid() != 0 {
		needs.Rights(t, "run the image's program in a root of its own", os.ErrPermission)
	}
	root, ports := emptyRoot(t), []string{free(t), free(t)}
	d := launch(t, inImage(t, root, ports, values(lines, "ENTRYPOINT ")[0]))
	_, check, ok := strings.Cut(values(lines, "HEALTHCHECK ")[0], " CMD ")
	require.True(t, ok)
	out, err := inImage(t, root, ports, check).CombinedOutput()
	require.NoError(t, err, "%s", out)
	d.stop()
	out, err = inImage(t, root, ports, check).CombinedOutput()
	require.Error(t, err, "%s", out)
}

// goVersion is the one of go.mod, as in 1.26.
func goVersion(t *testing.T) string {
	text, err := os.ReadFile(filepath.Join(home, "../../go.mod"))
	require.NoError(t, err)
	m := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(text)
	require.NotNil(t, m)
	return string(m[1])
}

// emptyRoot is a directory with what the image has: the program, and /data of its user.
func emptyRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Chmod(root, 0o755))
	path, err := binary()
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "strata-node"), text, 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(root, "data"), 0o700))
	require.NoError(t, os.Chown(filepath.Join(root, "data"), 65532, 65532))
	return root
}

// inImage is a command of the image, written in JSON as in the Dockerfile. It has the image's settings, but
// listens on loopback ports that are free.
func inImage(t *testing.T, root string, ports []string, command string) *exec.Cmd {
	t.Helper()
	var words []string
	require.NoError(t, json.Unmarshal([]byte(command), &words))
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	env := imageSettings(t)
	require.Equal(t, "0.0.0.0:11120", env["STRATA_LISTEN"])
	require.Equal(t, "0.0.0.0:11180", env["STRATA_API"])
	env["STRATA_LISTEN"], env["STRATA_API"], env["STRATA_ADVERTISE"] = ports[0], ports[1], ports[0]
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	requireSettings(t, env)
	return cmd
}

// imageSettings are the variables that the image sets.
func imageSettings(t *testing.T) map[string]string {
	_, lines := deployed(t, "Dockerfile")
	env := map[string]string{}
	for _, pair := range values(lines, "ENV ") {
		name, value, ok := strings.Cut(pair, "=")
		require.True(t, ok, pair)
		env[name] = value
	}
	require.NotEmpty(t, env)
	return env
}

// What docs/deploy.md shows fits the files: programs are built as the image builds them, files and
// settings exist.
func TestDocs_Deploy(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(home, "../../docs/deploy.md"))
	require.NoError(t, err)
	_, image := deployed(t, "Dockerfile")
	_, services := deployed(t, unit)
	build := values(image, "RUN CGO_ENABLED=0 ")
	require.Len(t, build, 1)
	require.Contains(t, string(page), "\nCGO_ENABLED=0 "+strings.Replace(build[0], "/out/strata-node", "strata-node", 1)+"\n")
	program, _, _ := strings.Cut(values(services, "ExecStart=")[0], " ")
	require.Contains(t, string(page), " "+filepath.Dir(program)+"/\n")
	for _, file := range regexp.MustCompile(`deploy/[\w./-]+\w`).FindAllString(string(page), -1) {
		_, err := os.Stat(filepath.Join(home, "../..", file))
		require.NoError(t, err)
	}
	s := daemon.Defaults()
	var known []string
	for _, f := range s.Flags() {
		known = append(known, settings.EnvName(f.Name))
	}
	for _, name := range regexp.MustCompile(`STRATA_[A-Z_]+`).FindAllString(string(page), -1) {
		require.Contains(t, known, name)
	}
	for _, line := range regexp.MustCompile(`(?m)^strata-node -.*$`).FindAllString(string(page), -1) {
		_, err := parse(s.Flags(), strings.Fields(line)[1:], io.Discard)
		require.NoError(t, err, line)
	}
}
