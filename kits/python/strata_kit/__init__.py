"""What a layer needs of the workshop: the host, and the boundary to those around it."""

from .errors import NotWritten, StrataError
from .host import SECOND, Host, Stream, Timer
from .layers import Config, serve

__all__ = ["SECOND", "Config", "Host", "NotWritten", "StrataError", "Stream", "Timer", "serve"]
