package masks

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// A tree lists folders below a path; both the first look of all formats and a
// thorough one are such.
type tree interface {
	// dirs and files list names in a folder, sorted. What cannot be listed holds
	// nothing.
	dirs(rel string) []string
	files(rel string) []string
	// head returns the start of a file, or nothing.
	head(rel string) []byte
}

// A pairing is a folder of pictures with folders of label pictures.
type pairing struct {
	// title says which layout it is.
	title string
	// dir is the folder that all of it lies in.
	dir      string
	pictures string
	// planes are the folders of label pictures; the regions are read from the
	// first one that has a file for a picture.
	planes []plane
	// extras are folders with further files of the same stem, which are dropped
	// with the picture.
	extras []string
	// split is the name that the folders give to all of its pictures.
	split string
	// listed tells that only pictures with a label picture or on a list belong
	// to it, so that dropped ones stay where they are.
	listed bool
	// legend is the list of classes where no file has one; nil for none.
	legend func() *legend
}

// A plane is a folder of label pictures of one kind.
type plane struct {
	folder string
	kind   kind
	// suffix ends the stems of its files; empty for any.
	suffix string
}

// maxDepth bounds how deep folders are looked into for layouts: those of a
// collection of datasets are not mixed.
const maxDepth = 1

var splitName = regexp.MustCompile(`^(?i)(train|training|train_extra|trainval|val|valid|validation|test|testing|dev|eval)(20\d\d)?$`)

// Names of folders, the likelier ones first.
var (
	pictureFolders = []string{"images", "image", "imgs", "img", "Images", "JPEGImages", "PNGImages", "rgb", "RGB", "photos", "pictures"}
	maskFolders    = []string{
		"masks", "mask", "Masks", "annot", "annots", "annotations", "labels", "label", "Labels", "gt", "GT", "groundtruth", "ground_truth",
		"semantic", "segmentation", "segmentations", "seg", "semantic_segmentation", "semseg", "SegmentationClass", "SegmentationClassPNG",
	}
	maskEndings = []string{"annot", "_annot", "_labels", "_label", "_masks", "_mask", "labels", "masks"}
)

// find lists the pairings below a path, the outer ones first.
func find(t tree) []pairing {
	var out []pairing
	var walk func(dir string, depth int)
	walk = func(dir string, depth int) {
		found, used := at(t, dir)
		out = append(out, found...)
		if depth == maxDepth {
			return
		}
		for _, d := range t.dirs(dir) {
			if !slices.Contains(used, d) {
				walk(path.Join(dir, d), depth+1)
			}
		}
	}
	walk("", 0)
	return out
}

// at lists the pairings whose folders lie directly in dir, and the names of
// these folders.
func at(t tree, dir string) (found []pairing, used []string) {
	dirs := t.dirs(dir)
	has := func(name string) bool { return slices.Contains(dirs, name) }
	in := func(elem ...string) string { return path.Join(append([]string{dir}, elem...)...) }
	first := func(names ...string) string {
		for _, n := range names {
			if has(n) {
				return n
			}
		}
		return ""
	}
	add := func(p pairing, names ...string) {
		p.dir, p.pictures = dir, in(p.pictures)
		for i := range p.planes {
			p.planes[i].folder = in(p.planes[i].folder)
		}
		for i := range p.extras {
			p.extras[i] = in(p.extras[i])
		}
		if p.split == "" && splitName.MatchString(path.Base(dir)) {
			p.split = path.Base(dir)
		}
		found, used = append(found, p), append(used, names...)
	}
	if gt := first("gtFine", "gtCoarse"); gt != "" && has("leftImg8bit") {
		add(pairing{title: "Cityscapes", pictures: "leftImg8bit", legend: cityscapesLegend, planes: []plane{
			{gt, by1000, "_" + gt + "_instanceIds"}, {gt, byClass, "_" + gt + "_labelIds"}, {gt, byTrain, "_" + gt + "_labelTrainIds"}, {gt, byClass, "_" + gt + "_color"},
		}}, "leftImg8bit", gt)
		return found, used
	}
	if classes := first("SegmentationClassPNG", "SegmentationClass"); classes != "" && has("JPEGImages") {
		p := pairing{title: "Pascal VOC segmentation", pictures: "JPEGImages", legend: vocLegend, listed: true, planes: []plane{{classes, byClass, ""}}}
		if objects := first("SegmentationObjectPNG", "SegmentationObject"); objects != "" {
			p.planes = append(p.planes, plane{objects, byObject, ""})
		}
		add(p, dirs...)
		return found, used
	}
	if pictures := first("PNGImages", "JPEGImages", "images"); has("PedMasks") && pictures != "" {
		p := pairing{title: "Penn-Fudan", pictures: pictures, legend: func() *legend { return oneClass("pedestrian") }, planes: []plane{{"PedMasks", byObject, "_mask"}}}
		if has("Annotation") {
			p.extras = []string{"Annotation"}
		}
		add(p, pictures, "PedMasks", "Annotation")
		return found, used
	}
	if has("image_2") && first("instance", "semantic", "semantic_rgb") != "" {
		p := pairing{title: "KITTI segmentation", pictures: "image_2", legend: cityscapesLegend}
		for _, pl := range []plane{{"instance", by256, ""}, {"semantic", byClass, ""}, {"semantic_rgb", byClass, ""}} {
			if has(pl.folder) {
				p.planes = append(p.planes, pl)
			}
		}
		add(p, dirs...)
		return found, used
	}
	if has("images") && has("labels") && slices.Contains(t.dirs(in("labels")), "sem_seg") && holdsPNG(t, in("labels", "sem_seg", "masks")) {
		p := pairing{title: "BDD100K", pictures: "images", legend: bddLegend, planes: []plane{{"labels/sem_seg/masks", byClass, ""}}}
		if slices.Contains(t.dirs(in("images")), "10k") {
			p.pictures = "images/10k"
		}
		add(p, dirs...)
		return found, used
	}
	if has("images") {
		if v := first("v2.0", "v1.2"); v != "" {
			add(pairing{title: "Mapillary Vistas", pictures: "images", planes: []plane{{v + "/instances", by256, ""}, {v + "/labels", byClass, ""}}}, dirs...)
			return found, used
		}
		if has("instances") && slices.Contains(t.files(in("instances")), "labels.txt") {
			names := strings.Fields(string(t.head(in("instances", "labels.txt"))))
			add(pairing{title: "MOTS", pictures: "images", planes: []plane{{"instances", by1000, ""}}, legend: func() *legend { return motsLegend(names) }}, "images", "instances")
			return found, used
		}
		if has("instances") && has("labels") {
			add(pairing{title: "Mapillary Vistas", pictures: "images", planes: []plane{{"instances", by256, ""}, {"labels", byClass, ""}}}, dirs...)
			return found, used
		}
	}
	if has("701_StillsRaw_full") && has("LabeledApproved_full") {
		add(pairing{title: "CamVid", pictures: "701_StillsRaw_full", legend: camvidLegend, planes: []plane{{"LabeledApproved_full", byClass, "_L"}}}, dirs...)
	}
	if has("RGBLeft") && has("GTLeft") {
		add(pairing{title: "SYNTHIA-SF", pictures: "RGBLeft", legend: synthiaSFLegend, planes: []plane{{"GTLeft", byClass, ""}}}, dirs...)
		return found, used
	}
	if has("RGB") && has("SemSeg") {
		add(pairing{title: "SYNTHIA-AL", pictures: "RGB", legend: synthiaALLegend, planes: []plane{{"SemSeg", byClass, ""}}}, dirs...)
		return found, used
	}
	if has("RGB") && has("GT") {
		p := pairing{title: "SYNTHIA", pictures: "RGB", legend: synthiaLegend, planes: []plane{{"GT", byClass, ""}}}
		if slices.Contains(t.dirs(in("GT")), "COLOR") {
			p.planes[0].folder = "GT/COLOR"
		}
		if has("GTTXT") {
			p.extras = []string{"GTTXT"}
		}
		add(p, dirs...)
		return found, used
	}
	for _, x := range dirs {
		for _, end := range maskEndings {
			if m := x + end; has(m) && holdsPictures(t, in(x)) && holdsPNG(t, in(m)) {
				p := pairing{title: "folders " + x + " and " + m, pictures: x, planes: []plane{{m, byClass, ""}}}
				if splitName.MatchString(x) {
					p.split = x
				}
				add(p, x, m)
				break
			}
		}
	}
	if pictures := first(pictureFolders...); pictures != "" {
		i := slices.IndexFunc(maskFolders, func(m string) bool { return has(m) && m != pictures && holdsPNG(t, in(m)) })
		if i >= 0 {
			masks := maskFolders[i]
			add(pairing{title: "folders " + pictures + " and " + masks, pictures: pictures, planes: []plane{{masks, byClass, ""}}}, pictures, masks)
		}
	}
	if head := t.head(in("_classes.csv")); strings.HasPrefix(string(head), "Pixel Value") {
		add(pairing{title: "pictures with label pictures beside", planes: []plane{{"", byClass, "_mask"}}})
	}
	return found, used
}

// holdsPNG and holdsPictures look for a file in a folder or in a folder of it.
func holdsPNG(t tree, dir string) bool { return holds(t, dir, isLabelName, 3) }

func holdsPictures(t tree, dir string) bool { return holds(t, dir, isPictureName, 3) }

func holds(t tree, dir string, wanted func(string) bool, depth int) bool {
	if slices.ContainsFunc(t.files(dir), wanted) {
		return true
	}
	return depth > 0 && slices.ContainsFunc(t.dirs(dir), func(d string) bool { return holds(t, path.Join(dir, d), wanted, depth-1) })
}

func isLabelName(name string) bool { return strings.EqualFold(path.Ext(name), ".png") }
