// Package tfrecord reads and writes TFRecord files of labelled pictures, as
// TensorFlow's object detection API, its image classification examples and the
// tools around them write them.
//
//	ds, err := tfrecord.Format.Read(ctx, "train.tfrecord", source.Options{})
//
// # Layout
//
// A file is a sequence of records: a length of 8 bytes, its checksum, the data,
// the checksum of the data (masked CRC-32C). The data are a tf.train.Example, a
// protocol buffer with named lists of texts, numbers or whole numbers:
//
//	image/encoded                     the picture, JPEG or PNG; may be absent
//	image/filename, image/source_id   names of it
//	image/width, image/height         its size
//	image/object/bbox/xmin … ymax     sides of the boxes as shares of the size
//	image/object/class/text, …/label  classes of the boxes
//	image/object/mask                 pictures of the objects (PNG)
//	image/object/is_crowd, …/area     facts about them
//	image/class/text, …/label         classes of the whole picture
//
// The pictures of TensorFlow Datasets ("image", "label") are read as well. A
// label_map.pbtxt beside the files, or in a folder around them, lists the
// classes; without one the texts are the classes, or else the numbers.
//
// A folder holds several files: "train.tfrecord" and "val.tfrecord", shards
// such as "train.record-00000-of-00010", or "train/x.tfrecord". The words train,
// val, test and the like in names are the splits. Compressed files are not read.
//
// # Conventions
//
//   - An image whose picture lies in its record is called by the file and the
//     name in the record, "train.tfrecord/0017.jpg"; a record without a picture
//     by the file that its name leads to.
//   - Sides of boxes are 32-bit shares. They are turned into the number of pixels
//     with the fewest decimals that is the same share but for its last bit, so
//     that whole pixels come out whole.
//   - The text of a class counts before its number. In a label map, texts may be
//     names or display names; display names are shown.
//   - Every other list image/object/NAME with one value for each object is the
//     attribute NAME.
//   - A record whose checksum is wrong is reported and left out.
//
// # Corrections
//
// A patch replaces the values that change, the lengths around them and the two
// checksums of the record. All other records and all other features, unknown
// ones too, stay byte for byte. Deleting an object takes its value out of every
// list image/object/… that has one (or the same number) for each object; adding
// one puts a zero or an empty text into those that have no better. Dropping an
// image removes its record.
package tfrecord
