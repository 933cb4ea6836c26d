"""A photo made anew: decoded, turned upright, on white, in sRGB, scaled, and written as JPEG. Of what was sent only the
colours of its points go on: no place, no camera, no names, nothing hidden in it or hung on behind it.

To be run in a process that may be lost: see `worker`.
"""

from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from app.files import photo_headers, rules
from app.files.rules import Photo, Picture

# What `Image.open` may find. Imported by name, for it would look for all that it knows otherwise.
FORMATS = tuple(one.format for one in (JpegImageFile, PngImageFile, WebPImageFile))
QUALITY = 82
WHITE = (255, 255, 255)


def remake(data: bytes) -> Photo:
    """Raises Refused, and MemoryError where there is less memory than a picture of this size takes."""
    rules.ensure_size(len(data), rules.PHOTO)
    header = photo_headers.read(data)
    Image.MAX_IMAGE_PIXELS = None  # the header's numbers are compared with what Pillow found, instead
    try:
        with Image.open(BytesIO(header.data), formats=FORMATS) as image:
            large = _look(image, header)
    except (MemoryError, rules.Refused):
        raise
    except Exception as error:  # decoders raise of all sorts; whichever it was, it cannot be seen
        raise photo_headers.refused(rules.BROKEN) from error
    small = large.copy()
    small.thumbnail((rules.SMALL_SIDE, rules.SMALL_SIDE))
    return Photo(_write(large), _write(small))


def _look(image: Image.Image, header: photo_headers.Header) -> Image.Image:
    """As it is to be seen, no longer than LARGE_SIDE."""
    if image.size != (header.width, header.height):
        raise photo_headers.refused(rules.BROKEN)
    if header.format == "JPEG":  # read at a half, a quarter, an eighth where that is large enough
        image.draft(None, (rules.LARGE_SIDE, rules.LARGE_SIDE))
    image.load()
    colours, side_up = image.info.get("icc_profile"), _side_up(image)
    seen = _scaled(image)
    seen = _in_srgb(_on_white(seen), colours)
    if side_up in range(2, 9):
        seen.getexif()[0x0112] = side_up
        ImageOps.exif_transpose(seen, in_place=True)
    return Image.frombytes("RGB", seen.size, seen.tobytes())  # of the old one nothing else goes on


def _side_up(image: Image.Image) -> object:
    """An EXIF that cannot be read says nothing."""
    with suppress(Exception):
        return image.getexif().get(0x0112)
    return None


def _scaled(image: Image.Image) -> Image.Image:
    """In a mode that can be scaled, and scaled."""
    if image.mode == "1" and not image.has_transparency_data:
        image = image.convert("L")
    elif image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    image.thumbnail((rules.LARGE_SIDE, rules.LARGE_SIDE), reducing_gap=2.0)
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    clear = image.convert("RGBA")
    below = Image.new("RGB", image.size, WHITE)
    below.paste(clear, mask=clear.getchannel("A"))
    return below


def _in_srgb(image: Image.Image, colours: bytes | None) -> Image.Image:
    """A profile that cannot be read, or is one for other colours than the picture's, says nothing."""
    if colours and len(colours) <= photo_headers.PROFILE_MAX and image.mode in ("RGB", "CMYK", "L"):
        with suppress(Exception):
            own = ImageCms.ImageCmsProfile(BytesIO(colours))
            turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = turned or image
    return image.convert("RGB")


def _write(image: Image.Image) -> Picture:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), *image.size)
