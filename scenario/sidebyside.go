package scenario

import (
	"bytes"
	"fmt"
	"strings"
)

const (
	rowBytes = 8 // bytes of each side in a row
	maxRows  = 6 // rows from the first difference on
)

// SideBySide shows where bytes that were expected and bytes that came part, in hex and as text:
// rows that differ have a mark. It begins with a line break, to follow a sentence that says what
// is compared, and is empty if both are equal.
//
//	they part at byte 4
//	          expected                             got
//	  000000  00 00 00 05 68 65 6c 6c  ....hell    00 00 00 05 68 65 6c 6c  ....hell
//	* 000008  6f                       o           21                       !
func SideBySide(want, got []byte) string {
	if bytes.Equal(want, got) {
		return ""
	}
	part := 0
	for part < len(want) && part < len(got) && want[part] == got[part] {
		part++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nthey part at byte %d; %d bytes expected, %d bytes got\n", part, len(want), len(got))
	fmt.Fprintf(&b, "          %-*s    got", 4*rowBytes+1, "expected")
	longest := max(len(want), len(got))
	first := max(0, part/rowBytes-1) * rowBytes
	for at, rows := first, 0; at < longest; at, rows = at+rowBytes, rows+1 {
		if rows == maxRows {
			fmt.Fprintf(&b, "\n  ...")
			break
		}
		mark, w, g := " ", row(want, at), row(got, at)
		if !bytes.Equal(w, g) {
			mark = "*"
		}
		line := fmt.Sprintf("\n%s %06x  %s    %s", mark, at, hexAndText(w), hexAndText(g))
		b.WriteString(strings.TrimRight(line, " "))
	}
	return b.String()
}

// row is the bytes of one row; none if there are no more.
func row(b []byte, at int) []byte {
	if at >= len(b) {
		return nil
	}
	return b[at:min(len(b), at+rowBytes)]
}

// hexAndText is a row's bytes in both forms, filled up to the width of a full row.
func hexAndText(b []byte) string {
	text := make([]byte, len(b))
	for i, c := range b {
		if text[i] = '.'; c >= ' ' && c <= '~' {
			text[i] = c
		}
	}
	return fmt.Sprintf("%-*s  %-*s", 3*rowBytes-1, fmt.Sprintf("% x", b), rowBytes, text)
}

// FirstApart is SideBySide of the first two of a list that differ; empty if there are none.
func FirstApart(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return fmt.Sprintf("\nnumber %d of them:%s", i+1, SideBySide([]byte(want[i]), []byte(got[i])))
		}
	}
	return ""
}
