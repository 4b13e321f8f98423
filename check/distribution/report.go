package distribution

import (
	"fmt"
	"io"

	"github.com/errata-cv/errata/dataset"
)

// Task is the sort of annotations that a report is about.
type Task string

// The tasks.
const (
	Classification Task = "classification"
	Detection      Task = "detection"
	Segmentation   Task = "segmentation"
)

// Severity says how bad a report is.
type Severity string

// The severities of Datumaro.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Name is the name of a report in Datumaro.
type Name string

// The reports in their order.
const (
	// MissingLabelCategories: the dataset has no classes.
	MissingLabelCategories Name = "MissingLabelCategories"
	// MissingAnnotation: an image has no annotation of the task.
	MissingAnnotation Name = "MissingAnnotation"
	// UndefinedLabel: a label is not in the source's list of classes.
	UndefinedLabel Name = "UndefinedLabel"
	// LabelDefinedButNotFound: a class has no annotation.
	LabelDefinedButNotFound Name = "LabelDefinedButNotFound"
	// OnlyOneLabel: all annotations are of one class.
	OnlyOneLabel Name = "OnlyOneLabel"
	// FewSamplesInLabel: a class has at most Options.FewSamples annotations.
	FewSamplesInLabel Name = "FewSamplesInLabel"
	// ImbalancedLabels: the largest class has at least Options.ImbalanceRatio
	// times as many annotations as the smallest, which may be empty.
	ImbalancedLabels Name = "ImbalancedLabels"
	// AttributeDefinedButNotFound: no annotation of a class has an attribute.
	AttributeDefinedButNotFound Name = "AttributeDefinedButNotFound"
	// MissingAttribute: an annotation has not an attribute of its class.
	MissingAttribute Name = "MissingAttribute"
	// OnlyOneAttributeValue: an attribute of a class has one value.
	OnlyOneAttributeValue Name = "OnlyOneAttributeValue"
	// FewSamplesInAttribute: a value is there at most Options.FewSamples times.
	FewSamplesInAttribute Name = "FewSamplesInAttribute"
	// ImbalancedAttribute: as ImbalancedLabels, for the values of an attribute.
	ImbalancedAttribute Name = "ImbalancedAttribute"
	// UndefinedAttribute: an annotation has an attribute not in Options.
	UndefinedAttribute Name = "UndefinedAttribute"
	// MultiLabelAnnotations: an image has more than one label.
	MultiLabelAnnotations Name = "MultiLabelAnnotations"
	// NegativeLength: width or height of a box is below 1.
	NegativeLength Name = "NegativeLength"
	// InvalidValue: a property is NaN or infinite; the ratio of a box without
	// height is.
	InvalidValue Name = "InvalidValue"
	// FarFromLabelMean: a property is more than Options.FarFromMean standard
	// deviations from the mean of its class.
	FarFromLabelMean Name = "FarFromLabelMean"
	// ImbalancedDistInLabel: of ten equal bins between the least and the greatest
	// value of a property in a class, the Options.TopBins share that holds most
	// has at least Options.Dominance of the values.
	ImbalancedDistInLabel Name = "ImbalancedDistInLabel"
	// FarFromAttrMean: as FarFromLabelMean, of the annotations of a class with one
	// value of an attribute.
	FarFromAttrMean Name = "FarFromAttrMean"
	// ImbalancedDistInAttribute: as ImbalancedDistInLabel, of the same.
	ImbalancedDistInAttribute Name = "ImbalancedDistInAttribute"
)

// kind is a report with its severity, and its plural for the text.
type kind struct {
	name     Name
	severity Severity
	heading  string
}

var kinds = []kind{
	{MissingLabelCategories, Error, "no classes"},
	{MissingAnnotation, Warning, "images without annotation"},
	{UndefinedLabel, Error, "labels that are not in the list of classes"},
	{LabelDefinedButNotFound, Warning, "classes without annotation"},
	{OnlyOneLabel, Info, "only one class has annotations"},
	{FewSamplesInLabel, Info, "classes with few annotations"},
	{ImbalancedLabels, Info, "classes out of balance"},
	{AttributeDefinedButNotFound, Warning, "attributes without a value"},
	{MissingAttribute, Warning, "annotations that lack an attribute"},
	{OnlyOneAttributeValue, Info, "attributes with one value only"},
	{FewSamplesInAttribute, Info, "values of attributes with few annotations"},
	{ImbalancedAttribute, Info, "attributes out of balance"},
	{UndefinedAttribute, Error, "attributes that are not defined"},
	{MultiLabelAnnotations, Error, "images with several labels"},
	{NegativeLength, Error, "boxes narrower or lower than a pixel"},
	{InvalidValue, Error, "values that are no finite number"},
	{FarFromLabelMean, Warning, "objects far from the mean of their class"},
	{ImbalancedDistInLabel, Info, "properties of classes in few bins"},
	{FarFromAttrMean, Warning, "objects far from the mean of their attribute"},
	{ImbalancedDistInAttribute, Info, "properties by attribute in few bins"},
}

// Entry is one thing reported. What it does not speak of is dataset.None, empty
// or zero.
type Entry struct {
	Name     Name
	Severity Severity
	// Image, Annotation and Class index those of the dataset.
	Image, Annotation, Class int
	// Attribute and Value are of the annotations it speaks of.
	Attribute, Value string
	// Property is that of a box or outline, for example "ratio(w/h)".
	Property string
	// Count is of samples; Number is the value of the property and Mean that of
	// the others.
	Count        int
	Number, Mean float64
	// Message is one sentence for a person.
	Message string
}

// Tally counts the entries of one name.
type Tally struct {
	Name     Name
	Severity Severity
	Count    int
}

// Report is what [Check] found.
type Report struct {
	Task Task
	// Images and Annotations were counted; only annotations of the task are.
	Images, Annotations int
	// Classes count the annotations of each class.
	Classes []int
	// Properties describe the sizes of objects by class and attribute.
	Properties []Property
	// Entries are ordered by name as above, then by class, attribute, value,
	// property, image and annotation.
	Entries []Entry
	// Tallies count them by name, those beyond Options.MaxEntries too.
	Tallies []Tally
}

// Property is the distribution of one property of the sound objects of a class,
// or of those with one value of an attribute.
type Property struct {
	Class            int
	Attribute, Value string
	Name             string
	Count            int
	Mean, Deviation  float64
	Min, Max         float64
	// Histogram counts in ten equal bins from Min to Max; a single value is in
	// the sixth, as numpy has it.
	Histogram [bins]int
}

// WriteText writes the report for a terminal: each name that occurs with its
// count and its first entries. Most below zero writes all that are kept.
func (r *Report) WriteText(w io.Writer, most int) error {
	if _, err := fmt.Fprintf(w, "%s: %d annotations on %d images\n", r.Task, r.Annotations, r.Images); err != nil {
		return err
	}
	if len(r.Tallies) == 0 {
		_, err := fmt.Fprintln(w, "nothing is uneven")
		return err
	}
	at := 0
	for _, t := range r.Tallies {
		if _, err := fmt.Fprintf(w, "\n%s %s (%s): %d\n", t.Severity, t.Name, heading(t.Name), t.Count); err != nil {
			return err
		}
		written := 0
		for ; at < len(r.Entries) && r.Entries[at].Name == t.Name; at++ {
			if most >= 0 && written >= most {
				continue
			}
			written++
			if _, err := fmt.Fprintf(w, "  %s\n", r.Entries[at].Message); err != nil {
				return err
			}
		}
		if t.Count > written {
			if _, err := fmt.Fprintf(w, "  and %d more\n", t.Count-written); err != nil {
				return err
			}
		}
	}
	return nil
}

func heading(n Name) string {
	for _, k := range kinds {
		if k.name == n {
			return k.heading
		}
	}
	return ""
}

// TaskOf returns the task that most annotations are of; of two with as many, the
// one with more to say.
func TaskOf(ds *dataset.Dataset) Task {
	n := map[Task]int{}
	for i := range ds.Annotations {
		n[taskOf(ds.Annotations[i].Geometry)]++
	}
	best := Classification
	for _, t := range []Task{Detection, Segmentation} {
		if n[t] > 0 && n[t] >= n[best] {
			best = t
		}
	}
	return best
}

// taskOf is empty for geometries that mean nothing.
func taskOf(g dataset.Geometry) Task {
	switch g.(type) {
	case nil:
		return Classification
	case dataset.Box, dataset.RotatedBox:
		return Detection
	case dataset.Polygon, dataset.Mask:
		return Segmentation
	}
	return ""
}
