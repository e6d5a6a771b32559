package watch

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/report"
)

// noted is a screen that notes what it is to show.
type noted struct{ all *[]string }

func (n noted) Saved([]string)                    { *n.all = append(*n.all, "saved") }
func (n noted) Begins(Job)                        { *n.all = append(*n.all, "begins") }
func (n noted) Early(grade.Failed)                { *n.all = append(*n.all, "early") }
func (n noted) Soon(report.Report, time.Duration) { *n.all = append(*n.all, "soon") }
func (n noted) Verdict(Verdict)                   { *n.all = append(*n.all, "verdict") }
func (n noted) Broken(error)                      { *n.all = append(*n.all, "broken") }
func (n noted) Gone()                             { *n.all = append(*n.all, "gone") }

// Several screens are shown the same.
func TestScreens_ShowEverythingOnEach_I13(t *testing.T) {
	var a, b []string
	all := Screens{noted{&a}, noted{&b}}
	all.Saved(nil)
	all.Begins(Job{})
	all.Early(grade.Failed{})
	all.Soon(report.Report{}, 0)
	all.Verdict(Verdict{})
	all.Broken(errors.New("full"))
	all.Gone()
	require.Equal(t, []string{"saved", "begins", "early", "soon", "verdict", "broken", "gone"}, a)
	require.Equal(t, a, b)
}

// A screen is told of each job that begins, between the save and the verdict.
func TestWatcher_TellsWhatBegins_I13(t *testing.T) {
	watching(t, func(b *bench) {
		var all []string
		b.end()
		<-b.over
		b.over = make(chan struct{})
		b.Screen = noted{&all}
		b.run()
		b.wait(takes)
		b.save("gossip", 1)
		b.wait(Join + 2*takes)
		require.Equal(b.t, []string{"begins", "soon", "verdict", "saved", "begins", "soon", "verdict", "begins", "soon", "verdict"}, all)
	})
}
