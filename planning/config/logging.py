"""Structured log lines on standard error; standard output belongs to what a command prints."""

import logging.config
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.typing import Processor

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LINE = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)
# What would end a line or steer a terminal: a file name or an address must not write a log line of its own.
CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def logging_settings(level: str) -> None:
    """Sets up logging for Django, Celery and ourselves at the level. Raises ImproperlyConfigured."""
    if level not in LEVELS:
        raise ImproperlyConfigured(f"LOG_LEVEL must be one of {', '.join(LEVELS)}, not “{level}”.")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(handlers_and_loggers(level))


def one_line_and_traceback(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
    """A line of key=value pairs; a traceback follows on lines of its own, so that it can be read."""
    traceback = event.pop("exception", None)
    line = LINE(logger, name, event).translate(CONTROL)
    return f"{line}\n{traceback}" if traceback else line


def handlers_and_loggers(level: str) -> dict[str, object]:
    """The dictionary that the standard library's logging takes: one handler, one format."""
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            one_line_and_traceback,
        ],
        "foreign_pre_chain": SHARED,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False}},
    }
