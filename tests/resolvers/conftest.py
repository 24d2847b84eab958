from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

# A failing query prints whole; making it smaller would take minutes of a database's time for each step.
common = settings(
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
# `pytest tests/resolvers --hypothesis-profile long` looks further, and elsewhere each time.
settings.register_profile("long", common, max_examples=5_000, derandomize=False)
settings.register_profile("short", common, max_examples=60, derandomize=True)
settings.load_profile("short")

# Northwind is no part of a clone: its figures are tested where its files lie beside it.
NORTHWIND = Path(__file__).parents[3] / "shared" / "data" / "northwind"
collect_ignore = [] if NORTHWIND.is_dir() else ["test_northwind.py"]
