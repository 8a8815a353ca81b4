"""A device with one snapshot a day."""

from netraven_db.db.models import Device
from tests.netraven_analytics.spec import device, snapshot, store

HOSTNAME = "ber-1"


async def days(*texts: str, of: Device | None = None) -> Device:
    """Store the texts as found at six o'clock from November 1 on; the device is ber-1 unless it is given."""
    d = of or device(HOSTNAME)
    await store(*(snapshot(d, f"11-{day:02} 06:00:00", text) for day, text in enumerate(texts, start=1)))
    return d
