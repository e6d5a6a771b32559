package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
)

// graded is a class of two of whom one is graded.
func graded(t *testing.T) (*class.Folder, []class.Standing, report.Report) {
	t.Helper()
	f, err := class.Begin(t.TempDir(), class.List{Handins: []intake.Handin{
		{Student: intake.Student{Name: "=Amy", ID: "1234", Email: "amy@x.org", Account: "amy", Late: 1},
			Key: "amy", Digest: "d", Dir: t.TempDir()},
		{Student: intake.Student{Name: "Bob, B."}, Key: "bob", Problem: "is empty"},
	}})
	require.NoError(t, err)
	r := report.Report{Points: 4, Of: 9, Steps: []report.Step{
		{ID: "gossip.1", Layer: "gossip", Title: "Header", Status: report.Passed, Points: 4, Of: 4},
		{ID: "gossip.2", Layer: "gossip", Title: "Seen", Status: report.Failed, Of: 5},
	}, Failures: []report.Failure{{Step: "gossip.2", Scenario: "gossip/seen", Seed: 3, Rule: "GSP-3", Ending: lab.Unmet,
		Text: "</script><b>x", Hint: "look", Replay: "strata replay gossip/seen/3"}}}
	grader := func(context.Context, string, int) (report.Report, error) { return r, nil }
	_, err = f.Grade(t.Context(), class.Options{Grader: grader})
	require.NoError(t, err)
	all, err := f.Standings(class.Rules{Weights: class.Weights{Layers: map[string]float64{"gossip": 15}},
		Late: class.Late{PerDay: 10}})
	require.NoError(t, err)
	return f, all, r
}

var options = Options{Assignment: "Layers (77)", Classroom: "ds", Visibility: "after_published", Now: time.Unix(1e9, 0)}

// Each platform's table has its columns, the points of the rules, and no formula.
func TestTables(t *testing.T) {
	f, all, _ := graded(t)
	for format, want := range map[string][][]string{
		"moodle": {{"Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)",
			"Feedback comments"},
			{"Participant 1234", "'=Amy", "amy@x.org", "6", "15", "2001-09-09 01:46:40 UTC", "1 step failed, 1 day late: -0.67"},
			{"", "Bob, B.", "", "", "15", "2001-09-09 01:46:40 UTC", "is empty"}},
		"canvas": {{"Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Layers (77)"},
			{"    Points Possible", "", "", "", "", "15"},
			{"'=Amy", "1234", "", "amy", "", "6"}},
		"gradescope-gradebook": {
			{"First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status", "Submission ID",
				"Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count"},
			{"", "'=Amy", "1234", "amy@x.org", "", "6", "15", "Graded", "", "", "24:00:00", "", "1"},
			{"B.", "Bob", "", "", "", "", "15", "Missing", "", "", "00:00:00", "", "0"}},
		"csv": {{"name", "id", "email", "account", "points", "of", "days late", "taken for being late", "gossip", "gossip.1",
			"gossip.2", "remarks"},
			{"'=Amy", "1234", "amy@x.org", "amy", "6", "15", "1", "0.67", "6.67", "6.67", "0",
				"1 step failed, 1 day late: -0.67"},
			{"Bob, B.", "", "", "", "", "15", "0", "0", "", "", "", "is empty"}},
	} {
		var out bytes.Buffer
		require.NoError(t, Tables[format](&out, f, all, options))
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err, format)
		require.Equal(t, want, rows, format)
	}
	var out bytes.Buffer
	require.NoError(t, Tables["json"](&out, f, all, options))
	require.True(t, json.Valid(out.Bytes()))
	out.Reset()
	require.NoError(t, Tables["junit"](&out, f, all, options))
	require.NoError(t, xml.Unmarshal(out.Bytes(), new(struct{})))
	require.Equal(t, 1, strings.Count(out.String(), "<testsuite "))
}

// A cell begins no formula, and has nothing that a terminal obeys.
func TestText(t *testing.T) {
	require.Equal(t, "'=1+1", text("=1+1"))
	require.Equal(t, `b\x1b[31mob \u202e`, text("b\x1b[31mob \u202e"))
	require.Equal(t, "Zoë 李", text("Zoë 李"))
}

// Results of one student have the points of the rules, and whole ones for Classroom 50.
func TestEach(t *testing.T) {
	_, all, r := graded(t)
	var out bytes.Buffer
	require.NoError(t, Each["gradescope"].Write(&out, all[0], r, options))
	var scope struct {
		Score      float64
		Visibility string
		Tests      []struct {
			Score float64
			Max   float64 `json:"max_score"`
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &scope))
	require.EqualValues(t, 6, scope.Score)
	require.Equal(t, "after_published", scope.Visibility)
	require.Equal(t, 15., scope.Tests[0].Max+scope.Tests[1].Max)

	out.Reset()
	require.NoError(t, Each["classroom50"].Write(&out, all[0], r, options))
	var room map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &room))
	for _, key := range []string{"classroom", "assignment", "submission", "commit", "release", "review", "datetime"} {
		require.NotEmpty(t, room[key], key)
	}
	require.Equal(t, "classroom50/result/v1", room["schema"])
	require.EqualValues(t, 6, room["score"])
	require.EqualValues(t, 15, room["max-score"])
	require.Equal(t, "individual", room["assignment_type"])
	require.Equal(t, []any{
		map[string]any{"test-name": "gossip.1 Header", "passed": true, "score": 6., "max-score": 7.},
		map[string]any{"test-name": "gossip.2 Seen", "passed": false, "score": 0., "max-score": 8.},
	}, room["tests"], "they add up, although being late costs some")

	out.Reset()
	require.NoError(t, Each["text"].Write(&out, all[0], r, options))
	require.Contains(t, out.String(), "6 of 15 points, 1 day late: 0.67 taken")
	require.Contains(t, out.String(), "gossip.2  gossip/seen")
	require.ErrorContains(t, Options{Visibility: "secret"}.Check(), "want one of")
}

// Whole points add up, whatever their parts are.
func TestShares(t *testing.T) {
	require.Equal(t, []int{4, 3, 3}, shares(10, []float64{1, 1, 1}))
	require.Equal(t, []int{0, 10, 0}, shares(10, []float64{0.1, 9.8, 0.1}))
	require.Equal(t, []int{0, 0}, shares(0, []float64{0, 0}))
	require.Empty(t, shares(0, nil))
}

// The page shows what failed with a picture of the run, and nothing that was handed in becomes a part of it.
func TestPage(t *testing.T) {
	_, all, r := graded(t)
	var rec trace.Recorder
	rec.Event(sim.TraceEvent{})
	var out bytes.Buffer
	asked := 0
	draw := func(context.Context, class.Standing, report.Failure) (trace.Run, bool, error) {
		asked++
		return rec.Finish(trace.Header{Title: "</script><b>y"}), true, nil
	}
	err := Page(t.Context(), &out, all[0], r, draw)
	require.NoError(t, err)
	text := out.String()
	require.Equal(t, 1, asked)
	require.Contains(t, text, "<span>gossip.2</span> gossip/seen")
	require.Contains(t, text, `<figure class="spacetime"><script type="application/json">{`)
	require.NotContains(t, text, "<b>")
	require.NotContains(t, text, "http://")
	require.Equal(t, 2, strings.Count(text, "</script>"))
}
