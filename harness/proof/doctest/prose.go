package doctest

import (
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
)

// A turn is a turn of phrase that the project keeps out: it reads as translated, or as another century's.
type turn struct {
	pattern *regexp.Regexp
	instead string
	where   place
}

// A place is where a turn is looked for. Code has comments that speak of what is, could be and must not be
// in half sentences: there only the plainest are kept out.
type place int

const (
	prose      place = iota // pages, and what a program says
	everywhere              // comments as well
)

// turns are all of them.
var turns = []turn{
	{regexp.MustCompile(`(?i)\bhow manieth\b`), "which one", everywhere},
	{regexp.MustCompile(`(?i)\bbelongs? into\b`), "belongs in, goes into", everywhere},
	{regexp.MustCompile(`(?i)\bthe own\b`), "its own, your own", everywhere},
	{regexp.MustCompile(`(?i)\bfor ever\b`), "forever, for good", everywhere},
	{regexp.MustCompile(`(?i)\bany more\b`), "no longer, from then on", everywhere},
	{regexp.MustCompile(`(?i)\banew\b`), "again", everywhere},
	{regexp.MustCompile(`(?i)\b(is|are) told in\b`), "the page that says it", prose},
	{regexp.MustCompile(`\b(he|him|his|himself)\b`), "it, they: peers and nodes are things", prose},
	{regexp.MustCompile(`\bcan(not| ?not|'t) be[,.;:)]`), "impossible, invalid, makes no sense", prose},
	{regexp.MustCompile(`\b(that|which|value|what) can be[,;:)]`), "possible", prose},
	{regexp.MustCompile(`(?i)\b(is|are) no more of use\b|\bof no use\b`), "useless", prose},
	{regexp.MustCompile(`\b(is|are|was) to be (read|seen|written|found|done|told|had|kept)\b`), "must be, should be", prose},
	{regexp.MustCompile(`\bthere is to (do|say|tell|know|see)\b`), "what to do", prose},
	{regexp.MustCompile(`\bto be had\b`), "available", prose},
	{regexp.MustCompile(`\bwhat is more\b`), "more than that", prose},
	{regexp.MustCompile(`\bsomething else than\b`), "anything but", prose},
	{regexp.MustCompile(`\bin good order\b`), "cleanly", prose},
	{regexp.MustCompile(`\bbe it (a|an|by|in)\b`), "even, whether", prose},
	{regexp.MustCompile(`\bfar more often so\b`), "this way ... far more often", prose},
	{regexp.MustCompile(`\b(is|are) told with\b`), "it names", prose},
	{regexp.MustCompile(`\bcomes? in sight\b`), "appears", prose},
	{regexp.MustCompile(`\bby the API\b`), "through the API", everywhere},
	{regexp.MustCompile(`(?i)\bonly then (the|it|they|a|an)\b`), "only then does it", everywhere},
	{regexp.MustCompile(`\balone (that|which) (exists|is there)\b`), "never replaces", prose},
	{regexp.MustCompile(`\bIn which order (the|they|it|peers|nodes)\b`), "the order in which", everywhere},
	{regexp.MustCompile(`\bof which is (noted|told|said|known)\b`), "that notes, that says", everywhere},
	{regexp.MustCompile(`(?i)\bfrom (which|what) [a-z]+ on\b`), "how large, how many", prose},
	{regexp.MustCompile(`\bwhose each is\b`), "whose work it is", prose},
	{regexp.MustCompile(`\bthe one whom\b`), "the one that", prose},
	{regexp.MustCompile(`[a-z], that (can|is|are|was|were|has|have) (be|been|not|made|chosen)\b`), "which", prose},
	{regexp.MustCompile(`\b(that|which) (lies|lie) in (its|the|a) (file|directory)\b`), "is in", prose},
	{regexp.MustCompile(`\b(and|or|but|refuses?|for|to) who (wants|cannot|can|has|asks|needs)\b`), "whoever", prose},
	{regexp.MustCompile(`\balso to whom\b`), "even to the one that", prose},
	{soBeforeVerb, "so it costs; in this way", prose},
	{regexp.MustCompile(`(^|[.:;] )Who [a-z]+s\b[^?]*\.`), "a peer that, whoever", prose},
	{regexp.MustCompile(`(^|[.] )What [a-z ]+ (is|are|has|was) [^?]*\.$`), "a noun: the blocks that", prose},
}

// soBeforeVerb is "A request so costs no switch".
var soBeforeVerb = regexp.MustCompile(`\b(it|they|this|that|which|one|node|peer|code|call|request|message|run|rule|check|test|block|[a-z]{3,}[a-rt-z]s) so ` +
	`(costs?|needs?|gets?|takes?|makes?|finds?|does|has|holds?|stays?|knows?|sends?|fails?|becomes?)\b`)

// wrong lists what a line of text says in a way that the project keeps out, and what to say instead.
func wrong(text string, in place) (all []string) {
	for _, t := range turns {
		if in == everywhere && t.where == prose {
			continue
		}
		if found := t.pattern.FindString(text); found != "" {
			all = append(all, "\""+strings.TrimSpace(found)+"\": say "+t.instead)
		}
	}
	return all
}

// said is a line of text that somebody reads, and where it stands.
type said struct {
	line int
	text string
	in   place
}

// quoted is code within a sentence.
var quoted = regexp.MustCompile("`[^`]*`")

// prosePage is what a Markdown page says, without its code.
func prosePage(lines []string) (all []said) {
	code := false
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		} else if !code {
			all = append(all, said{i + 1, quoted.ReplaceAllString(line, "`x`"), prose})
		}
	}
	return all
}

// proseCode is what a Go file says: its strings, and its comments.
func proseCode(text []byte) (all []said) {
	var s scanner.Scanner
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(text))
	s.Init(file, text, nil, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		in := prose
		switch tok {
		case token.EOF:
			return all
		case token.STRING:
		case token.COMMENT:
			in = everywhere
		default:
			continue
		}
		for i, line := range strings.Split(strings.Trim(lit, "`\""), "\n") {
			all = append(all, said{file.Line(pos) + i, line, in})
		}
	}
}
