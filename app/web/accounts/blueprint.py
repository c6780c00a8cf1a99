"""The area of accounts; its pages stand in the modules beside this one."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
