"""Every page about organisations and workplaces. A new one gets a module of its own beside these."""

from app.web.organisations import joining, workplaces
from app.web.organisations.blueprint import bp

__all__ = ["bp", "joining", "workplaces"]
