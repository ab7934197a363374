"""Settings of question answering, beside those of the index."""

from __future__ import annotations

from pydantic import Field, ValidationError
from pydantic_settings import SettingsError as SourceError

from index.errors import SettingsError
from index.settings import IndexSettings


class Settings(IndexSettings):
    """All settings: those of the index and those of reading and answering."""

    reader: str = Field(
        default="", description="a local folder or a Hub name of a question-answering model; empty: our own"
    )
    read_passages: int = Field(default=12, ge=1, le=50, description="passages read for one question")
    answer_tokens: int = Field(default=30, ge=1, le=100, description="longest answer, in word pieces")
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="confidence below which the articles do not say; none: the one fitted with the reader",
    )
    question_characters: int = Field(default=1000, ge=10, description="longest question, in characters")
    watch: bool = Field(default=True, description="whether the app takes up changes in the articles folder by itself")
    hosts: str = Field(
        default="", description="further names the server answers to, comma-separated, as behind a proxy"
    )
    log: str = Field(default="var/log/quoth.jsonl", description="file for what happens in the app; empty: none")
    threads: int = Field(default=2, ge=1, description="processor threads for the models")


def load_settings(**given: object) -> Settings:
    """Settings from arguments, QUOTH_… variables and quoth.toml; `SettingsError` names the one that is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"Setting {name} (QUOTH_{name.upper()} or quoth.toml) is {first['input']!r}: {first['msg']}."
        ) from None
    except (SourceError, ValueError) as error:
        raise SettingsError(f"The settings cannot be read: {error}") from None
