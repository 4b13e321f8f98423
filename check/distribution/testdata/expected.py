"""Writes expected.json: small random datasets and what Datumaro's validators say.

Run with datumaro 1.13 installed:

    python expected.py > expected.json

A case has a task, classes, defined attributes, and items: each a list of
annotations with class, box or polygon, and attributes. The reports are sorted
lists of [name, severity, item, label, attribute, value, property, mean, number].
"""

import json
import random

import numpy as np
from datumaro.components.annotation import AnnotationType, Bbox, Label, LabelCategories, Polygon
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.plugins.validators import ClassificationValidator, DetectionValidator, SegmentationValidator

rnd = random.Random(4)
TASKS = {"classification": ClassificationValidator, "detection": DetectionValidator, "segmentation": SegmentationValidator}


def box():
    v = [rnd.uniform(0, 300), rnd.uniform(0, 300), rnd.gauss(60, 5), rnd.gauss(40, 5)]
    odd = rnd.random()
    if odd < 0.01:
        v[2] = rnd.choice([0, -5, 0.5])
    elif odd < 0.02:
        v[3] = 0
    elif odd < 0.04:
        v[2], v[3] = rnd.uniform(300, 2000), rnd.uniform(300, 1000)
    return [round(x, rnd.choice([0, 1, 2])) for x in v]


def polygon():
    x, y, w, h = box()
    w, h = abs(w) + 1, abs(h) + 1
    return [x, y, x + w, y, x + w, y + h, x, y + h] if rnd.random() < 0.5 else [x, y, x + w, y, x + w / 2, y + h]


def case(task, classes, attributes, items, most):
    rows = []
    for _ in range(items):
        row = []
        for _ in range(rnd.choice(range(most + 1))):
            a = {"class": min(int(rnd.expovariate(0.9)), classes - 1), "attributes": {}}
            if task == "detection":
                a["box"] = box()
            elif task == "segmentation":
                a["polygon"] = polygon()
            for name, values in (("colour", "red green blue".split()), ("pose", ["left"] * 60 + ["right"]), ("seen", ["yes"])):
                if rnd.random() < 0.9:
                    a["attributes"][name] = rnd.choice(values)
            row.append(a)
        rows.append(row)
    categories = LabelCategories(attributes=set(attributes))
    for i in range(classes):
        categories.add(f"c{i}")
    n = 0
    made = []
    for i, row in enumerate(rows):
        anns = []
        for a in row:
            kw = {"label": a["class"], "id": n, "attributes": a["attributes"]}
            n += 1
            if task == "classification":
                anns.append(Label(**kw))
            elif task == "detection":
                anns.append(Bbox(*a["box"], **kw))
            else:
                anns.append(Polygon(a["polygon"], **kw))
        made.append(DatasetItem(id=f"{i:03d}", annotations=anns))
    data = Dataset.from_iterable(made, categories={AnnotationType.label: categories})
    validator = TASKS[task]()
    reports = []
    for r in validator.generate_reports(validator.compute_statistics(data)):
        get = lambda name: getattr(r, name, None)
        prop = get("prop")
        value = get("attr_value") if get("attr_value") is not None else get("value")
        count = lambda v: None if v is None else float(v)
        reports.append([
            type(r).__name__, r.severity.name, get("item_id"), get("label_name"), get("attr_name"), value,
            prop and prop.split(" ")[-1], count(get("mean")), count(get("val")),
        ])
    reports.sort(key=lambda r: [str(v) for v in r])
    return {"task": task, "classes": classes, "attributes": attributes, "items": rows, "reports": reports}


cases = [
    case("classification", 4, ["colour", "pose", "never"], 30, 2),
    case("classification", 3, [], 30, 1),
    case("detection", 3, ["colour", "pose", "seen"], 50, 4),
    case("detection", 5, ["seen"], 10, 3),
    case("segmentation", 3, ["colour", "pose"], 50, 4),
]
print("[\n" + ",\n".join(json.dumps(c, default=float) for c in cases) + "\n]")
