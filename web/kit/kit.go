// Package kit is the look that all of Strata's pages share: one theme for light, dark and paper, and the
// space-time diagram. The replay page and the book are made of it.
//
//	parts/            the theme, and what explorers of a chain are made of: a package of its own
//	files/parts.css   what the elements look like that the modules make
//	files/*.js        the diagram, as ES modules: diagram.js is the door, and what it exports the API
//
// There is no build step, and nothing is loaded from elsewhere. A page that a server sends imports the
// modules from Files. A page that has to work from a file puts Script into itself: the same modules as one
// classic script, which defines `kit` with all that they export.
//
// # API
//
//	const d = new kit.Diagram(canvas, drawing, {select, hover, painted, enter});
//	d.begin();                        // shows the whole run, or where it failed
//	d.filter.query = 'hello'; d.refilter();
//	d.select(item); d.show(time, 0.5); d.showFailure(); d.fit(); d.even(true);
//	kit.details(d, item);             // elements: all that is known of an item
//	kit.whyChart(why, go);            // how likely a run was to fail, as time went by
//	kit.figure(element, drawing, {layers: ['p2p']});   // as tall as the run, in an element of class spacetime
//
// The drawing is the JSON of harness/trace/drawing: a recorded run with its lanes numbered and each message
// put together from both of its ends. Times are nanoseconds from the start. On paper the diagram is dark on
// white by itself.
//
// The diagram shortens what a message carries to the room along its arrow, because a click shows it in full.
// It breaks what a node logs into lines. Nothing is cut off at an edge, and what happens at one node in one
// instant stands in rows.
//
// Simplification: the diagram asks for a canvas that its page gave a size, and keeps no more than one run.
package kit

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"strata/web/kit/parts"
)

//go:embed files
var files embed.FS

// Files has theme.css and the modules, with those of package parts.
var Files = parts.Layers{Under(files, "files"), parts.Files}

// Under is what an embedded directory holds. It panics if there is none of that name.
func Under(embedded embed.FS, dir string) fs.FS { return parts.Under(embedded, dir) }

// modules in the order in which one script has them: what a module calls while it loads stands before it.
var modules = []string{
	"elements.js", "colours.js", "items.js", "scale.js", "words.js", "strokes.js", "marks.js", "paint.js", "input.js", "diagram.js",
	"details.js", "why.js",
}

// Theme is theme.css.
func Theme() string { return read("theme.css") }

// Parts is parts.css.
func Parts() string { return read("parts.css") }

var (
	importLine = regexp.MustCompile(`(?m)^import [^;]*;\n`)
	exportWord = regexp.MustCompile(`(?m)^export ((?:async )?(?:function|class|const|let) (\w+))`)
)

// Script is all modules as one classic script, which defines the constant kit.
func Script() string {
	var out strings.Builder
	var names []string
	out.WriteString("const kit = (() => {\n'use strict';\n")
	for _, name := range modules {
		text := importLine.ReplaceAllString(read(name), "")
		for _, m := range exportWord.FindAllStringSubmatch(text, -1) {
			names = append(names, m[2])
		}
		out.WriteString(exportWord.ReplaceAllString(text, "$1"))
	}
	fmt.Fprintf(&out, "return { %s };\n})();\n", strings.Join(names, ", "))
	return out.String()
}

// read is the text of an embedded file.
func read(name string) string {
	text, err := fs.ReadFile(Files, name)
	if err != nil {
		panic("kit: " + err.Error()) // the files are named here, and embedded
	}
	return string(text)
}
