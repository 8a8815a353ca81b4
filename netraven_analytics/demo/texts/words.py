"""What people write into descriptions, names and banners; and the dates devices print."""

from datetime import datetime
from random import Random

DOMAIN = "net.example"
USERS = ("admin", "mlopes", "tkhalil", "jwerner", "noc-auto")
BANNER = "Authorised staff only. Sessions are recorded."
NEW_BANNER = "Authorised staff only. Sessions are recorded and reviewed."
VLANS = {10: "STAFF", 20: "VOICE", 30: "PRINT", 40: "CAMERA", 50: "GUEST", 99: "MGMT"}

_PLACES = ("Desk", "Printer", "Camera", "AP", "Phone", "Meter", "Door reader", "Meeting room")
_AREAS = ("Hall A", "Hall B", "Floor 1", "Floor 2", "Floor 3", "Workshop", "Reception", "Store")
_PURPOSES = ("LAB", "BUILDING", "SENSORS", "CONTRACTORS", "KIOSK", "BACKUP", "MEDIA", "STORAGE")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def description(chance: Random) -> str:
    """What is at the other end of a cable."""
    return f"{chance.choice(_PLACES)} {chance.choice(_AREAS)} socket {chance.randrange(100, 1000)}"


def vlan_name(chance: Random) -> str:
    return f"{chance.choice(_PURPOSES)}-{chance.randrange(10, 100)}"


def cisco_date(instant: datetime) -> str:
    """``10:11:12 UTC Tue Mar 3 2026``. The names are ours: strftime's follow the reader's locale."""
    day, month = _DAYS[instant.weekday()], _MONTHS[instant.month - 1]
    return f"{instant:%H:%M:%S} UTC {day} {month} {instant.day} {instant.year}"


def unix_date(instant: datetime) -> str:
    """``Tue Mar  3 10:11:12 2026``."""
    day, month = _DAYS[instant.weekday()], _MONTHS[instant.month - 1]
    return f"{day} {month} {instant.day:2} {instant:%H:%M:%S} {instant.year}"


def junos_date(instant: datetime) -> str:
    """``2026-03-03 10:11:12 UTC``."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
