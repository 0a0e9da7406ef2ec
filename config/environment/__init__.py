"""Reading the settings that an office makes in the environment (docs/operations.md)."""
