"""Draws the pictures of testdata/formats in many file formats and writes what
Pillow and numpy measure of them to formats.json. Needs Pillow 9.4 and numpy
1.24 (Debian: apt-get install python3-pil python3-numpy). Run it here:

    python3 make.py
"""

import hashlib
import json
import math
import os

import numpy as np
from PIL import Image, ImageFilter, ImageOps, ImageStat

W, H = 90, 62
y, x = np.mgrid[0:H, 0:W]
rings = 127 + 120 * np.sin(np.hypot(x - 30, y - 25) / 4)
disc = np.where(np.hypot(x - 60, y - 35) < 20, 70, -40)
rgb = np.stack([2.4 * x + 20, 127 + 0.9 * (rings - 127), 3 * y + disc + 60], -1)
picture = Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8))
alpha = Image.fromarray(np.clip(4 * x - 60, 0, 255).astype(np.uint8))
grey = picture.convert("L")

os.makedirs("formats", exist_ok=True)
for name in os.listdir("formats"):
    os.remove(f"formats/{name}")


def save(name, image, **options):
    image.save(f"formats/{name}", **options)


def oriented(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif.tobytes()


with_alpha = picture.copy()
with_alpha.putalpha(alpha)
grey_alpha = grey.copy()
grey_alpha.putalpha(alpha)
turned = picture.transpose(Image.ROTATE_90)

save("rgb.png", picture)
save("grey.png", grey)
save("la.png", grey_alpha)
save("rgba.png", with_alpha)
save("palette.png", picture.quantize(60))
save("one.png", picture.convert("1"))
save("turned.png", picture, exif=oriented(3))
save("420.jpg", picture, quality=85, subsampling=2)
save("422.jpg", picture, quality=85, subsampling=1)
save("444.jpg", picture, quality=95, subsampling=0)
save("progressive.jpg", picture, quality=80, progressive=True)
save("grey.jpg", grey, quality=80)
save("cmyk.jpg", picture.convert("CMYK"), quality=85)
for value in (2, 3, 4, 6):
    save(f"turned{value}.jpg", picture, quality=85, exif=oriented(value))
save("lossy.webp", picture, quality=80)
save("lossless.webp", picture, lossless=True)
save("alpha.webp", with_alpha, quality=80)
save("turned.webp", picture, lossless=True, exif=oriented(2))
save("animated.webp", picture, save_all=True, append_images=[turned.resize((W, H))], quality=80)
save("animated.gif", picture, save_all=True, append_images=[grey, grey.rotate(40)])
save("grey.gif", grey)
save("rgb.bmp", picture)
save("grey.bmp", grey)
save("one.bmp", picture.convert("1"))
save("rgb.tiff", picture, compression="tiff_lzw")
save("deflate.tiff", with_alpha, compression="tiff_adobe_deflate")
save("pages.tiff", grey, save_all=True, append_images=[grey, grey])
save("rgb.ppm", picture)
save("grey.pgm", grey)
save("one.pbm", picture.convert("1"))


def cosine(a):
    k, i = np.mgrid[0:32, 0:32]
    return 2 * np.cos(np.pi * k * (2 * i + 1) / 64) @ a


def perceptual_hash(image):
    small = np.asarray(image.convert("L").resize((32, 32), Image.LANCZOS)).astype(float)
    c = np.round(cosine(cosine(small).T).T[:8, :8], 6)
    return "".join("1" if v else "0" for v in (c > np.median(c)).flatten())


def measure(name):
    image = Image.open(f"formats/{name}")
    orientation = image.getexif().get(0x0112, 1)
    upright = ImageOps.exif_transpose(image)
    image = Image.open(f"formats/{name}")
    a = np.asarray(image.convert("RGB") if image.mode in ("P", "1", "CMYK") else image).astype(float)
    if a.ndim == 2 or a.shape[2] == 2:
        brightness = (a if a.ndim == 2 else a[:, :, 0]) / 255
    else:
        brightness = np.sqrt(0.241 * a[..., 0] ** 2 + 0.691 * a[..., 1] ** 2 + 0.068 * a[..., 2] ** 2) / 255
    out = {
        "mode": image.mode,
        "width": image.width,
        "height": image.height,
        "orientation": orientation,
        "frames": getattr(image, "n_frames", 1),
        "p5": np.percentile(brightness, 5),
        "p99": np.percentile(brightness, 99),
    }
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        ratio = max(image.size) / 64
        small = image.resize((int(image.width // ratio), int(image.height // ratio))).convert("L")
        out["entropy"] = image.entropy()
        out["edges"] = math.sqrt(ImageStat.Stat(small.filter(ImageFilter.FIND_EDGES)).var[0])
        out["histogram"] = float(np.std(small.histogram()))
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        out["phash"] = f"{int(perceptual_hash(upright), 2):016x}"
    if image.mode not in ("LA", "RGBA"):
        out["pixels"] = hashlib.sha256(upright.convert("RGB").tobytes()).hexdigest()
    return out


with open("formats.json", "w") as f:
    json.dump({name: measure(name) for name in sorted(os.listdir("formats"))}, f, indent=1)
    f.write("\n")
