"""Every page about solutions: the catalogue, writing one, one with its steps, and asking to meet its owner."""

from app.web.solutions import catalogue, interest, page, write
from app.web.solutions.area import bp

__all__ = ["bp", "catalogue", "interest", "page", "write"]
