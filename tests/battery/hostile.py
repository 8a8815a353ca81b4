"""A fleet whose names, tags, logs and configurations are written by somebody who means harm."""

from sqlalchemy import update

from netraven_db.db.models import Credential, Device, Job, JobLog, Tag
from netraven_db.db.session import get_db
from tests.netraven_analytics.spec import at, job, snapshot, store

RUN = "window.ran=(window.ran||0)+1"  # what a page would do
MARKUP = (
    f"<script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f'"><svg onload={RUN}>',
    f"' autofocus onfocus='{RUN}' x='",
    f"</style></title><script>{RUN}</script>",
    f"$\\href{{javascript:{RUN}}}{{x}}$",
    f"\\(\\href{{javascript:{RUN}}}{{x}}\\)",
    f"[x](javascript:{RUN})",
    f"<a href=javascript:{RUN}>x</a>",
    f"--><script>{RUN}</script><!--",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
)
# Names that lead elsewhere as files, that a system keeps for itself, that are one where case does not count.
NAMES = (
    *("../../x", "..\\..\\x", "/etc/x", "/tmp/netraven-x", "~root/x", "a/b", ".", "..", " ", "-rf"),
    *("CON", "nul.csv", "COM1", "x:y", "a\nb", "$(touch x)", "`touch x`", "%00", "*", "?", "x" * 255),
    *("\N{GRINNING FACE}" * 75, "Twin", "twin", "TWIN", "manifest.json", "index.html", ".netraven-x.part"),
)


async def fill(names: tuple[str, ...]) -> None:
    """A device of each name, whose tag, type, user, logs and configurations say the same."""
    for number, name in enumerate(names):
        of = Device(hostname=name, ip_address=f"192.0.2.{number}", device_type="cisco_ios")
        of.tags = [Tag(type="location", name=f"{name} {number}")]
        runs = [
            job(of, status, f"11-{day:02} 06:00", f"11-{day:02} 06:0{number % 9 + 1}", f"11-{day:02} 05:59")
            for day, status in ((20, "failed"), (21, "completed"))
        ]
        texts = (f"hostname {name}\ninterface {name}\n description {name}\n", f"hostname {name} 2\n{name}\n")
        snapshots = [snapshot(of, f"11-{20 + n} 06:01:00", text) for n, text in enumerate(texts)]
        await store(*runs, *snapshots, Credential(username=name, password=f"not-said-{number}"))
        logs = [
            JobLog(job_id=run.id, message=name, level="ERROR", timestamp=at("11-20 06:00")) for run in runs
        ]
        await store(*logs)
    async with get_db() as db:  # one device has a status and a type that nobody knows
        await db.execute(update(Job).where(Job.id == 1).values(status=names[0][:100]))
        await db.execute(update(Device).where(Device.id == 1).values(device_type=names[0][:100]))
