"""Noise: what changes in a text although nobody changed the configuration."""

from netraven_analytics.configs.noise.matching import Noise, noise_of, rules_version
from netraven_analytics.configs.noise.rules import RULES, Rules

__all__ = ["RULES", "Noise", "Rules", "noise_of", "rules_version"]
