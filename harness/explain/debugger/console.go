package debugger

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"strata/harness/trace"
)

// Run is one run of a scenario that is taken event by event.
type Run interface {
	// Next lists what may come next, first what comes by itself. It is empty at the end and after a
	// broken rule.
	Next() []trace.Next

	// Choose has the event of that index of Next come.
	Choose(i int)

	// Back takes the last n events back, or what there is of them.
	Back(n int)

	// Done is how many events have come.
	Done() int

	// Due is when the first of Next comes.
	Due() time.Duration

	// Broken says what rule is broken; nil if none is, or it is too early to say.
	Broken() error

	// Inspect tells of the nodes whose address contains the name: nothing if there are none.
	Inspect(name string) string

	// Timeline is the last lines of what has happened, or all with 0.
	Timeline(last int) string

	// Again is the command that comes to the same point, with the flags given, each after a blank.
	Again(flags string) string
}

// Console is a debugger for one run: it takes a line at a time.
type Console struct {
	title string
	flags string
	run   Run
	past  []string // the events that have come, in words
}

// logger is a run that knows what nodes logged since it was asked last.
type logger interface{ Logged() []string }

// caller is a run that knows what pools and executors were asked: the last calls, or all with 0.
type caller interface{ Calls(last int) string }

// New makes a console for a run with that name and title. flags are those of the command that began it, each
// after a blank.
func New(title, flags string, run Run) *Console {
	return &Console{title: title, flags: flags, run: run}
}

// Greeting is the text with which a session begins.
func (c *Console) Greeting() string {
	return fmt.Sprintf("%s\nType help for the commands.\n%s", c.title, c.list())
}

const help = `next [N]       let the first possible event happen, N times (n)
choose I       let event number I of the list happen first: another branch (c)
back [N]       take back the last event, or the last N (b)
list           what may happen next (l)
run node NAME  until something happens to a node whose address contains NAME (r)
run kind WORD  until the next event's line contains WORD, such as hello or timer
run time T     until T after the start, such as 2s
run violation  until a rule breaks; back then shows what came before
run end        until nothing more happens or a rule breaks
inspect NAME   what a node has: peers, requests, ids seen, pool, accounts, tip, timers (i)
calls [N]      what pools and executors were asked and answered, or the last N times
trace [N]      the last N lines of the timeline; all without N (t)
history [N]    the events that have come, numbered, or the last N (h)
again          the command that comes to this point (also: schedule)
quit           end (q)`

// Do does what the line says and returns what there is to see. over is true after quit.
func (c *Console) Do(line string) (text string, over bool) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return "", false
	}
	rest := words[1:]
	switch words[0] {
	case "help", "?":
		return help, false
	case "quit", "q", "exit":
		return "", true
	case "next", "n":
		return counted(rest, 1, c.next), false
	case "choose", "c":
		return c.choose(rest), false
	case "back", "b":
		return counted(rest, 1, c.back), false
	case "list", "l":
		return c.list(), false
	case "run", "r":
		return c.runUntil(rest), false
	case "inspect", "i":
		return c.inspect(strings.Join(rest, " ")), false
	case "calls":
		return counted(rest, 0, c.calls), false
	case "trace", "t":
		return counted(rest, 0, c.run.Timeline), false
	case "history", "h":
		return counted(rest, 0, c.history), false
	case "again", "schedule":
		return c.run.Again(c.flags), false
	}
	return fmt.Sprintf("unknown command %q; help lists them", words[0]), false
}

// counted does something a number of times; without a number, as often as usual.
func counted(words []string, usual int, do func(n int) string) string {
	if len(words) == 0 {
		return do(usual)
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 1 || len(words) > 1 {
		return fmt.Sprintf("%q is no number of times: want 1 or more, or nothing", strings.Join(words, " "))
	}
	return do(n)
}

// mostListed is how many of what may happen next are shown.
const mostListed = 40

// list numbers what may happen next.
func (c *Console) list() string {
	next := c.run.Next()
	if len(next) == 0 {
		return c.verdict()
	}
	var text strings.Builder
	for i, n := range next[:min(len(next), mostListed)] {
		fmt.Fprintf(&text, "  %d  %s\n", i, n)
	}
	if more := len(next) - mostListed; more > 0 {
		fmt.Fprintf(&text, "  and %d more, which you can choose as well\n", more)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// verdict says how the run ended.
func (c *Console) verdict() string {
	if err := c.run.Broken(); err != nil {
		text := "broken: " + err.Error()
		if run, ok := c.run.(caller); ok && run.Calls(1) != "" {
			text += "\ninspect shows pools and accounts, calls what came before"
		}
		return text
	}
	return "the end: nothing more happens, and no rule is broken"
}

// step has an event of Next happen and says which.
func (c *Console) step(i int) string {
	return c.take(i) + c.logs()
}

// logs is what nodes have logged since it was asked last, below a line.
func (c *Console) logs() (text string) {
	if l, ok := c.run.(logger); ok {
		for _, line := range l.Logged() {
			text += "\n    logs: " + line
		}
	}
	return text
}

// take has an event of Next happen, which becomes a part of the history.
func (c *Console) take(i int) string {
	text := fmt.Sprintf("%d: %s", c.run.Done()+1, c.run.Next()[i])
	mark := ""
	if i > 0 {
		mark = " (chosen)"
	}
	c.past = append(c.past[:min(len(c.past), c.run.Done())], text+mark)
	c.run.Choose(i)
	return text
}

// history lists the last events that have come, or all with 0.
func (c *Console) history(last int) string {
	if len(c.past) == 0 {
		return "nothing has happened yet"
	}
	past := c.past
	if last > 0 {
		past = past[max(0, len(past)-last):]
	}
	return strings.Join(past, "\n")
}

// mostShown is how many of the events of one command are shown.
const mostShown = 50

func (c *Console) next(n int) string {
	var lines []string
	left := 0
	for range n {
		if len(c.run.Next()) == 0 {
			break
		}
		lines = append(lines, c.step(0))
		if len(lines) > mostShown {
			lines, left = lines[1:], left+1
		}
	}
	if left > 0 {
		lines = append([]string{fmt.Sprintf("(%d events before)", left)}, lines...)
	}
	return strings.Join(append(lines, c.after()), "\n")
}

// after says what may come now, in short.
func (c *Console) after() string {
	switch next := c.run.Next(); len(next) {
	case 0:
		return c.verdict()
	case 1:
		return "then: " + next[0].String()
	default:
		return fmt.Sprintf("then one of %d:\n%s", len(next), c.list())
	}
}

func (c *Console) choose(words []string) string {
	next := c.run.Next()
	if len(next) == 0 {
		return "there is nothing to choose: nothing more happens; back takes an event back"
	}
	i := -1
	if len(words) == 1 {
		if n, err := strconv.Atoi(words[0]); err == nil {
			i = n
		}
	}
	if i < 0 || i >= len(next) {
		return fmt.Sprintf("choose wants a number of the list, 0 to %d", len(next)-1)
	}
	return c.step(i) + "\n" + c.after()
}

func (c *Console) back(n int) string {
	if c.run.Done() == 0 {
		return "this is the start"
	}
	c.run.Back(n)
	c.past = c.past[:min(len(c.past), c.run.Done())]
	c.logs() // which were seen before
	if c.run.Done() == 1 {
		return "1 event has happened\n" + c.after()
	}
	return fmt.Sprintf("%d events have happened\n%s", c.run.Done(), c.after())
}

// calls lists the last calls of pools and executors, or all with 0.
func (c *Console) calls(last int) string {
	run, ok := c.run.(caller)
	if !ok {
		return "calls are noted in runs of a seed, and this is none"
	}
	if text := run.Calls(last); text != "" {
		return text
	}
	return "no pool and no executor has been called yet"
}

// inspect tells of the nodes whose address contains the name.
func (c *Console) inspect(name string) string {
	if text := c.run.Inspect(name); text != "" {
		return text
	}
	return fmt.Sprintf("no node's address contains %q; inspect alone shows all", name)
}
