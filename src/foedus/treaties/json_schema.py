"""The JSON Schema of a treaty file, for editors."""

from __future__ import annotations

from typing import Any

from foedus.treaties.model import Treaty


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a treaty file (draft 2020-12), for editors.

    >>> schema()["title"]
    'Foedus treaty file'
    """
    found: dict[str, Any] = _with_references(Treaty.model_json_schema(by_alias=True))
    pattern = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
    day = {"type": "string", "pattern": pattern, "description": "YYYY, YYYY-MM or YYYY-MM-DD"}
    interval = {
        "type": "object",
        "properties": {"earliest": day, "latest": day, "why": {"type": "string"}},
        "required": ["earliest", "latest"],
        "additionalProperties": False,
    }
    deeper = {"$ref": "#/$defs/Condition"}
    many = {"type": "array", "items": deeper, "minItems": 1}
    at = {"type": "string", "description": "the sentence that says so"}
    branches = [
        {"type": "object", "properties": {op: inner, "at": at}, "required": [op], "additionalProperties": False}
        for op, inner in (("all", many), ("any", many), ("not", deeper), ("fact", {"type": "string"}))
    ]
    found.setdefault("$defs", {})
    found["$defs"]["Interval"] = {"anyOf": [day, {"type": "integer", "description": "a year"}, interval]}
    found["$defs"]["Condition"] = {"anyOf": [{"type": "string", "description": "always, or a fact"}, *branches]}
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = "Foedus treaty file"
    return found


def _with_references(data: Any) -> Any:
    """Put references where the model marked a type of its own (``@Interval``, ``@Condition``)."""
    if isinstance(data, dict):
        mark = data.get("const")
        if isinstance(mark, str) and mark.startswith("@"):
            return {"$ref": f"#/$defs/{mark[1:]}"}
        return {key: _with_references(value) for key, value in data.items()}
    return [_with_references(item) for item in data] if isinstance(data, list) else data
