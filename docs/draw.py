"""Draw the picture in docs/charts.md from the demo's database.

usage: NETRAVEN_DATABASE_URL='embedded?database=demo' venv/bin/python docs/draw.py
"""

from pathlib import Path

from netraven_analytics import failure_rates, run
from netraven_analytics.charts import chart, to_png

PICTURE = Path(__file__).parent / "failure_rates.png"

if __name__ == "__main__":
    PICTURE.write_bytes(to_png(chart(run(failure_rates(by="tag:location", since="30d"))), scale=1.5))
