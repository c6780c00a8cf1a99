"""The blueprint of problems; its pages register themselves on it."""

from flask import Blueprint

bp = Blueprint("problems", __name__)
