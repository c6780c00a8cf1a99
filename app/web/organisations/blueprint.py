"""The area of organisations and workplaces; its pages stand in the modules beside this one."""

from flask import Blueprint

bp = Blueprint("organisations", __name__)
