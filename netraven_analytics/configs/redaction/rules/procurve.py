"""HP ProCurve and ArubaOS-Switch, beside what they share with Cisco."""

RULES = """
password manager|operator|port-access|all [user-name *] [plaintext|sha1|sha-1|sha256|sha-256] SECRET
password manager|operator|port-access|all
snmp-server community SECRET
snmp-server host ... community SECRET
snmpv3 user * auth md5|sha SECRET priv [des|aes] SECRET
snmpv3 user * auth md5|sha SECRET
snmpv3 community index * name SECRET
radius-server|tacacs-server ... encrypted-key SECRET
encrypted-key SECRET
radius-server|tacacs-server ... key SECRET
sntp|timep ... key-value SECRET
key-value SECRET
ntp ... key-value SECRET
key-chain * key # key-string SECRET
autorun encryption-key SECRET
aaa ... password SECRET
ip ospf * authentication-key SECRET
vrrp ... authentication SECRET
crypto ... passphrase SECRET
url-hash-key|encrypted-url-hash-key SECRET
"""
