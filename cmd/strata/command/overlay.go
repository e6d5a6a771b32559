package command

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"strata/harness/course/steps"
)

// overlay lays the layers of a directory over exercises for go build: a layer that dir has takes
// the place of the whole layer there, one that it lacks is the reference's. The error reports a
// directory without any layer.
func overlay(root, dir string) (replace map[string]string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	replace = make(map[string]string)
	found := false
	for _, layer := range steps.Layers {
		target := filepath.Join(root, "exercises", layer)
		from := filepath.Join(dir, layer)
		if len(goFiles(from)) > 0 {
			found = true
		} else {
			from = filepath.Join(root, "solutions", layer)
		}
		for _, name := range goFiles(target) {
			replace[filepath.Join(target, name)] = "" // hidden
		}
		for _, name := range goFiles(from) {
			replace[filepath.Join(target, name)] = filepath.Join(from, name)
		}
	}
	if !found {
		return nil, fmt.Errorf("stack %s: no such layers: want solutions, exercises, or a directory with %s", dir, strings.Join(steps.Layers, ", "))
	}
	return replace, nil
}

// writeOverlay writes the overlay into temp as go build reads it, and returns the file.
func writeOverlay(root, dir, temp string) (file string, err error) {
	replace, err := overlay(root, dir)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file = filepath.Join(temp, "overlay.json")
	return file, os.WriteFile(file, text, 0o600)
}

// goFiles lists the Go files of a directory that are not tests; none if there is no directory.
func goFiles(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			names = append(names, name)
		}
	}
	return names
}

// ownPaths replaces, in a compiler's messages, the place that a layer of dir was laid over by its
// own. Where that is shorter, the compiler has written a path that starts at root.
func ownPaths(messages, root, dir string) string {
	const slash = string(filepath.Separator)
	for _, layer := range steps.Layers {
		own := filepath.Join(dir, layer) + slash
		messages = strings.ReplaceAll(messages, filepath.Join("exercises", layer)+slash, own)
		if whole, err := filepath.Abs(own); err == nil {
			if short, err := filepath.Rel(root, whole); err == nil {
				messages = strings.ReplaceAll(messages, "\n"+short+slash, "\n"+own)
			}
		}
	}
	return messages
}
