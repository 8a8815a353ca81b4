"""MikroTik RouterOS says almost all as name=value, which the common names cover."""

RULES = """
snmp community add|set ... name= SECRET
local|global *pass|*password|*passwd|*pwd|*secret|*token SECRET
"""
