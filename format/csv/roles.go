package csvtable

import "strings"

// Names that say what a column means, the surest first: lower case, letters and
// digits only.
var (
	pathNames = []string{
		"path", "imagepath", "filepath", "relativepath", "relpath", "imgpath",
		"filename", "imagefilename", "imagefile", "imagename", "imgname", "imgfile", "fname",
		"file", "files", "filepaths", "filenames", "image", "images", "img", "picture", "photo", "pic",
		"imageuri", "imageurl", "uri", "url", "imageid", "imgid", "nameid", "name", "id",
	}
	labelNames = []string{
		"label", "labels", "givenlabel", "given", "noisylabel", "class", "category", "target", "classname", "labelname",
		"categoryname", "classlabel", "imagelabel", "classid", "labelid", "categoryid", "classindex",
		"labelindex", "y", "groundtruth", "gt", "species", "tag", "finding", "diagnosis",
	}
	splitNames     = []string{"split", "subset", "partition", "datasplit", "set", "usage"}
	annotatorNames = []string{
		"annotator", "annotatorid", "annotatedby", "labeler", "labeller", "labelerid", "labelledby",
		"labeledby", "worker", "workerid", "rater", "raterid",
	}
)

// rolesByName assigns columns by their names alone; none where no name fits.
func rolesByName(header []string) layout {
	plain := make([]string, len(header))
	for i, h := range header {
		plain[i] = plainName(h)
	}
	first := func(names []string) int {
		for _, n := range names {
			if i := indexOf(plain, n); i != none {
				return i
			}
		}
		return none
	}
	return layout{path: first(pathNames), label: first(labelNames), split: first(splitNames), annotator: first(annotatorNames)}
}

// plainName strips a column name to lower-case letters and digits.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r > 127:
			return r
		}
		return -1
	}, s)
}
