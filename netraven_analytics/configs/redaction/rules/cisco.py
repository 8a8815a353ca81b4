"""Cisco IOS, IOS-XE, IOS-XR and NX-OS."""

RULES = """
enable password|secret [level #] SECRET+
enable algorithm-type * secret SECRET+
^ password|secret !encryption|encryption-key|minimum-length|authentication|is|was|for|must|strength-check|prompt|policy|manager|operator|cipher|simple|hash|storage|minimum|complexity|inheritance-disable SECRET+
^ username|user ... password|secret SECRET+
snmp-server community SECRET
snmp-server community-map SECRET
snmp-server|snmp mib community-map SECRET
snmp-server host ... community SECRET
snmp-server host * [vrf|use-vrf *] [traps|informs|trap|inform] [version 1|2c] [traps|informs] !version|traps|informs|use-vrf|vrf|source-interface|filter-vrf|udp-port|poll|trap-level|community SECRET
snmp-server host * ... version 1|2c [traps|informs] SECRET
snmp-server user ... auth md5|sha|sha-2|sha256|sha-256|sha384|sha512|sha-512 [256|384|512] SECRET priv [des|3des|aes|aes-128|aes-192|aes-256|des56|aes128|aes192|aes256] [128|192|256] SECRET
snmp-server user ... auth md5|sha|sha-2|sha256|sha-256|sha384|sha512|sha-512 [256|384|512] SECRET
tacacs-server|radius-server|tacacs|radius ... key SECRET+
^ key !found|for|is|in|of|from|not|exchange|chain|generate|export|import|zeroize|pubkey-chain|config-key|authentication|# SECRET+
^ key # SECRET+
key config-key * SECRET+
key config-key password-encrypt|password-encryption SECRET+
server-private ... key SECRET+
client * server-key SECRET
server-key SECRET
crypto isakmp|ikev1|ikev2 key SECRET address|hostname *
crypto isakmp|ikev1 key SECRET
isakmp key SECRET
pre-shared-key address * [#.#] key SECRET
set session-key inbound|outbound ah * SECRET
set session-key inbound|outbound esp * cipher SECRET authenticator SECRET
set session-key inbound|outbound esp * authenticator|cipher SECRET
crypto pki|ca export|import ... 3des|des|aes|password SECRET
crypto key export|import ... 3des|des|aes SECRET
message-digest-key # md5|sha1|sha256|sha384|sha512|hmac-sha-256|hmac-sha-1|hmac-sha-384|hmac-sha-512 SECRET
authentication-key # md5|sha1|sha2|cmac-aes|hmac-sha2-256|hmac-sha1|cmac-aes-128|sha256|sha384|sha512 SECRET
authentication ipsec spi # md5|sha1 [passphrase|password|hex-string] SECRET
encryption ipsec spi # esp null [authentication] md5|sha1 [password|hex-string] SECRET
encryption ipsec spi # esp !null * [128|192|256] [password|hex-string] SECRET [authentication] md5|sha1 [password|hex-string] SECRET
neighbor ... password !shared-secret|inheritance-disable SECRET+
isis password|authentication !mode|key-chain|send-only|check|key SECRET
isis authentication key SECRET
domain-password|area-password SECRET
hello-password|lsp-password|lsp-neighbor-password [hmac-md5|text] !keychain|accept SECRET
authentication mode hmac-sha-256 SECRET
authentication key # SECRET
authentication key eigrp * SECRET key-id|key_id #
rip authentication key SECRET
authentication md5 key-string SECRET
authentication md5 !key-string|key-chain|keychain SECRET
authentication text SECRET
standby|vrrp|glbp # authentication md5 key-string SECRET
standby|vrrp|glbp # authentication text SECRET
standby|vrrp|glbp # authentication !md5|text SECRET
standby authentication !md5|text|key-chain SECRET
vrrp ... authentication text SECRET
hsrp # authentication SECRET
ip nhrp authentication SECRET
ip rip authentication !mode|key-chain SECRET
ip ftp|http|tftp [client] password SECRET+
ppp chap|pap|eap|ms-chap password SECRET
ppp pap sent-username * password SECRET
l2tp tunnel [*] password SECRET
vpdn username * password SECRET
dot1x username * password SECRET
dot1x credentials ... password SECRET
mgmtuser username * password SECRET secret SECRET
wpa-psk ascii|hex SECRET
security wpa ... psk|set-key ascii|hex !encrypt SECRET
set-key ascii|hex !encrypt SECRET
wep key # size * SECRET
encryption key # size * SECRET
encryption ... key # size * SECRET
etr|itr map-server * [key] SECRET
map-server * key SECRET
eid-table authentication-key SECRET
cts credentials ... password SECRET
cts sap pmk SECRET
sap pmk SECRET
digest secret SECRET
cable shared-secret|shared-secondary-secret SECRET
shared-secret !profile SECRET
credentials username * password SECRET
authentication username * password SECRET
mpls ldp ... password !option|fallback|rollover|required SECRET
mpls ldp password fallback SECRET
mpls ldp password option # for * SECRET
ip msdp password [peer] * SECRET
rsvp authentication key SECRET
hello-authentication ah-md5 SECRET
text-authentication SECRET
group * key SECRET
lte profile create # * pap|chap|pap_chap * SECRET
^ pin SECRET
crypto pki|ca import|export * pkcs12 * [password] SECRET
key-octet-string SECRET
keyid|key-id # key|hex-key|hex_key [ascii|hex] SECRET
key-id # algorithm * [rfc-5310] key SECRET
ntp authentication-key # md5|hmac-sha1|hmac-sha2-256|sha1|sha2|cmac-aes|cmac-aes-128|aes128cmac|aes256cmac SECRET
failover key SECRET
pac key SECRET
ip sla authentication SECRET
ip bgp ... password SECRET
authentication keyed-sha1|keyed-md5|meticulous-keyed-sha1|meticulous-keyed-md5 ... key ascii|hex SECRET
"""
