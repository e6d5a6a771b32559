package command

import "github.com/spf13/cobra"

// The order of the groups says something, and so does that within them.
func init() { cobra.EnableCommandSorting = false }

// group is commands that the help lists together.
type group struct {
	title    string
	commands []*cobra.Command
}

// groups are all commands, in the order in which one comes to need them.
func (w World) groups() []group {
	return []group{
		{"Write your layers:", []*cobra.Command{
			newNew(w), newDesk(w), newWatch(w), newGrade(w), newHint(w), newReset(w), newScenarios(w), newDoctor(w),
		}},
		{"Look into a run:", []*cobra.Command{newReplay(w), newDebug(w), newExplore(w), newTrace(w)}},
		{"Use what is written:", []*cobra.Command{
			newTry(w), newDemo(w), newNode(w), newInit(w), newPlay(w), newLight(w), newMembers(w), newSwap(w), newKeys(w), newWallet(w),
		}},
		{"Simulate networks:", []*cobra.Command{newNet(w), newVerify(w)}},
		{"Teach a course:", []*cobra.Command{newHandout(w), newClass(w)}},
		{"The workshop itself:", []*cobra.Command{
			newBook(w), newBoundary(w), newSkeletons(w), newMutants(w), newCheckExercises(w), newVersion(w),
		}},
	}
}

// addGroups adds all commands. Those that cobra brings along are in the last group.
func (w World) addGroups(root *cobra.Command) {
	for _, g := range w.groups() {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.title
			root.AddCommand(c)
		}
		root.SetHelpCommandGroupID(g.title)
		root.SetCompletionCommandGroupID(g.title)
	}
}
