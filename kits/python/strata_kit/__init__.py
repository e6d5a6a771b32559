"""What a layer in Python needs of the workshop: the boundary, the host, the wire formats and the errors."""

from .errors import NotWritten, StrataError
from .host import Config, Host, Stream, Timer
from .link import serve

__all__ = ["Config", "Host", "NotWritten", "StrataError", "Stream", "Timer", "serve"]
