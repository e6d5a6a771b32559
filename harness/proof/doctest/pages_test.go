package doctest

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/rules"
	"strata/harness/course/steps"
)

const root = "../../.."

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	walkRow  = regexp.MustCompile("^\\| \\[([^\\]]+)\\]\\(\\.\\./([^)]+)\\) \\| `([^`]+)` \\|")
	stepRow  = regexp.MustCompile(`^\| ([a-z0-9]+\.\d) \| (.*) \| (.*) \| (\d+) \| (.*) \|$`)
	ruleName = regexp.MustCompile(`\b(NET|MSG|P2P|GSP|MEM|CHN|FRK|SYN|LED|LDR|ECH)-(\d+)\b`)
)

// Every link of the book that stays in the project leads somewhere, to a heading too.
func TestLinks(t *testing.T) {
	names, err := pages(root)
	require.NoError(t, err)
	for _, page := range names {
		lines, err := read(root, page)
		require.NoError(t, err)
		for i, line := range lines {
			for _, m := range link.FindAllStringSubmatch(line, -1) {
				if strings.Contains(m[1], "://") {
					continue
				}
				file, anchor, _ := strings.Cut(m[1], "#")
				to := page
				if file != "" {
					to = path.Join(path.Dir(page), file)
				}
				at := fmt.Sprintf("%s:%d: %s", page, i+1, m[1])
				require.FileExists(t, exists(t, at, to), at)
				if anchor != "" {
					require.Contains(t, anchors(t, to), anchor, at)
				}
			}
		}
	}
}

// exists is the file, or for a directory some file of it.
func exists(t *testing.T, at, to string) string {
	name := filepath.Join(root, filepath.FromSlash(to))
	info, err := os.Stat(name)
	require.NoError(t, err, at)
	if info.IsDir() {
		return filepath.Join(root, "go.mod")
	}
	return name
}

// anchors lists what the headings of a page can be linked to by.
func anchors(t *testing.T, page string) []string {
	lines, err := read(root, page)
	require.NoError(t, err)
	var all []string
	for _, line := range lines {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			text := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(title), "")
			all = append(all, strings.ReplaceAll(text, " ", "-"))
		}
	}
	return all
}

// The code walks point into code by what stands there.
func TestCodeWalks(t *testing.T) {
	for _, layer := range steps.Written {
		page := chapter(layer)
		lines, err := read(root, page)
		require.NoError(t, err)
		found := 0
		for i, line := range lines {
			if checkWalkRow(t, page, i, line) {
				found++
			}
		}
		require.GreaterOrEqual(t, found, 5, "%s has a code walk", page)
	}
}

// checkWalkRow holds a row of a walk to the code; false if the line is none.
func checkWalkRow(t *testing.T, page string, i int, line string) bool {
	m := walkRow.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	at := fmt.Sprintf("%s:%d", page, i+1)
	require.Equal(t, m[1], m[2], at)
	text, err := os.ReadFile(filepath.Join(root, m[2]))
	require.NoError(t, err, at)
	if !strings.Contains(string(text), m[3]) {
		t.Errorf("%s: %s has no %q", at, m[2], m[3])
	}
	return true
}

func chapter(layer string) string {
	for _, s := range steps.List {
		if s.Layer == layer {
			return s.Chapter()
		}
	}
	return ""
}

// The chapters' tables of steps say what the list of steps does.
func TestChaptersListTheSteps(t *testing.T) {
	seen := map[string]bool{}
	for _, layer := range steps.Written {
		page := chapter(layer)
		lines, err := read(root, page)
		require.NoError(t, err)
		for i, line := range lines {
			m := stepRow.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			s, ok := steps.Find(m[1])
			require.True(t, ok, "%s:%d: no step %s", page, i+1, m[1])
			require.Equal(t, page, s.Chapter(), s.ID)
			seen[s.ID] = true
			length := fmt.Sprintf("%d lines", s.Lines)
			if s.Lines == 0 {
				length = "nothing to write"
			}
			want := fmt.Sprintf("| %s | %s | %s | %d | %s |", s.ID, s.Title, strings.Join(s.Rules, ", "), s.Points, length)
			if line != want {
				t.Errorf("%s:%d:\n%s\nwant\n%s", page, i+1, line, want)
			}
		}
	}
	require.Len(t, seen, len(steps.List))
}

// Rules that a page names exist, and the chapter of a layer names all of its rules.
func TestRules(t *testing.T) {
	names, err := pages(root)
	require.NoError(t, err)
	named := map[string]map[string]bool{}
	for _, page := range names {
		lines, err := read(root, page)
		require.NoError(t, err)
		named[page] = map[string]bool{}
		for i, line := range lines {
			for _, id := range ruleIDs(line) {
				named[page][id] = true
				_, ok := rules.Find(id)
				require.True(t, ok, "%s:%d: no rule %s", page, i+1, id)
			}
		}
	}
	for _, r := range rules.All() {
		require.True(t, named[chapter(r.Layer)][r.ID], "%s does not speak of %s", chapter(r.Layer), r.ID)
	}
}

// The README says how many rules there are.
func TestReadme_CountsTheRules(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	require.Contains(t, string(text), fmt.Sprintf("(docs/protocol.md): %d rules,", len(rules.All())))
}

// ruleIDs lists the rules that a line names; "FRK-1 to FRK-8" names all eight.
func ruleIDs(line string) []string {
	all := ruleName.FindAllString(line, -1)
	for _, m := range regexp.MustCompile(`([A-Z0-9]+)-(\d+) to ([A-Z0-9]+)-(\d+)`).FindAllStringSubmatch(line, -1) {
		var from, to int
		_, err := fmt.Sscan(m[2]+" "+m[4], &from, &to)
		for n := from; err == nil && m[1] == m[3] && n <= to; n++ {
			all = append(all, fmt.Sprintf("%s-%d", m[1], n))
		}
	}
	return all
}

// Go blocks are code of this project, which is compiled: each stands in some file as it is shown.
func TestGoBlocks(t *testing.T) {
	sources := sourceText(t)
	for _, b := range allBlocks(t) {
		if b.lang != "go" {
			continue
		}
		if !strings.Contains(sources, squeeze(strings.Join(b.text, "\n"))) {
			t.Errorf("%s: this code stands nowhere in the project", b.at(0))
		}
	}
}

// sourceText is all Go files of the project, squeezed.
func sourceText(t *testing.T) string {
	var all strings.Builder
	err := filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		text, err := os.ReadFile(name)
		all.WriteString(squeeze(string(text)) + "\n")
		return err
	})
	require.NoError(t, err)
	return all.String()
}

// squeeze joins what blanks separate by one blank.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

// docs/dependencies.md accounts for what go.mod requires directly, and for nothing else.
func TestDependencies(t *testing.T) {
	lines, err := read(root, "go.mod")
	require.NoError(t, err)
	required := map[string]string{}
	for _, line := range lines {
		f := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(f) == 2 && strings.Contains(f[0], ".") && strings.HasPrefix(f[1], "v") {
			required[f[0]] = f[1]
		}
	}
	lines, err = read(root, "docs/dependencies.md")
	require.NoError(t, err)
	listed := map[string]string{}
	for _, line := range lines {
		if f := strings.Split(line, " | "); len(f) >= 3 && strings.Contains(f[0], "/") && strings.HasPrefix(f[1], "v") { // a Go module
			listed[strings.TrimPrefix(f[0], "| ")] = f[1]
		}
	}
	require.Equal(t, required, listed)
}

func allBlocks(t *testing.T) []block {
	names, err := pages(root)
	require.NoError(t, err)
	var all []block
	for _, page := range names {
		lines, err := read(root, page)
		require.NoError(t, err)
		found, err := blocks(page, lines)
		require.NoError(t, err)
		all = append(all, found...)
	}
	return all
}
