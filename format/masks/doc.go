// Package masks reads and writes label pictures: PNG files in which the value
// of a pixel says the class, or the object, that the pixel of a photograph
// belongs to.
//
//	images/0001.jpg   images/0002.jpg
//	masks/0001.png    masks/0002.png
//	labelmap.txt      background:0,0,0::
//	                  car:64,0,128::
//
// All pixels of one class in one picture are one annotation with a
// [dataset.Mask]; where the label pictures tell objects apart, all pixels of one
// object are. The value is the gray level as it is stored, the index of a
// palette, or the colour.
//
// # Layouts
//
// A folder of pictures belongs to a folder of label pictures beside it when
// their names fit: images and masks (annot, annotations, labels, gt, ...),
// train and trainannot or train_labels. The names of files may differ by
// endings such as _mask, _label, _L and by the beginnings image_ and gt_. Known
// by name are
//
//   - Cityscapes: leftImg8bit and gtFine. The objects come from _instanceIds
//     (1000 times the class plus a number; a class of things alone is a crowd),
//     or else the classes from _labelIds, _labelTrainIds or _color.
//   - Pascal VOC: JPEGImages with SegmentationClass and, for the objects,
//     SegmentationObject. Pictures belong to it when they have a label picture
//     or ImageSets/Segmentation lists them. 255 is the border: nobody's.
//   - KITTI: image_2 with instance (256 times Cityscapes' class plus a number),
//     semantic or semantic_rgb.
//   - Mapillary Vistas: images with v2.0 or v1.2 (the newer one is read), or
//     with instances and labels, and the classes of config.json.
//   - MOTS: images, instances (1000 times the class plus a number), labels.txt.
//   - SYNTHIA: RGB and GT or SemSeg, RGBLeft and GTLeft.
//   - CamVid: its 32 colours; as indices 0 to 10 and 11 for unlabelled, the
//     eleven classes of SegNet.
//   - BDD100K: images (10k) and labels/sem_seg/masks.
//   - Penn-Fudan: PedMasks, where every value is a pedestrian.
//   - a config.yaml that names folders of images and masks for each split, and
//     classes.
//
// # Classes
//
// The list is the nearest of dataset_meta.json, labelmap.txt (name:r,g,b::),
// label_colors.txt (r g b name), labelmap.csv and class_dict.csv (name,r,g,b),
// _classes.csv (Pixel Value,Class), config.json, config.yaml, codes.txt,
// class_names.txt and classes.txt (a name in each line), or that of a known
// layout. Label pictures in gray or with a palette hold the number of the class
// in the list, from 0; those in colour hold its colour. A palette whose colours
// are those of the list in another order counts by its colours.
//
// A class called background, void, unlabelled or ignored is nobody's: it is no
// class of the dataset, and what is deleted gets its value, the background's
// before the others'. Without a list, 0 is that value, 255 is nobody's too
// unless it is the only value besides 0, and any other value is a class of that
// name, "7" or "#804000".
//
// # Corrections
//
// Repainted are all label pictures of a photograph, the colours and the numbers
// for training of Cityscapes too. Of a PNG only the pixel data (IDAT) is
// replaced; colour type, bit depth, palette and all other chunks stay, and so
// does every pixel that no correction speaks of. An object that gets another
// class keeps its number unless that is taken.
package masks
