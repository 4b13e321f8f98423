package coco

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// rootOf returns the folder of the pictures whose names are sampled: the one
// that the person gave, the source when it is a folder that holds them, or one
// beside it.
func rootOf(base string, dir bool, o source.Options, files []file, sample []rawImage) (string, *source.Album, error) {
	if dir && o.Images == "" {
		album := source.OpenAlbum(base)
		if album.Len() > 0 {
			for _, im := range sample {
				f := files[im.file]
				if _, ok := resolverOf(album, f, path.Dir(f.name), false).path(im.name, f.split); ok {
					return base, album, nil
				}
			}
		}
	}
	var names []string
	for _, im := range sample {
		names = append(names, im.name)
		if split := files[im.file].split; split != "" {
			names = append(names, split+"/"+im.name)
		}
	}
	beside := base
	if dir && len(files) > 0 {
		beside = filepath.Join(base, filepath.FromSlash(path.Dir(files[0].name)))
	}
	root, err := source.PictureRoot(o, beside, names)
	if err != nil {
		return "", nil, err
	}
	if dir && o.Images == "" && root == beside {
		root = base
	}
	return root, source.OpenAlbum(root), nil
}

// sampleOf returns some of the images from the start, middle and end.
func sampleOf(images []rawImage) []rawImage {
	const most = 30
	if len(images) <= most {
		return images
	}
	var out []rawImage
	for i := range most {
		out = append(out, images[i*(len(images)-1)/(most-1)])
	}
	return out
}

// resolvers returns how the names in each file become paths below root.
func resolvers(album *source.Album, base string, files []file) []*resolver {
	var out []*resolver
	for _, f := range files {
		rel, err := filepath.Rel(album.Root, filepath.Join(base, filepath.FromSlash(path.Dir(f.name))))
		if err != nil {
			rel = ".."
		}
		out = append(out, resolverOf(album, f, filepath.ToSlash(rel), len(files) > 1))
	}
	return out
}

// place gives the images their paths and adds them to the dataset.
func (r *reader) place(base string, dir bool) error {
	root, album, err := rootOf(base, dir, r.o, r.files, sampleOf(r.images))
	if err != nil {
		return err
	}
	r.Root = root
	paths := resolvers(album, base, r.files)
	r.Dataset.Images = make([]dataset.Image, 0, len(r.images))
	to := make([]int, len(r.images))
	fresh := false
	for i, im := range r.images {
		split := r.files[im.file].split
		p, _ := paths[im.file].path(im.name, split)
		to[i], fresh = r.Image(dataset.Image{Path: p, Split: split, ID: im.id, Width: im.width, Height: im.height})
		if !fresh {
			if r.counts["twice"]++; r.counts["twice"] <= listed {
				r.Problem("", p, 0, r.files[im.file].name, "the picture is listed more than once (image id %s); all annotations of it count together", im.id)
			}
		}
	}
	for i := range r.Problems {
		if n, ok := strings.CutPrefix(r.Problems[i].Image, "\x00"); ok {
			at, _ := strconv.Atoi(n)
			r.Problems[i].Image = r.Dataset.Images[to[at]].Path
		}
	}
	for i, raw := range r.imageOf {
		if raw >= 0 {
			r.imageOf[i] = to[raw]
		}
	}
	r.images = nil
	return nil
}

// settle gives every annotation its image and its class, and takes out those
// whose image is not listed.
func (r *reader) settle() {
	remarks := r.remarks
	slices.SortStableFunc(remarks, func(a, b remark) int { return a.annotation - b.annotation })
	counts := make([]int, len(r.Dataset.Images))
	kept := 0
	for i := range r.Annotations {
		a := &r.Annotations[i]
		image, class := r.imageOf[a.Image], r.classOf[a.Class]
		of := func() string {
			if a.ID == "" {
				return fmt.Sprintf("annotation %d", i+1)
			}
			return "annotation " + a.ID
		}
		if image < 0 {
			if r.counts[dataset.OrphanAnnotation]++; r.counts[dataset.OrphanAnnotation] <= listed {
				r.Problem(dataset.OrphanAnnotation, "", 0, of(), "its image_id is %s, and no image has that id; add the image or delete the annotation", r.imageID[a.Image])
			}
			for len(remarks) > 0 && remarks[0].annotation == i {
				remarks = remarks[1:]
			}
			continue
		}
		name := r.Dataset.Images[image].Path
		counts[image]++
		if class < 0 {
			spelled := r.classID[a.Class]
			if spelled == "" {
				spelled = "without category_id"
			}
			class, _ = r.Class(spelled, true)
			if r.counts[dataset.UndefinedClass]++; r.counts[dataset.UndefinedClass] <= listed {
				r.Problem(dataset.UndefinedClass, name, counts[image], of(), "its category is %s, which is not in the list of categories", spelled)
			}
		}
		for ; len(remarks) > 0 && remarks[0].annotation == i; remarks = remarks[1:] {
			r.Problem(remarks[0].kind, name, counts[image], of(), "%s", remarks[0].message)
		}
		a.Image, a.Class = image, class
		if kept != i {
			r.Annotations[kept] = *a
		}
		kept++
	}
	clear(r.Annotations[kept:])
	r.Predictions = kept > 0 && r.scored == len(r.Annotations)
	r.Annotations = r.Annotations[:kept]
	for _, kind := range []dataset.Kind{dataset.OrphanAnnotation, dataset.UndefinedClass, dataset.DuplicateID, "skip", "twice"} {
		if n := r.counts[kind]; n > listed {
			r.Problem("", "", 0, "", "%d more problems like the last of the %d that are listed (%s)", n-listed, listed, kind)
		}
	}
}
