"""Every page about problems: writing one, and one with its steps."""

from app.web.problems import page, write
from app.web.problems.area import bp

__all__ = ["bp", "page", "write"]
