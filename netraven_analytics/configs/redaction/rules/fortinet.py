"""Fortinet FortiOS."""

RULES = """
^ set password|passwd|secret|secondary-secret|tertiary-secret|psksecret|passphrase SECRET
^ set *-password|*-passwd|*-secret|*-passphrase !enable|disable SECRET
set *password|*passwd|*passwd1|*passwd2|*passwd3|*password2|*password3|*password4|*password5 SECRET?
set *passphrase|*passphrase1|*secret|*secret2|*secret3|psksecret-remote|*pwd SECRET?
set key|key1|key2|key3|key4|wep-key|auth-key|enc-key|authkey|enckey|private-key|server-key SECRET
set secondary-key|tertiary-key|api-key|secret-key|encryption-key|inter-controller-key|access-key SECRET
set authentication-key|md5-key|customer-key|hmac-key|ddns-key|sdn-key|azure-key|fixedkey SECRET
set md5-key|ip6-key # SECRET
set auth-password-l1|auth-password-l2|history0|history1|token|auth-string SECRET
set uploadpass|keytab|seed|activation-code|fixed-key|forticlient-reg-key|*api-key|*private-key|*-token SECRET
ENC SECRET
"""
