"""Configuration texts of four platforms that look like the real thing and can be edited line by line."""
