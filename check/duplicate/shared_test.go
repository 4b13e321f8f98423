package duplicate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
	"github.com/errata-cv/errata/pixel"
)

// Real photos: a picture and its resized copy are near duplicates, copies in
// other folders are exact ones, and nothing ties two scenes together.
func TestRealPictures(t *testing.T) {
	dir := shared.Dir(t, "data", "dedup-samples", "imagededup")
	var names []string
	var c Columns
	var small [][]uint8
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !pixel.HasImageExtension(path) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := pixel.Measure(data, pixel.Options{})
		if err != nil {
			return nil // some are broken on purpose
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		c.SHA256 = append(c.SHA256, m.SHA256)
		c.Pixels = append(c.Pixels, m.PixelHash)
		c.PHash = append(c.PHash, m.PHash)
		c.Contrast = append(c.Contrast, m.Quality.BrightnessP99-m.Quality.BrightnessP5)
		small = append(small, m.Input)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Inputs = pictures{pixel.InputSide, small}
	got := find(t, c, Options{Distance: DefaultDistance})
	index := func(name string) int {
		i := slices.Index(names, name)
		if i < 0 {
			t.Fatalf("there is no %s among %v", name, names)
		}
		return i
	}
	original, resized := index("mixed_images/ukbench00120.jpg"), index("mixed_images/ukbench00120_resize.jpg")
	if got.Near[original] != got.Near[resized] || got.Exact[original] == got.Exact[resized] {
		t.Errorf("a picture and its resized copy have the components %d and %d", got.Near[original], got.Near[resized])
	}
	exact := 0
	for i, e := range got.Exact {
		if int(e) != i {
			exact++
		}
	}
	if exact == 0 {
		t.Error("no copy in another folder was found")
	}
	for _, members := range got.Groups() {
		scenes := make(map[string]bool)
		for _, m := range members {
			scene, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(names[m]), filepath.Ext(names[m])), "_")
			if strings.HasPrefix(scene, "ukbench") { // the others are the same scenes under other names
				scenes[scene] = true
			}
		}
		if len(scenes) > 1 {
			t.Errorf("different scenes are tied together: %v", scenes)
		}
	}
}
