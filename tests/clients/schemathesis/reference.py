"""Looks over the reference: it is OpenAPI 3.1, what it names is there, and kept answers are as it says.

Arguments: the document, then a schema's name and a file for each kept answer. What differs from run to run is a name
in brackets in them; for a time in milliseconds it stands for a number.
"""

import json
import re
import sys

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
        schema = {key: strict(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        return schema
    return [strict(one) for one in schema] if isinstance(schema, list) else schema


schemas = {name: schema if "allOf" in schema else strict(schema) for name, schema in document["components"]["schemas"].items()}
for name, file in zip(sys.argv[2::2], sys.argv[3::2]):
    text = open(file).read().split("\n---\n", 1)[1]
    answer = json.loads(text.replace('"[ms]"', "0"))
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    errors = [f"{error.instance_path}: {error.message}" for error in jsonschema_rs.iter_errors(whole, answer)]
    assert not errors, f"{file} is no {name}: {errors}"
print(len(sys.argv[2::2]))
