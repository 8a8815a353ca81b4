"""Juniper Junos, curly and as ``set`` lines."""

RULES = """
encrypted-password|plain-text-password|plain-text-password-value|simple-password SECRET
authentication-key|authentication-password|privacy-password SECRET
authentication-key|privacy-key SECRET
md5 # key SECRET
snmp community SECRET
^ community SECRET {
community-name SECRET
trap-group SECRET
key # secret SECRET
pre-shared-key|preshared-key [ascii-text|hexadecimal] SECRET
pre-shared-key cak|ckn SECRET
cak|hello-authentication-key|bearer-token|access-token SECRET
authentication-algorithm * key SECRET
key ascii-text|hexadecimal SECRET
ascii-text|hexadecimal SECRET
chap-secret|pap-password|default-chap-secret|local-password|default-password|access-password SECRET
bind-password|radius-secret|tacplus-secret|archive-password SECRET
shared-secret !profile SECRET
tcp-authentication-option ... secret SECRET
authentication-key # type * value SECRET
auth-token SECRET
wpa-personal key SECRET
static-wep key # SECRET
"""
