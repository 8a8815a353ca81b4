"""VyOS and EdgeOS, as ``set`` lines and in their curly form."""

RULES = """
encrypted-password|plaintext-password|pre-shared-secret|preshared-key|shared-secret-key SECRET
snmp community SECRET
^ community SECRET {
community SECRET {
trap-target * community SECRET
keys id * key SECRET
wep|otp|dynamic-author|secondary key SECRET
pki openvpn shared-secret * key SECRET
shared-secret * {|key|version
authentication token SECRET
cisco-authentication SECRET
environment * value SECRET
set interfaces|vpn|high-availability|service|system|protocols ... authentication|proxy password SECRET
set interfaces|vpn|high-availability|service|system|protocols ... username|name|neighbor|peer-group * password SECRET
set vpn ipsec authentication psk * secret SECRET
private-key|shared-key|ipsec-secret|md5-key|wpa-passphrase SECRET
key-id # md5-key SECRET
private key SECRET
encryption|privacy|auth encrypted-key|plaintext-key SECRET
encrypted-key|plaintext-key|plaintext-text SECRET
cak|mka-key SECRET
radius server * key SECRET
tacacs server * key SECRET
radius-server * secret SECRET
^ key !{|chain|config-key|generate|export|import|zeroize|pubkey-chain|cipher|simple|authentication|accounting|authorization|# SECRET?
"""
