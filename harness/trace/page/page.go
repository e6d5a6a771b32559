// Package page draws a recorded run as one self-contained HTML page. It is apart from harness/trace
// so that the grader's child, which links that, stays small.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"strings"

	"strata/harness/trace"
	"strata/harness/trace/drawing"
	"strata/web/kit"
)

//go:embed assets
var assets embed.FS

// scripts are the page's own, in the order in which they run, behind the kit's.
var scripts = []string{"basics.js", "why.js", "guide.js", "details.js", "toolbar.js", "main.js"}

// Write draws the run as a page that needs nothing but itself: the time runs downwards, every
// node is a lane, every message an arrow.
func Write(w io.Writer, run trace.Run) error {
	own, err := text(scripts...)
	if err != nil {
		return err
	}
	script := fmt.Appendf(nil, "%s(() => {\n'use strict';\n%s})();\n", kit.Script(), own)
	style, err := text("style.css")
	if err != nil {
		return err
	}
	style = append([]byte(kit.Theme()+kit.Parts()), style...)
	frame, err := fs.ReadFile(assets, "assets/page.html")
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	data, err := json.Marshal(drawing.Of(run)) // escapes <, > and &: no text can end the script element
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	name := run.Scenario
	if name == "" {
		name = run.Title
	}
	fill := strings.NewReplacer(
		"{{title}}", html.EscapeString(name),
		"{{policy}}", policy(script, style),
		"{{style}}", string(style),
		"{{script}}", string(script),
		"{{data}}", string(data),
	)
	if _, err := fill.WriteString(w, string(frame)); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// text joins files of the page.
func text(names ...string) (all []byte, err error) {
	for _, name := range names {
		file, err := fs.ReadFile(assets, "assets/"+name)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		all = append(append(all, file...), '\n')
	}
	return all, nil
}

// policy lets nothing run and nothing load but what is in the page.
func policy(script, style []byte) string {
	digest := func(text []byte) string {
		sum := sha256.Sum256(text)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; script-src " + digest(script) + "; style-src " + digest(style) +
		"; base-uri 'none'; form-action 'none'"
}
