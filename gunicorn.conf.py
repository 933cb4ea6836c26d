"""How the site is served: few processes with threads; SQLite likes few writers, PostgreSQL keeps its connections."""

worker_class = "gthread"
threads = 8
timeout = 30
graceful_timeout = 30
keepalive = 5
preload_app = False
# No addresses, no times, no paths of voting pages are kept: there is no access log at all.
accesslog = None
errorlog = "-"
loglevel = "warning"
