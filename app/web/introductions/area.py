"""The blueprint of suggestions and introductions; its pages register themselves on it."""

from flask import Blueprint

bp = Blueprint("introductions", __name__)
