"""H3C and HPE Comware, and Huawei VRP, which speaks nearly the same."""

RULES = """
super password ... cipher|simple|hash|irreversible-cipher SECRET
super password [role *] [level #] SECRET?
password|secret cipher|simple|hash|irreversible-cipher SECRET
snmp-agent community read|write [cipher|simple] SECRET
snmp-agent community [cipher|simple] SECRET
snmp-agent usm-user v3 ... authentication-mode * [cipher|simple] SECRET privacy-mode * [cipher|simple] SECRET
snmp-agent usm-user v3 ... authentication-mode * [cipher|simple] SECRET
snmp-agent target-host ... securityname [cipher] SECRET
snmp-agent community-name SECRET
set authentication password [cipher|simple|hash] SECRET
key cipher|simple SECRET
key authentication|accounting|authorization [cipher|simple] SECRET
primary|secondary ... key [cipher|simple] SECRET
radius-server|hwtacacs-server|hwtacacs|radius ... shared-key|key [cipher|simple] SECRET
*-server shared-key [cipher|simple] SECRET
authentication-mode md5|hmac-md5|hmac-sha256|hmac-sha-256|hmac-sha-1 !keychain [rfc2453|rfc2082|rfc4822|nonstandard|usual] [key-id] [#] [cipher|simple|plain] SECRET
authentication-mode simple|cipher [cipher|plain|simple] SECRET
area-authentication-mode|domain-authentication-mode !keychain * !keychain [key-id #] [cipher|simple|plain] SECRET
isis|ospf|ospfv3|rip authentication-mode !keychain * !keychain [key-id] [#] [cipher|simple|plain] SECRET
rsvp-te authentication cipher|plain SECRET
ldap-server authentication manager * SECRET [SECRET]
peer * password [cipher|simple] SECRET
vrrp vrid # authentication-mode * [cipher|simple|plain] SECRET
pre-shared-key [address|hostname * ... key] [cipher|simple] SECRET
pre-shared-key|preshared-key [pass-phrase|raw-key] [cipher|simple] SECRET
ntp-service authentication-keyid # authentication-mode * [cipher|simple] SECRET
ntp-service ... cipher|simple SECRET
ppp chap|pap ... password [cipher|simple] SECRET
key-string|string-key [cipher|simple|plain] SECRET
sa string-key|hex-key inbound|outbound * [cipher|simple] SECRET
wlan ... pass-phrase [cipher|simple] SECRET
dot1x ... password [cipher|simple] SECRET
mka psk ckn * cak [cipher|simple] SECRET
ftp|tftp ... password SECRET
snmp-agent usm-user v1|v2c SECRET
vlink-peer * md5|hmac-md5|hmac-sha256|hmac-sha-1 # SECRET
vlink-peer * simple SECRET
md5-password cipher|plain * SECRET
md5-authentication * SECRET
sa hex-key authentication|encryption inbound|outbound * SECRET
sa authentication-hex|encryption-hex inbound|outbound * SECRET
portal server ... key SECRET
local-server nas-ip * key SECRET
auth-code SECRET
"""
