from hypothesis import HealthCheck, Phase, settings

SHORT, LONG = "short story", "long story"
# A failing story prints whole; making it smaller would take minutes of a database's time for each step.
common = settings(
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(SHORT, common, max_examples=6, stateful_step_count=30, derandomize=True)
# `pytest tests/faults --hypothesis-profile "long story"` looks further, and elsewhere each time.
settings.register_profile(LONG, common, max_examples=150, stateful_step_count=50, derandomize=False)
