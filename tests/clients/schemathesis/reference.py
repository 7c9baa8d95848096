"""Looks over the reference: it is OpenAPI 3.1, what it names is there, and kept answers are as it says.

Arguments: the document, and the folder of the contract: each of its answers is held to what the document says of that
operation and status. Prints how many were.
"""

import json
import sys
from pathlib import Path

import jsonschema_rs
from openapi_spec_validator import OpenAPIV31SpecValidator

document = json.load(open(sys.argv[1]))
assert document["openapi"].startswith("3.1"), document["openapi"]
OpenAPIV31SpecValidator(document).validate()


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


for reference in references(document):
    found = document
    for part in reference.removeprefix("#/").split("/"):
        assert part in found, f"{reference} leads nowhere"
        found = found[part]


def strict(schema):
    """Every object as it is told of, and with nothing more."""
    if isinstance(schema, dict):
        if "allOf" in schema:
            return {**schema, "unevaluatedProperties": False}
        schema = {key: strict(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        return schema
    return [strict(one) for one in schema] if isinstance(schema, list) else schema


schemas = document["components"]["schemas"]
# What is a part of something larger has more beside it.
parts = [part for schema in schemas.values() for part in references(schema.get("allOf", []))]
schemas = {name: schema if f"#/components/schemas/{name}" in parts else strict(schema) for name, schema in schemas.items()}


def operation(method, path):
    """What the document says of a request; of two templates the one with fewer placeholders."""
    asked = path.split("/")

    def fits(template):
        known = template.split("/")
        return len(known) == len(asked) and all(k == a or k.startswith("{") for k, a in zip(known, asked))

    fitting = sorted(filter(fits, document["paths"]), key=lambda template: template.count("{"))
    found = (document["paths"][template].get(method.lower()) for template in fitting)
    return next(filter(None, found), None)


held = 0
for file in sorted(Path(sys.argv[2]).glob("*/*.json")):
    told = json.loads(file.read_text())
    # A notification, or a stream, whose events alone have a form.
    if told.get("answer", {"headers": {}})["headers"].get("Content-Type") != "application/json":
        continue
    request, answer = told["request"], told["answer"]
    known = operation(request["method"], request["path"])
    # A path or a method that there is not.
    if known is None:
        assert answer["status"] in (404, 405), file
        continue
    assert str(answer["status"]) in known["responses"], f"{file}: {answer['status']} is not told of"
    schema = known["responses"][str(answer["status"])]["content"]["application/json"]["schema"]
    whole = {**strict(schema), "components": {"schemas": schemas}}
    errors = [f"{error.instance_path}: {error.message}" for error in jsonschema_rs.iter_errors(whole, answer["body"])]
    assert not errors, f"{file} is not what the reference says: {errors}"
    held += 1
print(held)
