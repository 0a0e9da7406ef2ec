"""How gunicorn serves the portal: `gunicorn --config=python:config.web.gunicorn_conf config.wsgi:application`.

script/server adds the address it listens on; a service manager's own command line may add anything.
"""

worker_class = "config.web.worker.PatientWorker"
workers = 2
threads = 16
worker_connections = 1000
preload_app = True
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True
# Of a head: bytes of the first line, fields, bytes of a field; config/web/arriving.py has the limits of the whole.
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190
# No proxy of ours moves the portal below a path; a header of this name would be a stranger's.
forwarder_headers = ""
