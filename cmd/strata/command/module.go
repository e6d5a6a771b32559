package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/course/checkout"
	"strata/harness/course/desk"
	"strata/harness/course/kits"
	"strata/harness/course/workshop"
	"strata/node/process/daemon"
)

// place is where a command works: in a checkout of the workshop, or in a student's own directory.
type place struct {
	root string // of the workshop's module: contracts, harness, solutions
	home string // has the exercises, and what strata remembers of a student; in a checkout the root itself

	course desk.Course // of the desk
}

// exercises is the directory of the user's own layers.
func (p place) exercises() string { return filepath.Join(p.home, "exercises") }

// named is the directory that a --stack names.
func (p place) named(stack string) string {
	if stack == stackExercises {
		return p.exercises()
	}
	return stack
}

// place finds where the command works: the workshop of --root or STRATA_ROOT; or the nearest desk or checkout,
// from the working directory up. The workshop of a desk is the one that this strata carries.
func (w World) place(cmd *cobra.Command) (place, error) {
	root, err := w.moduleRoot(cmd)
	own, errDesk := desk.Find("")
	if errDesk != nil && !errors.Is(errDesk, desk.ErrNone) {
		return place{}, errDesk
	}
	switch {
	case errDesk != nil:
		return place{root: root, home: root}, err
	case err == nil && w.rootGiven(cmd) != "":
		return place{root, own.Dir, own.Course}, nil
	case err == nil && len(root) > len(own.Dir): // both are above the working directory
		return place{root: root, home: root}, nil
	case w.rootGiven(cmd) != "":
		return place{}, err
	}
	if err := needsExec(cmd, own); err != nil {
		return place{}, err
	}
	return w.atDesk(own)
}

// needsExec says how layers in another language are graded, to a command that would look for those in Go.
func needsExec(cmd *cobra.Command, own desk.Desk) error {
	kit, ok := kits.Named(own.From.Kit)
	if !ok || cmd.Name() != "grade" && cmd.Name() != "watch" || cmd.Flags().NArg() > 0 || cmd.Flags().Changed("exec") {
		return nil
	}
	return fmt.Errorf("the layers here are in %s: grade them with strata grade --exec '%s' --trust", kit.Language,
		strings.Join(kit.Command("workshop"), " "))
}

// atDesk unpacks the workshop for a desk, and says so if it is not the one of its exercises.
func (w World) atDesk(own desk.Desk) (place, error) {
	archive, root, err := w.unpacked()
	if errors.Is(err, workshop.ErrNone) || errors.Is(err, workshop.ErrDamaged) {
		err = fmt.Errorf("%w; or name the workshop with --root", err)
	}
	if err != nil {
		return place{}, err
	}
	if note := own.Differs(origin(archive)); note != "" {
		fmt.Fprintf(w.Err, "strata: note: %s\n", note)
	}
	_ = own.Link(root) // a directory that cannot be written has exercises all the same
	return place{root, own.Dir, own.Course}, nil
}

// unpacked is the workshop in this strata, and where it lies in the user's cache.
func (w World) unpacked() (archive *workshop.Archive, root string, err error) {
	if w.Workshop == nil {
		return nil, "", workshop.ErrNone
	}
	if archive, err = workshop.Open(w.Workshop()); err == nil {
		root, err = archive.Unpack(cacheDir())
	}
	return archive, root, err
}

// origin is what a desk remembers of the workshop that it is made from.
func origin(a *workshop.Archive) desk.Origin {
	return desk.Origin{Workshop: a.Digest, Version: daemon.Version()}
}

// cacheDir is strata's directory in the user's cache.
func cacheDir() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "strata")
}

// rootGiven is the directory that --root or STRATA_ROOT names; empty: none.
func (w World) rootGiven(cmd *cobra.Command) string {
	given, _ := cmd.Flags().GetString("root")
	if given == "" {
		given, _ = w.env("root")
	}
	return given
}

// moduleRoot is the directory of the workshop's module, absolute: that of --root or STRATA_ROOT, or
// the nearest one at or above the working directory.
func (w World) moduleRoot(cmd *cobra.Command) (string, error) {
	given := w.rootGiven(cmd)
	if given == "" {
		root, err := checkout.Find("")
		if errors.Is(err, checkout.ErrNone) {
			err = fmt.Errorf("%w; go there, or say where it is with --root", err)
		}
		return root, err
	}
	if !checkout.Is(given) {
		return "", fmt.Errorf("%s is not the root of the workshop: no go.mod of module strata is there", given)
	}
	return filepath.Abs(given)
}
