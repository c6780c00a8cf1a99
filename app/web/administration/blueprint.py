"""The area of the administrators."""

from flask import Blueprint

bp = Blueprint("administration", __name__, url_prefix="/administration")
