"""Words that stand behind ``password`` and are no secret, and what tells prose from settings."""

from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# Compared in lower case.
ORDINARY = words(
    """
    a an the this that these those your my our their its his her it he she you we they who which what is
    was are were be been being has have had do does did can could may might must shall should will would
    and or nor but if then else when while than because so as at by for from in into of off on onto out
    over to up with without within via per after before until during against between under through about
    not no yes none null true false any all some each every both only also too again never always enable
    enabled disable disabled undefined unknown unset empty missing invalid valid wrong bad correct
    incorrect required optional allowed denied accepted rejected refused expired expires expiring expiry
    expire changed change changes changing reset set setting settings sent received failed fails failure
    failures error errors mismatch mismatched matches match success succeeded ok prompt prompted prompts
    policy policies manager operator length strength strength-check age aging history recovery
    encryption encrypted authentication auth login logon protected protection check checking minimum
    maximum min max min-length minimum-length max-length complexity complex-check rotated hash hashed
    hashing keyboard keyboard-interactive publickey public-key key-chain keychain key key-string
    username attempt attempts request requests type types add remove delete print export import update
    create show get put move edit find where query ldap radius tacacs tacacs+ kerberos certificate
    certificates cert storage profile here common rollover lifetime timeout retry retries validation
    verification configured configuration config supplied provided specified found used using use
    exceeded locked lockout encryption-key peer fallback option ckn cak set-key pass-phrase local
    remote value fixed key-id shared-secret inheritance-disable
    """
)
# Those that may be a secret all the same where the platform is known and nothing follows them.
MAYBE = words("manager operator radius ldap tacacs kerberos local remote login logon key hash value fixed")
# Settings, where a name of a secret says what is done with it.
SWITCHES = words("yes no none true false enable disable enabled disabled")
# Two of them make a line prose.
_PROSE = words(
    """
    a an the is are was were be been will would should must may can this that your you we our please and
    or of for to in by with from not if only who any all has have do does did it its at on as
    """
)
# What a line begins with whose rest people write as they like.
_FREE = words(
    """
    annotate banner comment contact description location name remark title
    """
)
_STRIPPED = " \t!#/*-+\"'"


@lru_cache(maxsize=16)
def is_prose(line: str) -> bool:
    """Whether people wrote the line for people; there a secret has to look like one."""
    said = line[:400].lower().split()
    first = said[0].strip(_STRIPPED) if said else ""
    if first == "set" and len(said) > 1:
        first = said[1]
    return first in _FREE or len(_PROSE.intersection(said)) > 1
