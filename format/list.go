package format

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/errata-cv/errata/format/source"
)

// A Listing is what can be done with one format.
type Listing struct {
	Name   string       `json:"name"`
	Title  string       `json:"title"`
	Layout string       `json:"layout"`
	Patch  bool         `json:"patch"`
	Write  bool         `json:"write"`
	Holds  []string     `json:"holds"`
	Notes  []string     `json:"notes,omitempty"`
	holds  source.Holds `json:"-"`
}

// List describes all formats in the order of their preference.
func List() []Listing {
	var out []Listing
	for _, f := range formats {
		out = append(out, listing(f))
	}
	return out
}

func listing(f Format) Listing {
	i := f.Info()
	_, patches := f.(source.Patcher)
	_, writes := f.(source.Writer)
	return Listing{Name: i.Name, Title: i.Title, Layout: i.Layout, Patch: patches, Write: writes, Holds: held(i.Holds), Notes: i.Notes, holds: i.Holds}
}

// held spells what a format has a place for.
func held(h source.Holds) []string {
	var out []string
	say := func(ok bool, what string) {
		if ok {
			out = append(out, what)
		}
	}
	say(h.Labels && !h.MultiLabel, "one class an image")
	say(h.MultiLabel, "several classes an image")
	say(h.Boxes, "boxes")
	say(h.RotatedBoxes, "rotated boxes")
	say(h.Polygons && !h.Parts, "polygons of one part")
	say(h.Polygons && h.Parts, "polygons")
	say(h.Masks && !h.Regions, "masks")
	say(h.Regions, "class of every pixel")
	say(h.Whole, "whole pixels only")
	say(h.Attributes, "attributes")
	say(h.Crowds, "crowds")
	say(h.Scores, "scores")
	say(h.Annotators, "annotators")
	say(h.Splits, "splits")
	say(h.Metadata, "image metadata")
	say(h.Unlabelled, "images without annotation")
	say(h.Unused, "unused classes")
	return out
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "–"
}

// Table writes all formats as a table for a terminal.
func Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tFORMAT\tREAD\tPATCH\tCONVERT TO\tHOLDS")
	for _, l := range List() {
		fmt.Fprintf(t, "%s\t%s\tyes\t%s\t%s\t%s\n", l.Name, l.Title, yes(l.Patch), yes(l.Write), strings.Join(shapes(l.holds), ", "))
	}
	return t.Flush()
}

// shapes are the parts of held that fit into a line.
func shapes(h source.Holds) []string {
	h.Attributes, h.Crowds, h.Scores, h.Annotators, h.Splits, h.Metadata, h.Unlabelled, h.Unused, h.Whole = false, false, false, false, false, false, false, false, false
	return held(h)
}

// Describe writes all that is known of one format.
func Describe(w io.Writer, f Format) error {
	l := listing(f)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s (%s)\n\nlooks like  %s\nread yes, patch %s, convert to %s\nholds       %s\n", l.Title, l.Name, l.Layout, yes(l.Patch), yes(l.Write), strings.Join(l.Holds, ", "))
	for _, n := range l.Notes {
		fmt.Fprintf(b, "\n- %s", n)
	}
	if len(l.Notes) > 0 {
		fmt.Fprintln(b)
	}
	return b.Flush()
}

// Markdown writes docs/formats.md.
func Markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString(`# Formats

Made by ` + "`errata formats --form markdown`" + ` from the registry in [` + "`format`" + `](../format); a test keeps it current.

Every format is recognised by its content; ` + "`--dataset-format NAME`" + ` forces one. *Patch* means that corrections
are written into the bytes of the source, and what was not corrected stays byte for byte. *Convert* means that
` + "`errata convert --to NAME`" + ` writes it anew; what it has no place for is listed first and refused without
` + "`--lossy`" + `.

| name | format | read | patch | convert | holds |
|---|---|---|---|---|---|
`)
	for _, l := range List() {
		fmt.Fprintf(b, "| [%s](#%s) | %s | yes | %s | %s | %s |\n", l.Name, l.Name, l.Title, yes(l.Patch), yes(l.Write), strings.Join(l.Holds, ", "))
	}
	for _, l := range List() {
		fmt.Fprintf(b, "\n## %s\n\n%s. Looks like: %s.\n", l.Name, strings.TrimSuffix(l.Title, "."), strings.TrimSuffix(l.Layout, "."))
		for i, n := range l.Notes {
			if i == 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(b, "- %s\n", n)
		}
	}
	return b.Flush()
}
