package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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
	case errors.Is(err, context.Canceled), ctx.Err() != nil && isInterrupt(err):
		fmt.Fprintln(stderr, "errata: stopped. What was measured is kept; run the same command again to go on.")
		return exitError
	default:
		fmt.Fprintf(stderr, "errata: %s\n", strings.TrimSpace(err.Error()))
		return exitError
	}
}

// isInterrupt tells whether an error is how the database says that the work it
// was doing was called off.
func isInterrupt(err error) bool { return strings.Contains(err.Error(), "interrupted (9)") }

// oneDataset wants the one argument of check, review, fix and prove.
func oneDataset(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 1:
		return nil
	case 0:
		return fmt.Errorf("name the dataset: %s DIR, or %s FILE for a table", cmd.CommandPath(), cmd.CommandPath())
	}
	return fmt.Errorf("%s takes one dataset, but %d were named (%s); quote a path that has spaces", cmd.CommandPath(), len(args), strings.Join(args, ", "))
}

// flagError says what a flag takes, or where the flags are listed.
func flagError(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		takes := map[string]string{"uint64": "a whole number, 0 or more", "int": "a whole number", "float64": "a number", "bool": "true or false"}
		return fmt.Errorf("--%s %q: the flag takes %s", value.GetFlag().Name, value.GetValue(), takes[value.GetFlag().Value.Type()])
	}
	return fmt.Errorf("%w; %s --help lists the flags", err, cmd.CommandPath())
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
  errata prove flowers/              did the fix help?
  errata formats                     COCO, VOC, YOLO and the other formats`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCheck(), newReview(), newFix(), newProve(), newValidate(), newConvert(), newDiff(), newFormats(), newDemo())
	return root
}

// version is the module version the binary was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "0.1.0-dev"
}
