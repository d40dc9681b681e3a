"""Write the description of the API to openapi.json, as it is published at /api/v1/openapi.json.

python -m tools.openapi
"""

import json
import os
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "openapi.json"


def text() -> str:
    """The description as it stands in the file."""
    from openoms.interfaces.api.urls import api

    return json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, default=str) + "\n"


def main() -> None:
    """Write the file; needs no database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openoms.config.settings")
    django.setup()
    TARGET.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
