package explore

import (
	"fmt"
	"strconv"
	"strings"

	"strata/network/networktest"
)

// Console is a debugger for one order of a scenario: it takes a line at a time.
type Console struct {
	scenario networktest.Scenario
	session  *Session
}

// NewConsole begins a session. Error: that of NewSession.
func NewConsole(s networktest.Scenario, opt Options) (*Console, error) {
	session, err := NewSession(s, opt)
	if err != nil {
		return nil, err
	}
	c := &Console{scenario: s, session: session}
	return c, nil
}

// Greeting is the text with which a session begins.
func (c *Console) Greeting() string {
	return fmt.Sprintf("%s: %s\nType help for the commands.\n%s", c.scenario.Name, c.scenario.Title, c.list())
}

const consoleHelp = `next [N]       let the first possible event happen, N times (n)
choose I       let event number I happen (c)
back [N]       take back the last event, or the last N (b)
list           what may happen next (l)
run node NAME  until something happens to a node whose address contains NAME
run kind WORD  until the next event's line contains WORD, such as hello or timer
run time T     until T after the start, such as 2s
run end        until nothing more happens or a rule breaks
inspect NAME   what a node has: clock, timers, connections, what has happened to it (i)
trace [N]      the last N lines of the timeline; all without N (t)
schedule       the choices so far, for strata explore --schedule
quit           end (q)`

// Do does what the line says and returns what there is to see. over is true after quit.
func (c *Console) Do(line string) (text string, over bool) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return "", false
	}
	rest := words[1:]
	switch words[0] {
	case "help", "h", "?":
		return consoleHelp, false
	case "quit", "q", "exit":
		return "", true
	case "next", "n":
		return c.next(count(rest, 1)), false
	case "choose", "c":
		return c.choose(rest), false
	case "back", "b":
		return c.back(count(rest, 1)), false
	case "list", "l":
		return c.list(), false
	case "run", "r":
		return c.run(rest), false
	case "inspect", "i":
		return c.inspect(strings.Join(rest, " ")), false
	case "trace", "t":
		return c.trace(count(rest, 0)), false
	case "schedule":
		return fmt.Sprintf("--schedule %q", FormatSchedule(c.session.Schedule())), false
	}
	return fmt.Sprintf("unknown command %q; help lists them", words[0]), false
}

// count reads a number of times; what is none means the default.
func count(words []string, otherwise int) int {
	if len(words) > 0 {
		if n, err := strconv.Atoi(words[0]); err == nil && n > 0 {
			return n
		}
	}
	return otherwise
}

// list numbers what may happen next.
func (c *Console) list() string {
	choices := c.session.Choices()
	if len(choices) == 0 {
		return c.verdict()
	}
	var text strings.Builder
	for i, choice := range choices {
		fmt.Fprintf(&text, "  %d  %s\n", i, choice)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// verdict says how the order ended.
func (c *Console) verdict() string {
	if err := c.session.Broken(); err != nil {
		return "broken: " + err.Error()
	}
	return "the end: nothing more happens, and no rule is broken"
}

// step has a choice happen and says which.
func (c *Console) step(i int) string {
	text := fmt.Sprintf("%d: %s", len(c.session.path)+1, c.session.Choices()[i])
	c.session.Choose(i)
	return text
}

func (c *Console) next(n int) string {
	var lines []string
	for range n {
		if len(c.session.Choices()) == 0 {
			break
		}
		lines = append(lines, c.step(0))
	}
	return strings.Join(append(lines, c.after()), "\n")
}

// after says what may come now, in short.
func (c *Console) after() string {
	switch choices := c.session.Choices(); len(choices) {
	case 0:
		return c.verdict()
	case 1:
		return "then: " + choices[0]
	default:
		return fmt.Sprintf("then one of %d:\n%s", len(choices), c.list())
	}
}

func (c *Console) choose(words []string) string {
	choices := c.session.Choices()
	if len(choices) == 0 {
		return "there is nothing to choose: nothing more happens"
	}
	i := -1
	if len(words) == 1 {
		if n, err := strconv.Atoi(words[0]); err == nil {
			i = n
		}
	}
	if i < 0 || i >= len(choices) {
		return fmt.Sprintf("choose wants a number of the list, 0 to %d", len(choices)-1)
	}
	return c.step(i) + "\n" + c.after()
}

func (c *Console) back(n int) string {
	taken := 0
	for taken < n && c.session.Back() {
		taken++
	}
	if taken == 0 {
		return "this is the start"
	}
	return fmt.Sprintf("%d events have happened\n%s", len(c.session.path), c.after())
}
