package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK       = 0
	exitFindings = 1 // findings at or above --fail-on
	exitError    = 2
)

// errFindings ends a check whose findings reach --fail-on.
var errFindings = errors.New("findings at or above --fail-on")

// run carries out one command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "errata: stopped. What was measured is kept; run the same command again to go on.")
		return exitError
	default:
		fmt.Fprintf(stderr, "errata: %v\n", err)
		return exitError
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "errata",
		Short: "Find and fix the mistakes in a labelled image dataset",
		Long: `Errata finds the mistakes in a labelled image dataset, shows them in the order
that pays best, lets you fix hundreds in minutes in the browser, writes the
dataset back with nothing else changed, and proves by training before and after
that the fix helped.

Exit status: 0 done, 1 findings at or above --fail-on, 2 an error.`,
		Example: `  errata demo                        see it work on a made-up dataset
  errata check flowers/              a folder of one folder a class
  errata review flowers/             fix the labels in the browser
  errata fix flowers/ -o flowers2/   write the corrected dataset
  errata prove flowers/              did the fix help?`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newCheck(), newReview(), newFix(), newProve(), newDemo())
	return root
}

// version is the module version the binary was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "0.1.0-dev"
}
