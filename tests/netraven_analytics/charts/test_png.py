"""PNG files as bytes."""

import zlib

from netraven_analytics.charts import chart
from netraven_analytics.charts.picture import SCALE, to_png
from netraven_analytics.charts.png import packed, size
from tests.netraven_analytics.charts.answers import answer, drawn, rates


def test_a_notebook_shows_the_picture_at_its_size() -> None:
    """With twice the pixels, for screens that have them; nothing else is shown that could run."""
    picture = chart(answer("failure_rates", rates(2, device_type=["a", "b"]), ["device_type"]))
    shown, metadata = picture._repr_mimebundle_()
    assert shown.keys() == {"image/png", "text/plain"}
    width, height = (round(float(drawn(picture).get(name, "0"))) for name in ("width", "height"))
    assert metadata["image/png"] == {"width": width, "height": height}
    assert size(shown["image/png"]) == (SCALE * width, SCALE * height)
    assert shown["text/plain"] == "<chart: Failure rate by device type (% of terminal runs)>"


def test_packing_keeps_every_pixel() -> None:
    """And is done once: packing again changes nothing."""
    png = to_png(chart(answer("failure_rates", {"hostname": []})), 1)
    assert packed(png) == png
    start = png.index(b"IDAT") + 4
    length = int.from_bytes(png[start - 8 : start - 4])
    width, height = size(png)
    assert len(zlib.decompress(png[start : start + length])) == height * (1 + 4 * width)
