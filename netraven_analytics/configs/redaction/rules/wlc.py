"""Cisco wireless controllers with AireOS."""

RULES = """
encrypt HEX [HEX] [HEX] [HEX] [HEX]
key|password|secret|server-key encrypt
config mgmtuser add !encrypt * SECRET
config mgmtuser password * SECRET
config netuser add !encrypt * SECRET
config netuser password * SECRET
config ap mgmtuser add username * password SECRET secret SECRET
config ap mgmtuser add * * password SECRET * SECRET
config ap 802.1xuser add ... password SECRET
config radius auth|acct add [encrypt] # * # password # SECRET SECRET # SECRET
config radius auth|acct add # * # ascii|hex SECRET
config tacacs auth|acct|athr add # * # ascii|hex SECRET
config snmp community create|delete SECRET
config snmp community accessmode|mode * SECRET
config snmp community ipaddr * * SECRET
config snmp v3user create * ro|rw * * SECRET SECRET
config snmp v3user create * ro|rw * none SECRET
config snmp trapreceiver create|delete SECRET
config snmp trapreceiver mode * SECRET
config wlan security ... set-key ascii|hex !encrypt SECRET
config wlan security static-wep-key encryption # # ascii|hex SECRET
config mobility group ... hash|key SECRET
config ldap add ... authenticated * SECRET
config ldap simple-bind ... password SECRET
config rogue ... password SECRET
config guest-lan ... password SECRET
config local-auth eap-profile ... key SECRET
config local-auth method fast server-key !encrypt SECRET
transfer upload|download password SECRET
mgmtuser add !encrypt * SECRET
"""
