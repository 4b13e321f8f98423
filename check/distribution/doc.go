// Package distribution counts labels, attributes and the sizes of objects and
// reports what is uneven: classes with few samples, attributes with one value,
// boxes far larger than others of their class. Names, definitions and defaults
// are those of Datumaro's validators, so that a report can be compared with
// theirs; none of it is a finding by itself, and nothing is suggested.
//
//	report := distribution.Check(ds, dataset.NewIndex(ds), distribution.Options{})
//	for _, e := range report.Entries { fmt.Println(e.Severity, e.Name, e.Message) }
//	err := report.WriteText(os.Stdout, 10)
//
// # Tasks
//
// A report is about annotations of one sort: labels of whole images
// ([Classification]), upright and rotated boxes ([Detection]), or polygons and
// masks ([Segmentation]). Others are as if they were not there. By default it is
// the sort that most annotations are of.
//
// # Reports
//
// For all tasks: MissingLabelCategories, MissingAnnotation, UndefinedLabel,
// LabelDefinedButNotFound, OnlyOneLabel, FewSamplesInLabel, ImbalancedLabels,
// and for each attribute of a class AttributeDefinedButNotFound,
// MissingAttribute, UndefinedAttribute, OnlyOneAttributeValue,
// FewSamplesInAttribute, ImbalancedAttribute. For classification
// MultiLabelAnnotations. For boxes InvalidValue and NegativeLength (a width or
// height below 1). For boxes and outlines FarFromLabelMean, FarFromAttrMean,
// ImbalancedDistInLabel, ImbalancedDistInAttribute, of each property of the
// objects of a class and of those with one value of an attribute. The constants
// of [Name] say when each is reported.
//
// Properties of boxes are width, height, area(wxh), ratio(w/h), short and long
// (the sides); of outlines area, width and height.
//
// # What differs from Datumaro
//
//   - A dataset does not define attributes. Unless [Options] name them, those
//     that occur with a class are defined for it.
//   - A label that is not in the source's list of classes is reported once for
//     each image and label, from the problems that the reader met.
//   - An attribute of more than [Options].MaxValues values is an identity or free
//     text, whose values are not compared.
//   - Width and height of a mask count its pixels; Datumaro has one less.
//   - Entries of one name beyond [Options].MaxEntries are counted and not kept.
//
// # Parts
//
// [Collect] reads a range of images; [Partial.Merge] puts two ranges together,
// and [Partial.Report] finishes. [Check] does it in one go.
package distribution
