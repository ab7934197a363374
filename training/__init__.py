"""How the reader in qa/weights was made: data, recipe, checkpoints and export."""
