"""Files of captured traffic: one JSON object a line."""

import base64
import binascii

from .documents import Wrong


def members(line, required, optional):
    """A mistake in the capture must not look like a message without a fault."""
    if not isinstance(line, dict):
        raise Wrong("the captured line is no object")
    for name, kind in {**required, **optional}.items():
        if name not in line and name in required:
            raise Wrong(f"the captured line has no {name}")
        if name in line and not isinstance(line[name], kind):
            raise Wrong(f"{name} of the captured line has a wrong type")
    for name in line.keys() - required.keys() - optional.keys():
        raise Wrong(f"the captured line has an unknown member, {name}")


def decode_base64(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"the captured line is not base64: {error}") from None
