package command

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"strata/node/process/causalnode"
)

// membersFlags say whose node is asked, and what its operator says.
type membersFlags struct {
	api             string
	distrust, trust uint64
}

func newMembers(w World) *cobra.Command {
	f := &membersFlags{}
	cmd := &cobra.Command{
		Use:   "members",
		Short: "Show who agrees on the blocks of a replica, and say whom you distrust",
		Long: `Asks your node of ledger causal who its members are, which of them leads, and whom you distrust.

A leader stays until it fails, or until the operators of more than a third of the members distrust it: their nodes then vote
for nothing that it proposes. The node keeps what you say over restarts.`,
		Example: `  strata members --api http://127.0.0.1:11180
  strata members --api http://127.0.0.1:11180 --distrust 0`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.runMembers(cmd, f) },
	}
	cmd.Flags().StringVar(&f.api, "api", "", "the `URL` of your node's API")
	cmd.Flags().Uint64Var(&f.distrust, "distrust", 0, "distrust the member with this `NUMBER` from now on")
	cmd.Flags().Uint64Var(&f.trust, "trust", 0, "trust the member with this `NUMBER` again")
	return cmd
}

// replicaAt is the client of a replica whose URL a flag gives.
func replicaAt(flag, at string) (causalnode.Client, error) {
	if at == "" {
		return causalnode.Client{}, fmt.Errorf("say with --%s where your node's API is, such as http://127.0.0.1:11180", flag)
	}
	if u, err := url.Parse(at); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return causalnode.Client{}, fmt.Errorf("--%s is %q: want the URL of a node's API, such as http://127.0.0.1:11180", flag, at)
	}
	return causalnode.Client{URL: strings.TrimRight(at, "/")}, nil
}

func (w World) runMembers(cmd *cobra.Command, f *membersFlags) error {
	node, err := replicaAt("api", f.api)
	if err != nil {
		return err
	}
	distrusts, trusts := cmd.Flags().Changed("distrust"), cmd.Flags().Changed("trust")
	if distrusts && trusts {
		return errors.New("--distrust and --trust do not go together: say one after the other")
	}
	if distrusts || trusts {
		if err := node.Trust(cmd.Context(), int(min(max(f.distrust, f.trust), math.MaxInt32)), distrusts); err != nil {
			return err
		}
	}
	s, err := node.Standing(cmd.Context())
	if err != nil {
		return err
	}
	w.tellMembers(s)
	return nil
}

// tellMembers prints a line for the newest block, and one for each member.
func (w World) tellMembers(s causalnode.Standing) {
	b := s.Blocks
	if b.Height == 0 {
		fmt.Fprintln(w.Out, "there is no block yet")
	} else {
		fmt.Fprintf(w.Out, "block %d: made by member %d in round %d, signed by %d\n", b.Height, b.Maker, b.Round, b.Signers)
	}
	for i, m := range s.Members {
		notes := ""
		for _, n := range []struct {
			met  bool
			text string
		}{
			{i == s.Member, "this node"}, {i == b.Leader, "leads"}, {slices.Contains(b.Distrusted, i), "distrusted here"},
			{slices.Contains(b.Accused, i), "has said two things in one place"},
		} {
			if n.met {
				notes += ", " + n.text
			}
		}
		fmt.Fprintf(w.Out, "member %d: %s, %s%s\n", i, m.Key, m.Addr, notes)
	}
}
