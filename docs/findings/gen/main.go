// Command gen draws the picture of every page in docs/findings from pictures
// of package synth. Run it in the root of the project:
//
//	go run ./docs/findings/gen
//
// It writes docs/findings/img/KIND.jpg, the same bytes on every run. Copies and
// bad pictures are proved before they are drawn: they are put through the check
// that would find them, and the figures in the captions are what it said. Wrong
// classes are those that synth planted.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
)

// maxBytes bounds each picture.
const maxBytes = 25_000

// cards draw the picture of each kind.
var cards = map[dataset.Kind]func(*album) (*card, error){
	dataset.WrongClass:            wrongClass,
	dataset.InconsistentComponent: inconsistentComponent,
	dataset.SplitLeak:             splitLeak,
	dataset.ExactDuplicate:        exactDuplicate,
	dataset.NearDuplicate:         nearDuplicate,
	dataset.Unreadable:            unreadable,
	dataset.Truncated:             truncated,
	dataset.Dark:                  dark,
	dataset.Bright:                bright,
	dataset.Blurry:                blurry,
	dataset.LowInformation:        lowInformation,
	dataset.OddSize:               oddSize,
	dataset.OddAspect:             oddAspect,
	dataset.Grayscale:             grayscale,
	dataset.RotatedByEXIF:         rotatedByEXIF,
	dataset.UndefinedClass:        undefinedClass,
	dataset.UnusedClass:           unusedClass,
	dataset.Outlier:               outlierCard,
	dataset.UnderperformingGroup:  underperformingGroup,
	dataset.SpuriousCorrelation:   spuriousCorrelation,
	dataset.NonIID:                nonIID,
	dataset.RareClass:             rareClass,
	dataset.Artifact:              artifact,
	dataset.DuplicateObject:       duplicateObject,
	dataset.DuplicateID:           duplicateID,
	dataset.OrphanAnnotation:      orphanAnnotation,
	dataset.UnlabelledImage:       unlabelledImage,
	dataset.SizeMismatch:          sizeMismatch,
	dataset.WeakAnnotator:         weakAnnotator,
	dataset.MissingClass:          missingClass,
	dataset.ExtraClass:            extraClass,
}

func main() {
	if err := run(filepath.Join("docs", "findings", "img")); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	if _, err := os.Stat(filepath.Dir(out)); err != nil {
		return fmt.Errorf("%s is not here: run this in the root of the project", filepath.Dir(out))
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	a, err := newAlbum(context.Background())
	if err != nil {
		return err
	}
	defer a.close()
	for _, info := range dataset.Kinds() {
		draw, ok := cards[info.Kind]
		if !ok {
			return fmt.Errorf("nothing draws the kind %s", info.Kind)
		}
		c, err := draw(a)
		if err != nil {
			return fmt.Errorf("%s: %w", info.Kind, err)
		}
		b, err := c.encode()
		if err != nil {
			return fmt.Errorf("%s: %w", info.Kind, err)
		}
		if err := os.WriteFile(filepath.Join(out, string(info.Kind)+".jpg"), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
