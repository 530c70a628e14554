"""Terraform configuration from Python values."""

import json
import re


class Raw(str):
    """An expression that stands in the configuration as it is."""


def name(key):
    return key if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) else json.dumps(key)


def value(given, indent=1):
    if isinstance(given, Raw):
        return str(given)
    if isinstance(given, dict):
        pad = "  " * (indent + 1)
        rows = [f"{pad}{name(key)} = {value(item, indent + 1)}" for key, item in given.items()]
        return "{\n" + "\n".join(rows) + "\n" + "  " * indent + "}"
    if isinstance(given, (list, tuple)):
        return "[" + ", ".join(value(item, indent) for item in given) + "]"
    if given is None:
        return "null"
    return json.dumps(given)


def block(kind, *labels, **attributes):
    head = " ".join([kind, *(json.dumps(label) for label in labels)])
    rows = [f"  {name} = {value(given)}" for name, given in attributes.items()]
    return "\n".join([head + " {", *rows, "}", ""])
