"""ArubaOS, Aruba Instant and ArubaOS-CX, beside what they share with Cisco."""

RULES = """
mgmt-user !webui-cacert|ssh-pubkey * root|guest-provisioning|network-operations|read-only|location-api-mgmt|ap-provisioning SECRET
mgmt-user !webui-cacert|ssh-pubkey * SECRET [read-only|guest-mgmt]
hash-mgmt-user * password [hash] SECRET
user * group * password [ciphertext|plaintext] SECRET
user * SECRET portal|radius
enable secret SECRET
masterip|localip|conductorip|cluster-member-ip ... ipsec|ipsec-factory-cert SECRET
peer-ip-address|peer-ip * ipsec SECRET
ipsec key SECRET
wpa-passphrase|wpa-hexkey|wpa-psk|wep-key SECRET
wepkey1|wepkey2|wepkey3|wepkey4 SECRET
bkup-passwords|ap-console-password|virtual-controller-key|vrrp-passphrase|admin-passwd|pap-passwd SECRET
crypto-local|crypto isakmp|ipsec key SECRET
snmp-server user ... auth-prot * SECRET priv-prot * SECRET
snmp-server user ... auth-prot * SECRET
snmpv3 user ... auth * auth-pass [ciphertext|plaintext] SECRET priv * priv-pass [ciphertext|plaintext] SECRET
snmpv3 user ... auth * auth-pass [ciphertext|plaintext] SECRET
snmpv3 user ... auth md5|sha SECRET priv aes|des SECRET
snmp-server host * ... community SECRET
snmpv3 context ... community SECRET
mobility-manager * user * SECRET
ntp authentication-key # md5|sha1 SECRET
radius-server|tacacs-server|ldap ... key [ciphertext|plaintext] SECRET
key-string [ciphertext|plaintext] SECRET
aaa ... admin-passwd|key SECRET
pppoe-passwd|pppoe-chapsecret|ppp-passwd|cellular-passwd|usb-passwd SECRET
ap-mac ... passwd SECRET
ams-key|ams-identity SECRET
url-hash-key|papi-security-key SECRET
ip ospf message-digest-key # !hmac-sha-1|hmac-sha-256|hmac-sha-384|hmac-sha-512 SECRET
ckn * cak SECRET
"""
