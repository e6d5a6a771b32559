package kit_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/web/kit"
)

var (
	imports  = regexp.MustCompile(`(?m)^import \{([^}]*)\} from '\./([a-z]+\.js)';`)
	exports  = regexp.MustCompile(`(?m)^export (?:async )?(?:function|class|const|let) (\w+)`)
	declared = regexp.MustCompile(`(?m)^(?:export )?(?:async )?(?:function|class|const|let) (\w+)`)
)

// modules are the texts of the kit's modules by their names.
func modules(t *testing.T) map[string]string {
	all := map[string]string{}
	names, err := fs.Glob(kit.Files, "*.js")
	require.NoError(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(kit.Files, name)
		require.NoError(t, err)
		all[name] = string(text)
	}
	return all
}

// What a module imports is there, and is exported by the module that it is imported from.
func TestModules_ImportWhatIsExported(t *testing.T) {
	all := modules(t)
	seen := 0
	for name, text := range all {
		for _, m := range imports.FindAllStringSubmatch(text, -1) {
			from, there := all[m[2]]
			require.True(t, there, "%s imports %s", name, m[2])
			given := map[string]bool{}
			for _, e := range exports.FindAllStringSubmatch(from, -1) {
				given[e[1]] = true
			}
			for wanted := range strings.SplitSeq(m[1], ",") {
				seen++
				require.True(t, given[strings.TrimSpace(wanted)], "%s imports %s from %s", name, wanted, m[2])
			}
		}
		require.Equal(t, strings.Count(text, "\nimport ")+strings.Count(text[:7], "import "), len(imports.FindAllString(text, -1)), name)
	}
	require.Greater(t, seen, 30)
}

// No module imports another that imports it in turn, on whatever way.
func TestModules_StandInAnOrder(t *testing.T) {
	all := modules(t)
	done := map[string]bool{}
	var visit func(name string, way []string)
	visit = func(name string, way []string) {
		require.NotContains(t, way, name, "a circle: %v", way)
		if done[name] {
			return
		}
		for _, m := range imports.FindAllStringSubmatch(all[name], -1) {
			visit(m[2], append(slices.Clone(way), name))
		}
		done[name] = true
	}
	for name := range all {
		visit(name, nil)
	}
	require.Greater(t, len(done), 15)
}

// explorers are the modules of package parts that pages import one by one.
var explorers = []string{"ages.js", "dom.js", "forks.js", "keyed.js", "mark.js", "netmap.js", "strip.js"}

// One script of the modules has every one but those of explorers, no import, and no name twice.
func TestScript_HasEveryModule(t *testing.T) {
	script := kit.Script()
	require.NotRegexp(t, `(?m)^(import|export) `, script)
	names := map[string]string{}
	for name, text := range modules(t) {
		if slices.Contains(explorers, name) {
			continue
		}
		first := declared.FindStringSubmatch(text)
		require.NotNil(t, first, name)
		require.Contains(t, script, first[0][strings.Index(first[0], first[1]):], "%s is in no script: add it to the list", name)
		for _, m := range declared.FindAllStringSubmatch(text, -1) {
			require.Empty(t, names[m[1]], "%s is declared in %s too", m[1], name)
			names[m[1]] = name
		}
	}
	require.Regexp(t, `return \{ .*Diagram, figure, details, whyChart, whyWords \};`, script)
	require.NotContains(t, script, "</script", "it is put into pages")
}

// Nothing is loaded from elsewhere, and every variable that a style or a script asks for is in the theme.
func TestTheme_HasEveryVariable(t *testing.T) {
	theme := kit.Theme()
	require.NotContains(t, kit.Script()+theme, "://")
	require.NotContains(t, theme, "@import")
	defined := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):`).FindAllStringSubmatch(theme, -1) {
		defined[m[1]] = true
	}
	explorer, err := fs.ReadFile(kit.Files, "explorer.css")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(theme+kit.Parts()+string(explorer), -1) {
		require.True(t, defined[m[1]], m[1])
	}
	colours, err := fs.ReadFile(kit.Files, "colours.js")
	require.NoError(t, err)
	list, _, _ := strings.Cut(string(colours), "];")
	for _, m := range regexp.MustCompile(`'([a-z0-9-]+)'`).FindAllStringSubmatch(list, -1) {
		require.True(t, strings.Contains(theme, "@property --"+m[1]+" "), "--%s is no registered colour, so a script cannot ask for it", m[1])
	}
}
