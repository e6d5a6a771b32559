package intake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whose each hand-in is, the exports of the platforms say.
func TestTake_Exports(t *testing.T) {
	good := zipped(t, "work/gossip/a.go", source)
	for layout, c := range map[string]struct {
		files map[string][]byte
		want  map[string]Student
	}{
		"Moodle": {map[string][]byte{
			"Amy Miller_1234_assignsubmission_file/work.zip":     good,
			"Zoë O'Neil_77_assignsubmission_file_layers.zip":     good,
			"Amy Miller_1234_assignsubmission_onlinetext/a.html": []byte("hello"),
		}, map[string]Student{"Amy Miller": {ID: "1234"}, "Zoë O'Neil": {ID: "77"}}},
		"Canvas": {map[string][]byte{
			"milleramy_340934_208490284_work.zip":       good,
			"milleramy_340934_208490999_work-1.zip":     zipped(t, "gossip/b.go", source),
			"milleramy_340934_208490285_screen.png":     []byte("png"),
			"oneilzoe_LATE_334244_394803489_layers.zip": good,
		}, map[string]Student{"milleramy": {ID: "340934"}, "oneilzoe": {ID: "334244", Marked: true}}},
		"Gradescope": {map[string][]byte{
			metadata: []byte("---\nsubmission_17:\n  :submitters:\n" +
				"  - :name: Amy Miller\n    :sid: '1'\n    :email: amy@x.org\n" +
				"  - :name: Bob\n    :sid: '2'\n    :email: bob@x.org\n" +
				"  :created_at: 2026-11-20 22:00:01.5 Z\n  :score: 3.0\n"),
			"submission_17/gossip/a.go": []byte(source), "submission_18/gossip/a.go": []byte(source),
		}, map[string]Student{"Amy Miller": {ID: "1", Email: "amy@x.org"}, "Bob": {ID: "2", Email: "bob@x.org"},
			"submission_18": {}}},
		"Classroom 50": {map[string][]byte{
			scores:                                []byte("username,first_name,last_name,email,score,datetime,late\nlee,Lee,Ann,l@x.org,,2026-11-20T22:00:00Z,true\nann-lee,,,,,,\n"),
			"ds-strata-lee/exercises/gossip/a.go": []byte(source),
			"ds-strata-ann-lee/gossip/a.go":       []byte(source),
		}, map[string]Student{"Lee Ann": {Account: "lee", Email: "l@x.org", Marked: true}, "ann-lee": {Account: "ann-lee"}}},
	} {
		t.Run(layout, func(t *testing.T) {
			dir := t.TempDir()
			var packed []string
			for name, text := range c.files {
				put(t, filepath.Join(dir, name), text)
				packed = append(packed, name, string(text))
			}
			archive := put(t, filepath.Join(t.TempDir(), "submissions.zip"), zipped(t, packed...))
			for _, from := range []string{dir, archive} {
				class, by := took(t, Options{}, from)
				require.Equal(t, layout, class.Layout)
				require.Len(t, by, len(c.want))
				for name, want := range c.want {
					h := by[name]
					require.Empty(t, h.Problem, name)
					require.NotEmpty(t, h.Dir, name)
					want.Name, want.Submitted = name, h.Submitted
					require.Equal(t, want, h.Student)
				}
			}
		})
	}
}

// The newest of several attempts counts, and else one thing has to be left.
func TestTake_TwoWithOneName(t *testing.T) {
	class := t.TempDir()
	put(t, filepath.Join(class, "amy", "gossip", "a.go"), []byte(source))
	put(t, filepath.Join(class, "amy.zip"), zipped(t, "gossip/a.go", source))
	put(t, filepath.Join(class, "Bob", "gossip", "a.go"), []byte(source))
	put(t, filepath.Join(class, "bob", "gossip", "a.go"), []byte(source))
	c, by := took(t, Options{}, class)
	require.Len(t, c.Handins, 3)
	require.Equal(t, "is handed in more than once, as amy and amy.zip: leave one of them", by["amy"].Problem)
	require.NotEqual(t, strings.ToLower(by["bob"].Key), strings.ToLower(by["Bob"].Key))
}

// A table of names says whose is whose, and who has handed in nothing; its mistakes are told by line.
func TestNames(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "class", "h1.zip"), zipped(t, "gossip/a.go", source))
	put(t, filepath.Join(dir, "class", "h2", "gossip", "a.go"), []byte(source))
	table := put(t, filepath.Join(dir, "names.csv"), []byte("\ufeffHandin;Name;Email;Late;Submitted\r\n"+
		"h1;Amy;amy@x.org;2;\r\nh2;Bob;;;2026-11-20T23:59:00+01:00\r\nh3;Cat;;;\r\n"))
	names, err := ReadNames(table)
	require.NoError(t, err)
	_, by := took(t, Options{Names: names}, filepath.Join(dir, "class"))
	require.Len(t, by, 3)
	require.Equal(t, Student{Name: "Amy", Email: "amy@x.org", Late: 2}, by["Amy"].Student)
	require.False(t, by["Bob"].Submitted.IsZero())
	require.Equal(t, "has handed in nothing that is there", by["Cat"].Problem)

	for text, want := range map[string]string{
		"":                               "is empty",
		"name\nAmy\n":                    `:1: no column "handin" among name`,
		"handin,late\na,x\n":             `:2: late is "x": want a number of days`,
		"handin,late\na,-1\n":            `:2: late is "-1"`,
		"handin\na\nb\na\n":              ":4: a stands in line 2 already",
		"handin,name\n,Amy\n":            ":2: handin is empty",
		"handin,submitted\na,tomorrow\n": `:2: submitted: "tomorrow" is no time`,
		"handin\n\"a\n":                  ":2:",
		"handin\n\xff\n":                 "UTF-8",
	} {
		_, err := ReadNames(put(t, table, []byte(text)))
		require.ErrorContains(t, err, want, text)
	}
}

// What is no class at all is an error at once.
func TestTake_Nothing(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "empty"), 0o700))
	for path, want := range map[string]string{
		filepath.Join(dir, "empty"): "holds no hand-in",
		dir:                         "the results would lie among the hand-ins",
		filepath.Join(dir, "none"):  "no such file",
		"https://x.org/a.git":       "is not on this disk: clone it",
	} {
		_, err := Take(t.Context(), []string{path}, Options{Into: filepath.Join(dir, ".into")})
		require.ErrorContains(t, err, want)
	}
}

// A directory that has layers itself is one hand-in; names of any bytes name no file elsewhere.
func TestTake_OneAndOddNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "amy")
	put(t, filepath.Join(dir, "gossip", "a.go"), []byte(source))
	put(t, filepath.Join(dir, "mempool", "a.go"), []byte(source))
	_, by := took(t, Options{}, dir)
	require.Contains(t, by, "amy")

	class := t.TempDir()
	odd := "a\nb\xff\x1b[2J"
	put(t, filepath.Join(class, odd, "gossip", odd+".go"), []byte(source))
	put(t, filepath.Join(class, "bob", "v1", "gossip", "a.go"), []byte(source))
	put(t, filepath.Join(class, "bob", "v2", "gossip", "a.go"), []byte(source))
	_, by = took(t, Options{}, class)
	require.Empty(t, by[odd].Problem)
	require.Equal(t, "holds layers in several places: v1, v2; name the one to grade, or each of them", by["bob"].Problem)
}
