"""Sessions and models."""
