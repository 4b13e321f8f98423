package dataset

// Kind names a kind of finding. The names are stable: they appear in command
// output, JSON, queries and URLs.
type Kind string

// The kinds of finding on classified images.
const (
	WrongClass            Kind = "wrong-class"
	ExactDuplicate        Kind = "exact-duplicate"
	NearDuplicate         Kind = "near-duplicate"
	SplitLeak             Kind = "split-leak"
	InconsistentComponent Kind = "inconsistent-component"
	Unreadable            Kind = "unreadable"
	Truncated             Kind = "truncated"
	Dark                  Kind = "dark"
	Bright                Kind = "bright"
	Blurry                Kind = "blurry"
	LowInformation        Kind = "low-information"
	OddSize               Kind = "odd-size"
	OddAspect             Kind = "odd-aspect"
	Grayscale             Kind = "grayscale"
	RotatedByEXIF         Kind = "rotated-by-exif"
	UndefinedClass        Kind = "undefined-class"
	UnusedClass           Kind = "unused-class"
	RareClass             Kind = "rare-class"
	Artifact              Kind = "artifact"
	DuplicateObject       Kind = "duplicate-object"
	DuplicateID           Kind = "duplicate-id"
	OrphanAnnotation      Kind = "orphan-annotation"
	UnlabelledImage       Kind = "unlabelled-image"
	SizeMismatch          Kind = "size-mismatch"
	WeakAnnotator         Kind = "weak-annotator"
	MissingClass          Kind = "missing-class"
	ExtraClass            Kind = "extra-class"
	Outlier               Kind = "outlier"
	UnderperformingGroup  Kind = "underperforming-group"
	SpuriousCorrelation   Kind = "spurious-correlation"
	NonIID                Kind = "non-iid"
)

// KindInfo describes a kind of finding for tables and screens.
type KindInfo struct {
	Kind Kind
	// Title is the plural heading, for example "Wrong class".
	Title string
	// Family is the check that finds it: class, duplicate, outlier, quality,
	// object, dataset.
	Family string
	// Summary is one sentence that says what is wrong.
	Summary string
	// Label tells whether it speaks of a label (true) or of a picture.
	Label bool
}

// Kinds lists every kind in the order in which reports show them.
func Kinds() []KindInfo { return kinds }

// Info returns the description of k; ok is false for an unknown name.
func (k Kind) Info() (info KindInfo, ok bool) {
	for _, i := range kinds {
		if i.Kind == k {
			return i, true
		}
	}
	return KindInfo{}, false
}

var kinds = []KindInfo{
	{WrongClass, "Wrong class", "class", "The picture looks like another class than its label.", true},
	{MissingClass, "Missing classes", "class", "The picture shows a class that is not among its labels.", false},
	{ExtraClass, "Extra classes", "class", "The picture does not show a class that is among its labels.", true},
	{InconsistentComponent, "Inconsistent duplicates", "duplicate", "Pictures that are the same carry different labels.", true},
	{SplitLeak, "Split leaks", "duplicate", "The same picture is in two splits.", false},
	{ExactDuplicate, "Exact duplicates", "duplicate", "The same picture is there more than once.", false},
	{NearDuplicate, "Near duplicates", "duplicate", "Almost the same picture is there more than once.", false},
	{Outlier, "Outliers", "outlier", "The picture is like none of the others.", false},
	{Unreadable, "Unreadable", "quality", "The file is no picture that can be decoded.", false},
	{Truncated, "Truncated", "quality", "The file ends before the picture does.", false},
	{Dark, "Dark", "quality", "Almost nothing in the picture is bright.", false},
	{Bright, "Bright", "quality", "Almost nothing in the picture is dark.", false},
	{Blurry, "Blurry", "quality", "The picture has no sharp edges.", false},
	{LowInformation, "Low information", "quality", "The picture is nearly one flat colour.", false},
	{OddSize, "Odd size", "quality", "The picture is far larger or smaller than the others.", false},
	{OddAspect, "Odd aspect", "quality", "The picture is a narrow strip.", false},
	{Grayscale, "Grayscale", "quality", "The picture has no colour though most others have.", false},
	{RotatedByEXIF, "Rotated by EXIF", "quality", "The file asks to be shown rotated; tools that ignore that see it lying on its side.", false},
	{Artifact, "Artifacts", "object", "An annotation marks nothing that can be seen: no area, outside of the picture, a crossed or undecodable outline.", true},
	{DuplicateObject, "Duplicate objects", "object", "The same object is marked more than once.", true},
	{DuplicateID, "Duplicate ids", "dataset", "Two records carry the same identity.", true},
	{OrphanAnnotation, "Orphan annotations", "dataset", "An annotation speaks of an image that the source does not list.", false},
	{UnlabelledImage, "Unlabelled images", "dataset", "Nothing is marked in a picture though the others have annotations.", false},
	{SizeMismatch, "Wrong image size", "dataset", "The source states another size than the picture has.", false},
	{UndefinedClass, "Undefined class", "dataset", "A label is not in the list of classes.", true},
	{UnusedClass, "Unused class", "dataset", "A class has no label at all.", false},
	{RareClass, "Rare class", "dataset", "A class has too few labels to learn from.", false},
	{WeakAnnotator, "Weak annotators", "dataset", "The labels of one person are right far less often than those of the others.", false},
	{UnderperformingGroup, "Underperforming groups", "dataset", "The model fails at a group of pictures that look alike.", false},
	{SpuriousCorrelation, "Spurious correlations", "dataset", "A property of the pictures, such as their brightness, gives the label away.", false},
	{NonIID, "Order of the pictures", "dataset", "The order of the pictures tells what they show.", false},
}
