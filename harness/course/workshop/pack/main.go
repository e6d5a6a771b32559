// Command pack makes the archive of the workshop that strata carries. The Makefile runs it before it builds
// strata: go run ./harness/course/workshop/pack FILE.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"strata/harness/course/checkout"
	"strata/harness/course/workshop"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "pack: want the FILE to write")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// run writes the archive, unless it is there: what did not change is not linked again.
func run(file string) error {
	root, err := checkout.Find("")
	if err != nil {
		return err
	}
	data, err := workshop.Pack(root)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, data) {
		return nil
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".pack-")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	if closing := temp.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), file)
}
