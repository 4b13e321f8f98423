package boxcsv

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead reads any bytes as a table in both formats. What can be read has an
// empty patch without changes; with an object deleted, the rest reads as before,
// unless the patch itself says that it would not.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"filename,width,height,class,xmin,ymin,xmax,ymax\na.png,100,80,\"car\",10,20,40,60\na.png,100,80,bus,1.5,2,4.50,6\n",
		"image_id;bbox;label\r\na;[10, 20, 40, 60];car\r\na;1.5 2 4.5 6;bus", "a.png,10,20,40,60,car\nb.png,,,,,\n", "a.png,car,10,20,40,60\n",
		openHeader + "a,xclick,/m/1,1,0.1,0.5,0.25,0.75,0,1,1,0,0\na,xclick,/m/1,1,\"0,1\",\"0,5\",\"0,25\",\"0,75\",0,1,1,0,0\n",
		"ImageID,Source,LabelName,Confidence\na,verification,/m/2,1\na,verification,/m/1,0\n", "path\tx\ty\tw\th\tscore\na.png\t\"1\n\"\tx\t1\t1\t0.5\n",
	} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.png"), []byte(picture), 0o666); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(dir, "t.csv")
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, format := range []source.Format{OpenImages, Boxes} {
			ds, err := format.Read(t.Context(), file, source.Options{})
			if err != nil {
				continue
			}
			formattest.PatchNothing(t, format, ds)
			if len(ds.Annotations) < 2 {
				continue
			}
			changes := []dataset.Change{{Action: dataset.DeleteObject, Annotation: 0, Image: ds.Annotations[0].Image, From: -1, To: -1}}
			p, err := format.(source.Patcher).Patch(t.Context(), ds, changes)
			if err != nil {
				t.Fatal(err)
			}
			var after bytes.Buffer
			fp := &p.Files[0]
			if err := fp.Apply(t.Context(), &after, bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			if fp.Verify(t.Context(), bytes.NewReader(data), bytes.NewReader(after.Bytes())) != nil {
				continue
			}
			if c := columnsOf(after.Bytes(), true); c.content == other {
				continue // the only row with a box is gone
			}
			if err := os.WriteFile(file, after.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
			got, err := format.Read(t.Context(), file, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want, err := dataset.Apply(ds, changes)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range formattest.Diff(got, want, formattest.Comparison{NoUnused: true, NoUnlabelled: true, NoSplits: true, NoSizes: true}) {
				t.Fatal(d)
			}
			if err := os.WriteFile(file, data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	})
}
