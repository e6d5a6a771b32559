package scenario

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestForms(t *testing.T) {
	forms := []struct {
		is   func(string) bool
		like *regexp.Regexp
	}{
		{isName, regexp.MustCompile(`^[a-z0-9]+/[a-z0-9]+(-[a-z0-9]+)*$`)},
		{isStep, regexp.MustCompile(`^[a-z0-9]+\.[1-9]$`)},
		{isRule, regexp.MustCompile(`^[A-Z0-9]{3}-[1-9][0-9]*$`)},
	}
	words := []string{"", "a", "p2p", "GSP", "P2P", "G", "0", "1", "9", "10", "01", "\n", "é", " "}
	for _, first := range words {
		for _, second := range words {
			for _, between := range []string{"", "/", ".", "-", "--"} {
				one := first + between + second
				for _, text := range []string{one, one + "-" + first, one + "/" + second, first + "/" + one} {
					for _, form := range forms {
						require.Equal(t, form.like.MatchString(text), form.is(text), "%q by %v", text, form.like)
					}
				}
			}
		}
	}
}
