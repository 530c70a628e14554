"""Terraform configuration from Python values."""

import json
import re


class Raw(str):
    """An expression that stands in the configuration as it is."""


class Blocks(list):
    """Nested blocks of one kind, each given by its attributes."""


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


def rows(attributes, depth):
    pad = "  " * depth
    for key, given in attributes.items():
        if not isinstance(given, Blocks):
            yield f"{pad}{name(key)} = {value(given, depth)}"
            continue
        for nested in given:
            yield from [f"{pad}{key} {{", *rows(nested, depth + 1), pad + "}"]


def block(kind, *labels, **attributes):
    head = " ".join([kind, *(json.dumps(label) for label in labels)])
    return "\n".join([head + " {", *rows(attributes, 1), "}", ""])
