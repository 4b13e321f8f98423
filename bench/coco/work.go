package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/coco"
	"github.com/errata-cv/errata/format/source"
)

// read reads the file as errata check does.
func read(file string) error {
	began := time.Now()
	ds, err := coco.Format.Read(context.Background(), file, source.Options{})
	if err != nil {
		return err
	}
	fmt.Printf("%d annotations of %d images in %.2f s, %d problems\n", len(ds.Annotations), len(ds.Images), time.Since(began).Seconds(), len(ds.Problems))
	return nil
}

// patch corrects the file: classes, places, deleted and new objects.
func patch(file string) error {
	ctx := context.Background()
	began := time.Now()
	ds, err := coco.Format.Read(ctx, file, source.Options{})
	if err != nil {
		return err
	}
	known := time.Now()
	var changes []dataset.Change
	step := max(len(ds.Annotations)/4000, 1)
	for a := 0; a < len(ds.Annotations); a += step {
		an := ds.Annotations[a]
		c := dataset.Change{Annotation: a, Image: an.Image, From: dataset.None, To: dataset.None}
		b := an.Geometry.Bounds()
		b.X++
		switch len(changes) % 4 {
		case 0:
			c.Action, c.From, c.To = dataset.SetClass, an.Class, (an.Class+1)%len(ds.Classes)
		case 1:
			c.Action, c.Geometry = dataset.MoveObject, b
		case 2:
			c.Action = dataset.DeleteObject
		case 3:
			c.Action, c.Geometry, c.To, c.Annotation = dataset.AddObject, b, an.Class, dataset.None
		}
		changes = append(changes, c)
	}
	p, err := coco.Format.(source.Patcher).Patch(ctx, ds, changes)
	if err != nil {
		return err
	}
	worked := time.Now()
	edits := 0
	for i := range p.Files {
		edits += len(p.Files[i].Edits)
		if err := apply(ctx, p, &p.Files[i], file+".corrected"); err != nil {
			return err
		}
	}
	fmt.Printf("%d annotations; %d changes in %d edits; read %.2f s, patch %.2f s, write %.2f s\n", len(ds.Annotations), len(changes), edits, known.Sub(began).Seconds(), worked.Sub(known).Seconds(), time.Since(worked).Seconds())
	return os.Remove(file + ".corrected")
}

func apply(ctx context.Context, p *source.Patch, f *source.FilePatch, to string) error {
	in, err := os.Open(filepath.Join(p.Root, f.Name))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 1<<20)
	if err := f.Apply(ctx, w, in); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return out.Close()
}
