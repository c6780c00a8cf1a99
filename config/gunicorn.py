"""gunicorn's settings for the web process."""

import os

bind = os.environ.get("GENKLANG_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("GENKLANG_WEB_PROCESSES", "2"))
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
accesslog = None
