"""Palo Alto PAN-OS, as ``set`` lines and in its curly form; XML is found by the names of its elements."""

RULES = """
phash|password-hash|authpwd|privpwd|auth-password|priv-password|bind-password SECRET
pre-shared-key key SECRET
pre-shared-key SECRET
snmp-community-string SECRET
server|version * ... community SECRET
private-key|auth-key|api-key|secret-access-key|ike-password|agent-user-override-key SECRET
md5 # key SECRET
passphrase|passcode|peer-ha-key|vm-auth-key|scep-challenge|challenge-password SECRET
scep-challenge fixed SECRET
manual-key esp|ah ... key SECRET
esp authentication * key SECRET
ddns-vendor-config|mfa-config *password|*key|*secret|*token value SECRET
headers|params *authorization|*key|*token|*secret|*password|cookie value SECRET
auth|priv md5|sha1|sha|sha256|aes-128-cfb|aes128 SECRET
"""
