"""MikroTik RouterOS says almost all as name=value, which the common names cover."""

RULES = """
snmp community add|set ... name=SECRET
zerotier add|set ... identity=SECRET
container envs add|set ... value=SECRET
ntp|rip key|keys add|set ... key=SECRET
local|global *pass|*password|*passwd|*pwd|*secret|*token|*key SECRET
"""
