package command

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/kits"
	"strata/harness/course/skeleton"
	"strata/harness/course/workshop"
	"strata/harness/proof/needs"
)

// packed is the archive of this checkout, made once.
var packed = sync.OnceValues(func() ([]byte, error) { return workshop.Pack(filepath.Join(packageDir, "../../..")) })

// deskSession is a session without a network and without any library on the machine.
func deskSession(t *testing.T) *session {
	t.Helper()
	archive, err := packed() // before the libraries are out of reach
	require.NoError(t, err)
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	t.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOPROXY", "off")
	t.Setenv("XDG_CACHE_HOME", filepath.Join(scratch, "cache")) // unpacked once for all
	t.Setenv("HOME", t.TempDir())                               // where systems without XDG have their caches
	s := newSession(t)
	s.workshop = func() []byte { return archive }
	return s
}

// freshDesk makes a desk, and goes there.
func freshDesk(t *testing.T) *session {
	t.Helper()
	s := deskSession(t)
	status, out, errs := s.run(t, "new", "mine")
	require.Equal(t, exitOK, status, errs)
	require.Regexp(t, `^mine: \d+ files, with exercises for 6 layers and \d+ electives\nnext: cd mine && strata `, out)
	t.Chdir("mine")
	return s
}

// solve puts our layer in the place of the desk's.
func solve(t *testing.T, layer string) {
	t.Helper()
	dir := filepath.Join("exercises", layer)
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(packageDir, "../../../solutions", layer))))
}

// All that works on a checkout works in a desk, which has no solutions, on a machine without a network.
func TestNew_EverythingWorksInADesk(t *testing.T) {
	s := freshDesk(t)
	run := func(want int, args ...string) string {
		t.Helper()
		status, out, errs := s.run(t, args...)
		require.Equal(t, want, status, "%s%s", out, errs)
		return out
	}
	require.Contains(t, run(exitNo, "grade", "--layer", "network"), "0 of 10 points")
	solve(t, "network")
	require.Contains(t, run(exitOK, "grade", "--layer", "network", "--seeds", "2"), "10 of 10 points")
	require.Contains(t, run(exitOK, "replay", "network/one-frame/1", "--html", "run.html"), "passed")
	require.FileExists(t, "run.html")
	require.Contains(t, run(exitOK, "hint", "network.1"), "hint 1 of 3")
	require.FileExists(t, filepath.Join(".strata", "hints.json"))
	s.in = strings.NewReader("quit\n")
	require.Contains(t, run(exitOK, "debug", "network/one-frame/1"), "(strata)")
	require.Contains(t, run(exitOK, "book"), "index.html")
	require.Contains(t, run(exitOK, "reset", "network"), "exercises/network is fresh; the old files are in exercises/.backup/network-")
	require.Contains(t, run(exitNo, "grade", "--layer", "network"), "not written yet")
}

// A failing report names commands that need no directory.
func TestNew_FailuresAreReplayedWithoutADirectory(t *testing.T) {
	s := freshDesk(t)
	solve(t, "gossip")
	file := filepath.Join("exercises", "gossip", "gossip.go")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	broken := strings.Replace(string(text), "func (l *layer) Stop() {", "func (l *layer) Stop() {\n\treturn", 1)
	require.NotEqual(t, string(text), broken)
	require.NoError(t, os.WriteFile(file, []byte(broken), 0o600))
	_, out, _ := s.run(t, "grade", "--layer", "gossip", "--seeds", "5")
	require.Contains(t, out, "strata replay gossip/")
	require.NotContains(t, out, "--dir")
	require.Contains(t, out, file)
}

// The program with a student's layers in it is built in a desk as well.
func TestNew_StackOfADesk(t *testing.T) {
	s := freshDesk(t)
	var child string
	var out, errs bytes.Buffer
	world := s.world(&out, &errs)
	world.Exec = func(path string, _, _ []string) error { child = path; return os.ErrProcessDone }
	require.Equal(t, exitIn, Main(t.Context(), world, []string{"demo", "--stack", "exercises"}))
	version, err := exec.Command(child, "version").Output()
	require.NoError(t, err, errs.String())
	require.Contains(t, string(version), "strata ")
}

// An editor, go vet and go build find the contracts: they load packages in the same way, and go build has little to do.
func TestNew_GoFindsTheContracts(t *testing.T) {
	s := freshDesk(t)
	status, _, errs := s.run(t, "hint", "network.1")
	require.Equal(t, exitOK, status, errs)
	out, err := exec.Command("go", "build", "./...").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestNew_SaysThatTheBinaryIsAnother(t *testing.T) {
	s := freshDesk(t)
	text, err := os.ReadFile("desk.toml")
	require.NoError(t, err)
	older := strings.Replace(string(text), `workshop = "`, `workshop = "00`, 1)
	require.NoError(t, os.WriteFile("desk.toml", []byte(older), 0o600))
	status, _, errs := s.run(t, "hint", "network.1")
	require.Equal(t, exitOK, status, errs)
	require.Contains(t, errs, "strata: note: the exercises here come from the workshop 00")
}

// A directory with layers in another language has all that they need, and no solutions.
func TestNew_Kit(t *testing.T) {
	s := deskSession(t)
	for _, kit := range kits.All {
		status, out, errs := s.run(t, "new", "my "+kit.Name, "--kit", kit.Name)
		require.Equal(t, exitOK, status, errs)
		command := strings.Join(kit.Command("workshop"), " ")
		require.Regexp(t, `^my `+kit.Name+`: \d+ files, with 6 layers in `+kit.Language+`\nnext: cd 'my `+kit.Name+
			`' && strata grade --exec '`+regexp.QuoteMeta(command)+`' --trust --seeds 20 --layer network\n$`, out)
		at := func(name string) string { return filepath.Join("my "+kit.Name, name) }
		require.FileExists(t, at("workshop/gossip"+kit.Ext))
		require.DirExists(t, at("strata_kit"))
		require.FileExists(t, at(".gitlab-ci.yml"))
		for _, none := range []string{"reference", "mutants", "exercises", "go.mod"} {
			require.NoFileExists(t, at(none))
			require.NoDirExists(t, at(none))
		}
		for _, name := range []string{"README.md", ".ci/grade.sh"} {
			text, err := os.ReadFile(at(name))
			require.NoError(t, err)
			require.Contains(t, string(text), "--exec '"+command+"' --trust --seeds 20", name)
		}
	}
	require.Contains(t, s.refused(t, "new", "other", "--kit", "cobol"), `unknown kit "cobol": want python or typescript`)
	require.Contains(t, s.refused(t, "new", "other", "--kit", "python", "--hard"), "--hard is for layers in Go")
	t.Chdir("my python")
	status, _, errs := s.run(t, "hint", "network.1")
	require.Equal(t, exitOK, status, errs)
	require.NoFileExists(t, "go.work")
	for _, word := range []string{"grade", "watch"} {
		require.Contains(t, s.refused(t, word),
			"the layers here are in Python: grade them with strata grade --exec 'python3 -m workshop' --trust")
	}
}

func TestNew_Refusals(t *testing.T) {
	s := freshDesk(t)
	require.Contains(t, s.refused(t, "new", "."), "is not empty: it has .ci; name a directory that is not there yet")
	require.Contains(t, s.refused(t, "new"), "new wants the DIR to make")
	s.workshop = nil
	require.Contains(t, s.refused(t, "new", "other"), "this strata carries no workshop: build it with make build")
	require.Contains(t, s.refused(t, "hint", "network.1"), "this strata carries no workshop: build it with make build; or name the workshop with --root")
}

// The script of the workflows fetches strata from the address that the repository sets.
func TestNew_ScriptOfTheWorkflows_NeedsCurl(t *testing.T) {
	needs.Program(t, "apt-get install curl", "curl")
	freshDesk(t)
	fake := filepath.Join(t.TempDir(), "strata")
	require.NoError(t, os.WriteFile(fake, []byte("#!/bin/sh\necho graded: \"$@\"\n"), 0o600))
	script := func(env ...string) (string, error) {
		cmd := exec.Command("sh", ".ci/grade.sh", "--seeds", "5")
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := script("GRADER_URL=file://" + fake)
	require.NoError(t, err, out)
	require.Equal(t, "graded: grade --quiet --junit results.xml --seeds 5\n", out)
	out, err = script("GRADER_URL=")
	require.Error(t, err)
	require.Contains(t, out, "Set the variable GRADER_URL")
	_, err = script("GRADER_URL=file://"+fake, "GRADER_SHA256="+strings.Repeat("0", 64))
	require.Error(t, err)
}

// What docs/desk.md shows of the first step is what happens, in at most four commands.
func TestDesk_TranscriptOfThePage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(packageDir, "../../../docs/desk.md"))
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```(?:console|text)\n(.*?)```").FindAllStringSubmatch(strings.ReplaceAll(string(text), "\r\n", "\n"), 3)
	require.Len(t, blocks, 3)
	commands, made, shown := blocks[0][1], blocks[1][1], blocks[2][1]
	require.Equal(t, "$ strata new my-layers\n$ cd my-layers\n$ strata watch\n", commands)

	s := deskSession(t)
	status, out, errs := s.run(t, "new", "my-layers")
	require.Equal(t, exitOK, status, errs)
	require.Equal(t, blurred(made), blurred(out))
	t.Chdir("my-layers")
	require.Contains(t, blurred(s.watched(t, func() { solveFirstStep(t) })), blurred(shown))
}

// blurred has no numbers of files and seconds, and no time of day.
func blurred(text string) string {
	return regexp.MustCompile(`\d+ files|\d\d:\d\d:\d\d|\d+\.\d\d s`).ReplaceAllString(text, "N")
}

// solveFirstStep writes the first step as our solution has it, and leaves the others of its layer.
func solveFirstStep(t *testing.T) {
	t.Helper()
	checkout := filepath.Join(packageDir, "../../..")
	text, err := os.ReadFile(filepath.Join(checkout, "solutions", "network", "frames.go"))
	require.NoError(t, err)
	blank, err := skeleton.Blank(checkout, "network.2")
	require.NoError(t, err)
	saved := map[string]string{"frames.go": string(text), "conn.go": string(blank["conn.go"])}
	for name, text := range saved {
		write(t, filepath.Join("exercises", "network", name+"~"), text) // which is no layer's file
	}
	for name := range saved { // at once: they are one save
		file := filepath.Join("exercises", "network", name)
		require.NoError(t, os.Rename(file+"~", file))
	}
}

// heard is what a command has printed so far.
type heard struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{} // has room for one
}

// Write is io.Writer's.
func (h *heard) Write(text []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case h.more <- struct{}{}:
	default:
	}
	return h.text.Write(text)
}

// length is how much has been printed.
func (h *heard) length() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Len()
}

// until waits until what was printed from a place on is as wanted, and returns it.
func (h *heard) until(t *testing.T, from int, wanted func(text string) bool) string {
	t.Helper()
	late := time.After(patience)
	for {
		h.mu.Lock()
		text := h.text.String()[from:]
		h.mu.Unlock()
		if wanted(text) {
			return text
		}
		select {
		case <-h.more:
		case <-late:
			require.FailNow(t, "waited in vain", text)
		}
	}
}

// watched runs strata watch, and returns what it shows up to the verdict on what save does.
func (s *session) watched(t *testing.T, save func()) string {
	t.Helper()
	out := &heard{more: make(chan struct{}, 1)}
	var unused, errs bytes.Buffer
	world := s.world(&unused, &errs)
	world.Out = out
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() { ended <- Main(ctx, world, []string{"watch"}) }()
	verdict := func(text string) bool {
		return strings.Contains(text, "\nverdict: ") && strings.HasSuffix(text, " s\n")
	}
	before := out.until(t, 0, verdict)
	save()
	text := out.until(t, len(before), verdict)
	require.FileExists(t, filepath.Join(".strata", "watch.pid"))
	cancel()
	require.Equal(t, exitOK, <-ended, errs.String())
	require.NoFileExists(t, filepath.Join(".strata", "watch.pid"))
	return text
}

// A failure is told at once and then in full.
func TestWatch_ShowsAFailure(t *testing.T) {
	s := freshDesk(t)
	solve(t, "network")
	text := s.watched(t, func() {
		file := filepath.Join("exercises", "network", "network.go")
		right, err := os.ReadFile(file)
		require.NoError(t, err)
		write(t, file, strings.Replace(string(right), "func (l *layer) Stop() {", "func (l *layer) Stop() {\n\treturn", 1))
	})
	require.Contains(t, text, "--- network saved, ")
	require.Contains(t, text, "\nfails: network.3 network/")
	require.Contains(t, text, "    rule      NET-11")
	require.Contains(t, text, "\nsince the last save: network.3 fails\n")
	require.Contains(t, text, "\nverdict: network 7/10; 7 points in all; ")
}

// The README of a desk names commands that there are.
func TestNew_ReadmeNamesCommands(t *testing.T) {
	freshDesk(t)
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, block, _ := strings.Cut(string(text), "```sh\n")
	block, _, _ = strings.Cut(block, "```")
	for line := range strings.Lines(block) {
		line, _, _ = strings.Cut(line, "#")
		root := newRoot(Process())
		cmd, rest, err := root.Find(strings.Fields(line)[1:])
		require.NoError(t, err, line)
		require.NoError(t, cmd.ParseFlags(rest), line)
		require.NoError(t, cmd.ValidateArgs(cmd.Flags().Args()), line)
	}
}
