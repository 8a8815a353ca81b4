"""Arista EOS, beside what it shares with Cisco."""

RULES = """
^ key SECRET # SECRET [fallback]
^ key # shared-secret SECRET+
isis authentication key [key-id #] SECRET
client host * key SECRET
authentication [level-1|level-2] key SECRET
snmp-server user ... localized * auth * SECRET priv * SECRET
snmp-server user ... localized * auth * SECRET
ip ospf authentication-key SECRET
vrrp # peer|ipv4 authentication text|ietf-md5 [key-string] SECRET
service unsupported-transceiver * SECRET
secret|token # SECRET
management ... password SECRET
aaa root secret SECRET
boot secret SECRET
certificate|ssl ... key password SECRET
"""
