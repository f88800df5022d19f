"""JSON Schemas of the files that people write, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.treaties.model import Treaty

if TYPE_CHECKING:
    from pydantic import BaseModel


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a treaty file (draft 2020-12), for editors.

    >>> schema()["title"]
    'Foedus treaty file'
    """
    return schema_of(Treaty, "treaty file")


def schema_of(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Return the JSON Schema of files that a model reads (draft 2020-12).

    Dates that may be intervals and conditions over facts are given by the forms that a file may have.
    """
    found: dict[str, Any] = _with_references(model.model_json_schema(by_alias=True))
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
    found["title"] = f"Foedus {title}"
    return found


def _with_references(data: Any) -> Any:
    """Put references where the model marked a type of its own (``@Interval``, ``@Condition``)."""
    if isinstance(data, dict):
        mark = data.get("const")
        if isinstance(mark, str) and mark.startswith("@"):
            return {"$ref": f"#/$defs/{mark[1:]}"}
        return {key: _with_references(value) for key, value in data.items()}
    return [_with_references(item) for item in data] if isinstance(data, list) else data
