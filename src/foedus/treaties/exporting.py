"""The law as JSON for other programs: the library, its vocabulary, and cases with what the law answers to them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus import files
from foedus.treaties.edition import up_to_date
from foedus.treaties.evaluate import obligations
from foedus.treaties.incident import Incident
from foedus.treaties.json_schema import schema_of
from foedus.treaties.load import incident_file, incident_names, load_incident
from foedus.treaties.model import Treaty
from foedus.treaties.terms import Vocabulary, sources
from foedus.yamlfile import load_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(str(resources.files("foedus.treaties")))
_TRUTH = {"enum": ["yes", "no", "unknown"]}
_TEXT = {"type": "string"}


def export(folder: Path | str) -> list[Path]:
    """Write the law into a folder as JSON, with a JSON Schema beside each file; return the files.

    ``library.json`` holds the treaty files as they are written, ``vocabulary.json`` facts, actions and sources, and
    ``cases.json`` every incident that comes with Foedus with the findings on it, so that another program can check
    that it reasons alike.

    Raises:
        InputError: they cannot be written there, or something else has the name of one.
        RunError: the disk is full or broken.

    """
    return files.write_pages(Path(folder), texts(), "the law")


def texts() -> dict[str, str]:
    """Return file names and their JSON."""
    made = {"library": _library(), "vocabulary": _vocabulary(), "cases": _cases()}
    found = {f"{name}.json": content for name, content in made.items()}
    found |= {f"{name}.schema.json": content for name, content in schemas().items()}
    return {name: _text(name, data) for name, data in found.items()}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schemas of what ``export`` writes."""
    treaty, incident, words = (
        schema_of(*one) for one in ((Treaty, "treaty file"), (Incident, "incident file"), (Vocabulary, "vocabulary"))
    )
    finding = _record(
        treaty=_TEXT, provision=_TEXT, status=_TRUTH, readings={"type": "object", "additionalProperties": _TRUTH},
        presuming=_list(_TEXT),
        duties=_list(_record(bearer=_TEXT, modality=_TEXT, action=_TEXT, owed=_TRUTH)),
    )  # fmt: skip
    case = _record(name=_TEXT, target=_TEXT, on=_TEXT, incident={"$ref": "#/$defs/incident"}, findings=_list(finding))
    made, parts = {"made_by": _TEXT}, {name: {"$ref": f"#/$defs/{name}"} for name in ("treaty", "words")}
    return {
        "library": _schema(_record(**made, up_to_date=_TEXT, treaties=_list(parts["treaty"])), treaty=treaty),
        "vocabulary": _schema(_record(**made, words=parts["words"], sources={"type": "object"}), words=words),
        "cases": _schema(_record(**made, cases=_list(case)), incident=incident),
    }


def _text(name: str, data: dict[str, Any]) -> str:
    """Return JSON whose first line says what it is, so that no file of another kind is overwritten."""
    key = "$comment" if name.endswith(".schema.json") else "made_by"
    body = json.dumps(data, ensure_ascii=False, indent=1, default=str)
    return f'{{"{key}": "foedus treaties export: {name}",' + body.removeprefix("{") + "\n"


def _library() -> dict[str, Any]:
    documents = [load_plain(path) for path in sorted((_HERE / "library").glob("*.yaml"))]
    return {"up_to_date": str(up_to_date()), "treaties": documents}


def _vocabulary() -> dict[str, Any]:
    return {"words": load_plain(_HERE / "vocabulary.yaml"), "sources": dict(sources())}


def _cases() -> dict[str, Any]:
    return {"cases": [_case(name) for name in incident_names()]}


def _case(name: str) -> dict[str, Any]:
    incident = load_incident(name)
    found = obligations(incident.target, incident.date, incident)
    return {
        "name": name,
        "target": incident.target,
        "on": str(incident.date),
        "incident": load_plain(incident_file(name)),
        "findings": [
            {
                "treaty": one.treaty.id,
                "provision": one.provision.id,
                "status": str(one.status),
                "readings": {reading: str(value) for reading, value in one.readings.items()},
                "presuming": list(one.presuming),
                "duties": [
                    {"bearer": d.bearer, "modality": d.modality, "action": d.action, "owed": str(d.owed)}
                    for d in one.duties
                ],
            }
            for one in found.findings
        ],
    }


def _record(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _schema(root: dict[str, Any], **parts: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose parts, schemas of their own, lie under ``$defs`` with their definitions."""
    definitions: dict[str, Any] = {}
    for name, part in parts.items():
        definitions |= part.get("$defs", {})
        definitions[name] = {key: value for key, value in part.items() if key not in ("$defs", "$schema")}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}
