"""How the reader in qa/weights was made: data, recipe, checkpoints and export."""

import sys

# With this package at hand, importing OpenVINO or NNCF alone reports it over the network.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
