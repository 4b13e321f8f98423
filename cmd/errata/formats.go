package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/format"
)

func newFormats() *cobra.Command {
	form := "text"
	cmd := &cobra.Command{
		Use:   "formats [NAME]",
		Short: "List the formats and what each can hold",
		Long: `Formats lists the dataset formats: which can be read, corrected in place of their
own bytes (patch) and written anew (convert), and what each has a place for.
With a name, it tells what that format looks like and how it is read.`,
		Example: `  errata formats
  errata formats coco
  errata formats --form json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			if len(args) == 1 {
				f, ok := format.Find(args[0])
				if !ok {
					return fmt.Errorf("there is no format %q; errata formats lists them", args[0])
				}
				return format.Describe(out, f)
			}
			switch form {
			case "text":
				return format.Table(out)
			case "markdown":
				return format.Markdown(out)
			case "json":
				enc := json.NewEncoder(out)
				enc.SetIndent("", "  ")
				return enc.Encode(format.List())
			}
			return fmt.Errorf("--form %q is none of text, markdown and json", form)
		},
	}
	cmd.Flags().StringVar(&form, "form", "text", "what to print, as a `FORM`: text, markdown or json")
	return cmd
}
