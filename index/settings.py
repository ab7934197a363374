"""Settings of the index, each declared once with its unit; QUOTH_… variables and quoth.toml override the defaults."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class IndexSettings(BaseSettings):
    """What decides how articles become an index. Changing any of `passage_*` or `encoder` rebuilds it."""

    model_config = SettingsConfigDict(env_prefix="QUOTH_", toml_file="quoth.toml", frozen=True, extra="forbid")

    encoder: str = Field(default="all-MiniLM-L6-v2", description="the packaged encoder, a local folder, or a Hub name")
    passage_words: int = Field(default=100, ge=10, le=400, description="words a passage aims at")
    passage_overlap: int = Field(default=50, ge=0, le=399, description="words of a passage that the next one repeats")
    dense_weight: float = Field(
        default=0.5, ge=0, le=1, description="share of the vectors in the fused score; terms have the rest"
    )
    file_megabytes: float = Field(default=10, gt=0, description="largest file that is read, in MB of 10^6 bytes")
    parse_seconds: float = Field(default=30, gt=0, description="longest time for one PDF or DOCX, in seconds")
    parse_megabytes: int = Field(default=1024, ge=128, description="memory for one PDF or DOCX, in MB")
    most_uploads: int = Field(default=20_000, ge=0, description="most uploaded articles that are kept")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments come before the environment, the environment before quoth.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
