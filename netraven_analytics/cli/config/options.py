"""The options that the verbs share."""

import click

tz = click.option("--tz", help="Time zone of days and naive times; NETRAVEN_TZ, else UTC.")
with_noise = click.option(
    "--with-noise", is_flag=True, help="Take the texts as stored, the platform's noise lines included."
)
show_secrets = click.option("--show-secrets", is_flag=True, help="Leave passwords and keys readable.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
