package book_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/book"
	"strata/harness/course/rules"
)

// The workshop's own book has no fault: every link leads somewhere, in the site too, and every figure is there.
func TestBuild(t *testing.T) {
	to := t.TempDir()
	pages, err := book.Build("../../..", to)
	require.NoError(t, err)
	require.Greater(t, pages, 20)
	site := os.DirFS(to)
	ids := regexp.MustCompile(` id="([^"]+)"`)
	href := regexp.MustCompile(` (?:href|src)="([^"]+)"`)
	anchors, links := map[string]map[string]bool{}, 0
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(to, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(to, name)
		rel = filepath.ToSlash(rel)
		all[rel], anchors[rel] = string(text), map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(string(text), -1) {
			anchors[rel][m[1]] = true
		}
		return err
	}))
	for name, text := range all {
		for _, m := range href.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			file, anchor, _ := strings.Cut(m[1], "#")
			target := name
			if file != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(name), file))
			}
			_, err := site.Open(target)
			require.NoError(t, err, "%s links to %s", name, m[1])
			if anchor != "" {
				require.True(t, anchors[target][anchor], "%s links to %s, which has no such anchor", name, m[1])
			}
		}
		require.NotContains(t, text, "ZgotmplZ", name)
	}
	require.Greater(t, links, 2000)
	for _, r := range rules.All() {
		require.True(t, anchors["protocol.html"][r.ID] || anchors["electives.html"][r.ID], r.ID)
	}
	require.Contains(t, all["1-network.html"], `<a href="code/solutions/network/frames.go.html#L`, "a walk points to the line")
	for _, page := range []string{"1-network.html", "2-messaging.html", "3-p2p.html", "4-gossip.html", "5-mempool.html", "6-chain.html"} {
		require.Contains(t, all[page], `<figure class="spacetime"><script type="application/json">{"drawing":`, page)
		require.Contains(t, all[page], `<script src="kit.js" defer>`, page)
	}
	require.NotContains(t, all["glossary.html"], "kit.js", "only pages with diagrams load what draws them")
	require.Contains(t, all["1-network.html"], `class="rule"`, "a rule leads to its sentence")
}

// tree makes a project of pages.
func tree(t *testing.T, files map[string]string) string {
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return root
}

func TestBuild_NamesEveryFault(t *testing.T) {
	to := filepath.Join(t.TempDir(), "site")
	_, err := book.Build(tree(t, map[string]string{
		"README.md":         "# Home\n\n[one](docs/1-a.md#there) and [two](docs/none.md)\n",
		"CONTRIBUTING.md":   "# How\n\n[self](#how) [gone](#gone)\n",
		"docs/1-a.md":       "# A\n\n![figure](img/none.png)\n\n| [x](../x.go) | `y` |\n",
		"docs/protocol.md":  "# P\n",
		"docs/glossary.md":  "# G\n\n[out](https://example.org/) [file](../README.md)\n",
		"docs/img/some.png": "x",
	}), to)
	require.Error(t, err)
	for _, want := range []string{
		"README.md:3: docs/1-a.md has no heading #there", "README.md:3: there is no docs/none.md", "CONTRIBUTING.md:3: CONTRIBUTING.md has no heading #gone",
		"docs/1-a.md:3: there is no figure docs/img/none.png", "docs/1-a.md:5: there is no x.go",
	} {
		require.ErrorContains(t, err, want)
	}
	require.Equal(t, 5, strings.Count(err.Error(), "\n")+1, "nothing else")
	require.NoDirExists(t, to, "nothing is written then")
}

// A block that says where it comes from stands there, and a script can be played: else it is a fault.
func TestBuild_HoldsBlocksToTheirFiles(t *testing.T) {
	const script = "solutions/network/testdata/scripts/one"
	page := func(from, text string) map[string]string {
		return map[string]string{"README.md": "# Home\n\n```text from " + from + "\n" + text + "```\n", "CONTRIBUTING.md": "# How\n", "docs/protocol.md": "# P\n",
			script: "node a\n----\n\nrun until=1s\n----\n    0s  a  does nothing\n", "solutions/network/testdata/scripts/bad": "fly a\n----\n    0s  a  flies\n"}
	}
	_, err := book.Build(tree(t, page(script, "    0s  a  does nothing\n")), t.TempDir())
	require.NoError(t, err)
	for want, files := range map[string]map[string]string{
		"README.md:3: this block does not stand in " + script:        page(script, "    0s  a  does something\n"),
		"README.md:3: there is no solutions/none":                    page("solutions/none", "x\n"),
		"testdata/scripts/bad: line 1: transcript: fly a: the nodes": page("solutions/network/testdata/scripts/bad", "    0s  a  flies\n"),
	} {
		_, err := book.Build(tree(t, files), t.TempDir())
		require.ErrorContains(t, err, want)
	}
}

func TestBuild_APageInNoPart(t *testing.T) {
	_, err := book.Build(tree(t, map[string]string{"README.md": "# Home\n", "CONTRIBUTING.md": "# How\n", "docs/odd.md": "# Odd\n"}), t.TempDir())
	require.EqualError(t, err, "book: docs/odd.md is in no part of the book: add it to harness/course/book/contents.go")
}

func TestAnchor(t *testing.T) {
	for title, want := range map[string]string{
		"Layer 1, network: frames over byte streams": "layer-1-network-frames-over-byte-streams", "What's new?": "whats-new", "The log, and the end": "the-log-and-the-end",
	} {
		require.Equal(t, want, book.Anchor(title))
	}
}
