package watch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
)

// bench is a watcher in virtual time: a fake source, fake files, and a grader that takes a second.
type bench struct {
	*Watcher
	t      *testing.T
	source signal
	files  Tree
	out    bytes.Buffer
	jobs   []Job             // that were begun
	fails  map[string]string // scenario that fails, by step
	err    error             // of the grader
	end    context.CancelFunc
	over   chan struct{}
	keys   chan rune
	takes  time.Duration // that the grader works
	turn   atomic.Int64  // virtual time alone tells the race detector nothing of who comes after whom
}

// after is passed by whoever goes on with what another has left.
func (b *bench) after() { b.turn.Add(1) }

// Write keeps what the screen shows.
func (b *bench) Write(text []byte) (int, error) {
	b.after()
	return b.out.Write(text)
}

// takes is how long the fake grader works, unless a test says otherwise.
const takes = time.Second

func (b *bench) Changes() <-chan struct{} { return b.source.changes }
func (b *bench) Close()                   {}

// watching runs a test on a bench whose first grade is over.
func watching(t *testing.T, test func(b *bench)) { watchingOnly(t, nil, test) }

// watchingOnly has those layers watched alone.
func watchingOnly(t *testing.T, layers []string, test func(b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Layers = layers
		b.run()
		b.wait(takes)
		b.out.Reset()
		b.jobs = nil
		test(b)
		b.end()
		<-b.over
	})
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, source: newSignal(), files: Tree{}, fails: map[string]string{}, over: make(chan struct{}),
		takes: takes}
	for i, layer := range steps.Layers {
		b.files[layer] = [32]byte{byte(i)}
	}
	b.keys = make(chan rune)
	b.Watcher = &Watcher{
		Source: b, Read: func() Tree { b.after(); return maps.Clone(b.files) }, Grade: b.grade,
		Screen: Lines{Out: b, Dir: "exercises"}, Keys: b.keys,
	}
	return b
}

func (b *bench) run() {
	ctx, cancel := context.WithCancel(b.t.Context())
	b.end = cancel
	go func() {
		b.Run(ctx)
		close(b.over)
	}()
}

// wait lets virtual time pass, and everything happen that is due.
func (b *bench) wait(d time.Duration) {
	b.after()
	time.Sleep(d)
	synctest.Wait()
}

// save changes a layer, and tells of it.
func (b *bench) save(layer string, version byte) {
	b.files[layer] = [32]byte{version, 1}
	b.after()
	b.source.tell()
	synctest.Wait()
}

// grade is a grader that finds what the bench says.
func (b *bench) grade(ctx context.Context, job Job) (report.Report, error) {
	b.after()
	b.jobs = append(b.jobs, job)
	select {
	case <-ctx.Done():
		return report.Report{}, ctx.Err()
	case <-time.After(b.takes / 2):
	}
	var r report.Report
	for _, s := range steps.List {
		if !contains(job.Layers, s.Layer) && !contains(job.Steps, s.ID) {
			continue
		}
		step := report.Step{
			ID: s.ID, Layer: s.Layer, Title: s.Title, Status: report.Passed, Points: s.Points, Of: s.Points,
		}
		if name := b.fails[s.ID]; name != "" {
			step.Status, step.Points = report.Failed, 0
			job.Failed(grade.Failed{Step: s.ID, Scenario: name, Seed: 7, Text: "it went wrong\nin two lines"})
			r.Failures = append(r.Failures, report.Failure{
				Step: s.ID, Scenario: name, Seed: 7, Title: "A promise of " + name + ".", Text: "it went wrong",
			})
		}
		r.Steps = append(r.Steps, step)
	}
	if len(r.Failures) == 0 {
		soon := r
		soon.Seeds, soon.Layers = 40, []report.LayerSum{{Layer: strings.Join(job.Layers, "+"), Points: 1, Of: 1}}
		job.Passes(soon)
	}
	select {
	case <-ctx.Done():
		return report.Report{}, ctx.Err()
	case <-time.After(b.takes / 2):
	}
	return r, b.err
}

func contains(all []string, one string) bool {
	return strings.Contains(" "+strings.Join(all, " ")+" ", " "+one+" ")
}

func (b *bench) layers() (all []string) {
	for _, job := range b.jobs {
		all = append(all, strings.Join(append(job.Layers, job.Steps...), "+"))
	}
	return all
}

func TestWatcher_BeginsWithEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.run()
		b.wait(takes)
		require.Equal(t, []string{"network+messaging+p2p+gossip+mempool+chain+stack"}, b.layers())
		require.Contains(t, b.out.String(), "verdict: ")
		b.end()
		<-b.over
	})
}

// The whole stack that is watched alone is graded at once, and after each save.
func TestWatcher_TheStackAlone(t *testing.T) {
	watchingOnly(t, []string{steps.Whole}, func(b *bench) {
		require.Equal(b.t, report.Passed, b.known["stack.1"].Status, "graded at the start")
		b.save("gossip", 1)
		b.wait(Join + takes)
		require.Equal(b.t, []string{"stack"}, b.layers())
		require.Contains(b.t, b.out.String(), "--- gossip saved, ")
		require.Contains(b.t, b.out.String(), "verdict: ")
	})
}

// With some layers and the stack, a save of one of them has it graded and then the stack; of another, the stack.
func TestWatcher_ALayerAndTheStack(t *testing.T) {
	watchingOnly(t, []string{"gossip", steps.Whole}, func(b *bench) {
		b.save("gossip", 1)
		b.wait(Join + 2*takes)
		b.save("p2p", 1)
		b.wait(Join + takes)
		require.Equal(b.t, []string{"gossip", "stack", "stack"}, b.layers())
	})
}

// Of one layer that is watched nothing else is graded.
func TestWatcher_OneLayer(t *testing.T) {
	watchingOnly(t, []string{"gossip"}, func(b *bench) {
		b.save("p2p", 1)
		b.wait(Join + takes)
		require.Empty(b.t, b.out.String())
		b.save("gossip", 1)
		b.wait(Join + 2*takes)
		require.Equal(b.t, []string{"gossip"}, b.layers())
	})
}

// An elective is graded when it is saved, by itself: no layer and not the whole stack waits for it, nor it for them.
func TestWatcher_AnElective(t *testing.T) {
	watching(t, func(b *bench) {
		require.NotContains(b.t, b.known, "leader.1", "not graded before")
		b.save("leader", 1)
		b.wait(Join + 3*takes)
		require.Equal(b.t, []string{"leader"}, b.layers())
		require.Contains(b.t, b.out.String(), "--- leader saved, ")
		require.Contains(b.t, b.out.String(), "\nso far: leader ")
		b.fails["leader.3"] = "leader/count"
		b.save("leader", 2)
		b.wait(Join + 3*takes)
		require.Contains(b.t, b.out.String(), "since the last save: leader.3 fails")
		b.save("gossip", 1)
		b.wait(Join + 3*takes)
		require.Equal(b.t, []string{"leader", "leader", "gossip", "stack"}, b.layers())
	})
}

// An elective that is watched alone is graded at the start, and after each of its saves.
func TestWatcher_AnElectiveAlone(t *testing.T) {
	watchingOnly(t, []string{"leader"}, func(b *bench) {
		require.Equal(b.t, report.Passed, b.known["leader.5"].Status, "graded at the start")
		b.save("gossip", 1)
		b.wait(Join + 2*takes)
		require.Empty(b.t, b.layers())
		b.save("leader", 1)
		b.wait(Join + 2*takes)
		require.Equal(b.t, []string{"leader"}, b.layers())
	})
}

// Events within 120 ms of each other are one save; the layer has its turn, and then the stack.
func TestWatcher_JoinsEvents(t *testing.T) {
	watching(t, func(b *bench) {
		for i := range 3 {
			b.save("gossip", byte(i))
			b.wait(Join - time.Millisecond)
			require.Empty(b.t, b.out.String())
		}
		b.wait(time.Millisecond)
		require.Regexp(b.t, "^\n--- gossip saved, 0", b.out.String())
		b.wait(2 * takes)
		require.Equal(b.t, []string{"gossip", "gossip", "gossip", "stack"}, b.layers())
		require.Equal(b.t, 2, strings.Count(b.out.String(), "verdict: "))
	})
}

// A grade begins with the first event. What it finds is shown when the contents have settled, and not before.
func TestWatcher_BeginsAtOnce(t *testing.T) {
	watching(t, func(b *bench) {
		b.takes = Join / 2
		b.fails["gossip.2"] = "gossip/once"
		b.save("gossip", 1)
		require.Equal(b.t, []string{"gossip"}, b.layers())
		b.wait(Join - time.Millisecond)
		require.Empty(b.t, b.out.String(), "graded, and not settled")
		b.wait(time.Millisecond)
		require.Regexp(b.t, `(?s)^\n--- gossip saved, .*\nfails: gossip\.2 .*\nverdict: `, b.out.String())
		require.Equal(b.t, []string{"gossip"}, b.layers())
	})
}

// G2: that all is well so far is shown before the verdict, when the contents have settled; never of a job that was dropped.
func TestWatcher_SaysSoonThatAllIsWell_G2(t *testing.T) {
	watchingOnly(t, []string{"gossip"}, func(b *bench) {
		b.takes = 4 * Join
		b.save("gossip", 1)
		b.wait(2 * Join)
		require.Regexp(b.t, `^\n--- gossip saved, \S+\nso far: gossip 1/1, with the first 40 seeds; 0\.24 s\n$`, b.out.String())
		b.wait(2 * Join)
		require.Contains(b.t, b.out.String(), "\nverdict: ")
		b.out.Reset()
		b.save("gossip", 2)
		b.wait(Join)
		b.save("gossip", 3)
		b.wait(2 * Join)
		require.Equal(b.t, 1, strings.Count(b.out.String(), "so far: "), b.out.String())
		b.fails["gossip.2"] = "gossip/once"
		b.save("gossip", 4)
		b.wait(5 * Join)
		require.Equal(b.t, 1, strings.Count(b.out.String(), "so far: "), b.out.String())
	})
}

// What was graded before the last event is not shown if that changed anything.
func TestWatcher_ForgetsWhatDidNotSettle(t *testing.T) {
	watching(t, func(b *bench) {
		b.takes = Join / 2
		b.fails["gossip.2"] = "gossip/once"
		b.save("gossip", 1)
		b.wait(Join - time.Millisecond)
		delete(b.fails, "gossip.2")
		b.save("gossip", 2)
		b.wait(2 * Join)
		require.Equal(b.t, []string{"gossip", "gossip", "stack"}, b.layers())
		require.NotContains(b.t, b.out.String(), "fails: ")
	})
}

// Contents that change and change back were never saved: what was due before is due again.
func TestWatcher_ChangedAndBack(t *testing.T) {
	watching(t, func(b *bench) {
		b.save("p2p", 1)
		b.wait(Join + takes/4)
		b.save("gossip", 1)
		b.files["gossip"] = [32]byte{3}
		b.source.tell()
		b.wait(Join + takes)
		require.Equal(b.t, []string{"p2p", "gossip+p2p", "p2p"}, b.layers()[:3])
		require.Equal(b.t, 1, strings.Count(b.out.String(), " saved, "))
	})
}

// However fast the saves come, after a second it grades what there is, and begins few grades in vain.
func TestWatcher_TenSavesASecond(t *testing.T) {
	watching(t, func(b *bench) {
		for i := range 30 {
			b.save("gossip", byte(i))
			b.wait(100 * time.Millisecond)
		}
		require.NotEmpty(b.t, b.jobs)
		require.LessOrEqual(b.t, len(b.jobs), 4*mostStarts)
		b.wait(Join + takes)
		require.Equal(b.t, 1, strings.Count(b.out.String(), "verdict: "), "the last save has the verdict")
	})
}

func TestWatcher_LeavesUnchangedContentsAlone(t *testing.T) {
	watching(t, func(b *bench) {
		b.source.tell()
		b.wait(2 * takes)
		require.Empty(b.t, b.jobs)
		require.Empty(b.t, b.out.String())
	})
}

func TestWatcher_DropsAGradeUnderWay(t *testing.T) {
	watching(t, func(b *bench) {
		b.save("gossip", 1)
		b.wait(Join + takes/4)
		b.save("p2p", 1)
		b.wait(Join + takes)
		require.Equal(b.t, []string{"gossip", "p2p+gossip"}, b.layers()[:2])
		require.Equal(b.t, 1, strings.Count(b.out.String(), "verdict: "))
	})
}

// What fails is shown at once, then in full; after the next save it has its turn first, and what changed is said.
func TestWatcher_FailuresAndWhatChanged(t *testing.T) {
	watching(t, func(b *bench) {
		b.fails["gossip.2"], b.fails["gossip.3"] = "gossip/once", "gossip/late"
		b.save("gossip", 1)
		b.wait(Join + takes/2)
		require.Contains(b.t, b.out.String(), "fails: gossip.2 gossip/once, seed 7: it went wrong\n")
		require.NotContains(b.t, b.out.String(), "verdict: ")
		b.wait(takes / 2)
		text := b.out.String()
		require.Contains(b.t, text, "promise   A promise of gossip/once.")
		require.Contains(b.t, text, "\ngossip.3  gossip/late: it went wrong\n", "the others are a line each")
		require.Contains(b.t, text, "since the last save: gossip.2 fails; gossip.3 fails\n")
		require.Equal(b.t, []string{"gossip"}, b.layers(), "no stack while a layer fails")

		delete(b.fails, "gossip.2")
		b.out.Reset()
		b.save("gossip", 2)
		b.wait(Join + takes)
		require.Equal(b.t, []string{"gossip/once"}, b.jobs[1].First)
		require.Contains(b.t, b.out.String(), "since the last save: gossip.2 passes now\n")
	})
}

func TestWatcher_GoesOnAfterAnError(t *testing.T) {
	watching(t, func(b *bench) {
		b.err = errors.New("nothing can be written to /tmp (TMPDIR): no space left on device")
		b.save("gossip", 1)
		b.wait(Join + takes)
		require.Contains(b.t, b.out.String(),
			"not graded: nothing can be written to /tmp (TMPDIR): no space left on device\n")
		b.err = nil
		b.save("gossip", 2)
		b.wait(Join + takes)
		require.Contains(b.t, b.out.String(), "verdict: ")
	})
}

func TestWatcher_WaitsForADirectoryThatIsGone(t *testing.T) {
	watching(t, func(b *bench) {
		before := maps.Clone(b.files)
		clear(b.files)
		b.source.tell()
		b.wait(Join)
		require.Contains(b.t, b.out.String(), "exercises holds no layers now: waiting until they are back\n")
		require.Empty(b.t, b.jobs)
		maps.Copy(b.files, before)
		b.save("gossip", 1)
		b.wait(Join + takes)
		require.Contains(b.t, b.out.String(), "verdict: ")
	})
}

// A save whose grade gives way to the key s has its verdict afterwards, even if the step still fails.
func TestWatcher_KeyAfterASave(t *testing.T) {
	watching(t, func(b *bench) {
		b.fails["gossip.2"] = "gossip/once"
		b.save("gossip", 1)
		b.wait(Join + takes)
		b.jobs = nil
		b.save("p2p", 1)
		b.wait(Join + takes/4)
		b.keys <- KeyStep
		b.wait(3 * takes)
		require.Equal(b.t, []string{"p2p", "gossip.2", "p2p"}, b.layers())
		require.Equal(b.t, 3, strings.Count(b.out.String(), "verdict: "), "of each save, and of the step")
	})
}

func TestWatcher_Keys(t *testing.T) {
	watching(t, func(b *bench) {
		b.end()
		<-b.over
		var pressed []string
		b.Press = func(_ context.Context, key rune, step string, about *report.Failure) {
			pressed = append(pressed, fmt.Sprintf("%c %s %v", key, step, about != nil))
		}
		b.over = make(chan struct{})
		b.fails["gossip.2"] = "gossip/once"
		b.run()
		b.wait(takes)
		press := func(key rune) { b.keys <- key; synctest.Wait() }
		press('h')
		require.Equal(b.t, []string{"h gossip.2 true"}, pressed)
		b.jobs = nil
		press(KeyStep)
		b.wait(takes)
		press(KeyAll)
		b.wait(takes)
		require.Equal(b.t, []string{"gossip.2", "network+messaging+p2p+gossip+mempool+chain+stack"}, b.layers())
		press(KeyQuit)
		<-b.over
	})
}
