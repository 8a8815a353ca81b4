"""Cisco ASA and Firepower."""

RULES = """
enable password !level SECRET [encrypted|pbkdf2]
passwd SECRET [encrypted]
username * password SECRET
ikev1|ikev2 [local-authentication|remote-authentication] pre-shared-key [hex] SECRET
ldap-login-password SECRET
failover key [hex] SECRET
failover ipsec pre-shared-key SECRET
snmp-server host * * ... community SECRET
aaa-server ... key SECRET
isakmp key SECRET
common-area-password|radius-common-pw SECRET
ospf authentication-key SECRET
ospf message-digest-key # md5 SECRET
http-form|sso-server ... secret SECRET
port-forward ... password SECRET
vpn-group-policy|webvpn ... password SECRET
key-hash SECRET
smtp-server ... password SECRET
logging ftp-server * * * SECRET
"""
