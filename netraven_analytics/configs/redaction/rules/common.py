"""Words that lead to a secret whatever the platform; also for logs and other prose."""

RULES = """
password|passwd|passphrase|pass-phrase|passcode|secret SECRET?
*-password|*-passwd|*-passphrase|*-secret|*-passcode|*_password|*_passwd|*_passphrase|*_secret SECRET?
encrypted-password|plaintext-password|simple-password|hashed-password SECRET
password|passphrase|secret|key is|was|to SECRET?
pre-shared-key|preshared-key|pre-shared-secret|psk|psksecret|wpa-psk|pre-share [local|remote] [address|hostname * !key] SECRET?
pre-shared-key|preshared-key ... key SECRET
authentication-key|auth-key|encryption-key|shared-key|server-key|secret-key|session-key|md5-key SECRET?
key-string SECRET+
community-string|snmp-community-string SECRET
"""
