"""Who one can sign in as in the demo. Everybody is made up."""

DEMO_PASSWORD = "genklang-prøv-selv"  # noqa: S105 - printed by `make run`; only demo accounts have it

# role, e-mail, password
DEMO_LOGINS: tuple[tuple[str, str, str], ...] = (
    ("adopter: a workplace with problems", "nanna.skovtoft@sundfjord.example", DEMO_PASSWORD),
    ("solution owner: a workplace with solutions", "gitte.havmose@sundfjord.example", DEMO_PASSWORD),
    ("consultant", "signe@genklang.example", DEMO_PASSWORD),
    ("administrator", "ulla@genklang.example", DEMO_PASSWORD),
)
