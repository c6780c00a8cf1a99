"""Every page about accounts. A new one gets a module of its own beside these."""

from app.web.accounts import profile, recovery, sign_in
from app.web.accounts.blueprint import bp

__all__ = ["bp", "profile", "recovery", "sign_in"]
