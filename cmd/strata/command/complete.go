package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

// complete completes a flag with fixed words.
func complete(cmd *cobra.Command, flag string, words ...string) {
	must(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// must reports a completion for a flag that the command does not have.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("command: completion: %v", err))
	}
}
