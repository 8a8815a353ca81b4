"""NetRaven's database: settings, sessions, models, services and a private PostgreSQL."""
