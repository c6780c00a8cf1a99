"""The blueprint of solutions; its pages register themselves on it."""

from flask import Blueprint

bp = Blueprint("solutions", __name__)
