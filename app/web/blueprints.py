"""Every area of the service. A new area is added here."""

from flask import Blueprint

from app.web.accounts.views import bp as accounts
from app.web.administration.views import bp as administration
from app.web.health.views import bp as health
from app.web.introductions.answers import bp as answers
from app.web.introductions.views import bp as introductions
from app.web.knowledge.views import bp as knowledge
from app.web.mailbox.views import bp as mailbox
from app.web.organisations.views import bp as organisations
from app.web.pages.views import bp as pages
from app.web.problems.views import bp as problems
from app.web.queue.views import bp as queue
from app.web.solutions.views import bp as solutions

BLUEPRINTS: tuple[Blueprint, ...] = (
    health, pages, accounts, organisations, problems, solutions, introductions, answers, queue, knowledge,
    administration,
)  # fmt: skip
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = (mailbox,)
