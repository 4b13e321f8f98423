"""Writes rle.json: random outlines and what pycocotools makes of them.

Run with pycocotools and numpy installed:

    python rle.py [cases] > rle.json

Each case has the size of a picture, the parts of an outline and of a second
one, their run lengths after filling and uniting ("a", "b", compressed) and the
area and IoU of the two masks.
"""

import json
import random
import sys

import numpy as np
from pycocotools import mask

rnd = random.Random(3)


def number(low, high):
    v = rnd.uniform(low, high)
    return rnd.choice([round(v), round(v * 2) / 2, round(v * 10) / 10, round(v, 2), v])


def part(w, h):
    corners = rnd.choice([3, 3, 4, 5, 8, 20])
    low, high = rnd.choice([(0, 1), (0, 1), (-0.5, 1.5), (0.4, 0.6), (-3, 0.2)])
    out = []
    for _ in range(corners):
        out += [number(low * w, high * w), number(low * h, high * h)]
    if rnd.random() < 0.2:
        out += out[-2:]  # a repeated corner
    return out


def case():
    w, h = rnd.choice([(1, 1), (7, 5), (5, 40), (64, 48), (100, 3), (333, 500)])
    c = {"w": w, "h": h}
    filled = []
    for name in "ab":
        c[name + "Parts"] = [part(w, h) for _ in range(rnd.choice([1, 1, 2, 3]))]
        filled.append(mask.merge(mask.frPyObjects(c[name + "Parts"], h, w)))
        c[name] = filled[-1]["counts"].decode()
        # The codec on what is no outline.
        noise = np.asfortranarray(np.random.default_rng(rnd.randrange(1 << 30)).random((h, w)) < 0.5)
        if w * h < 100:
            c[name + "Noise"] = {
                "pixels": "".join("01"[int(v)] for v in noise.flatten()),
                "rle": mask.encode(noise.astype(np.uint8))["counts"].decode(),
            }
    c["area"] = [int(mask.area(m)) for m in filled]
    c["iou"] = float(mask.iou([filled[0]], [filled[1]], [0])[0][0])
    return c


cases = [case() for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 30)]
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
