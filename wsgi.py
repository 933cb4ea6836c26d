"""The application for gunicorn and `flask --app wsgi`."""

import os
import sys

from app.config import ConfigError, from_env
from app.factory import create_app

try:
    app = create_app(from_env(os.environ))
except ConfigError as error:
    sys.exit("설정을 고쳐 주세요 / The configuration is not complete:\n  " + "\n  ".join(error.faults))
