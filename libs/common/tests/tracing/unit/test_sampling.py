"""The samplers that the settings name."""

import pytest

from libs.common.settings import Sampler, TraceSettings
from libs.common.tracing.exporting import sampler_of
from libs.common.tracing.spans import span_of_request
from libs.testing.traces import recorded_spans

SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_SAMPLED = SAMPLED.removesuffix("1") + "0"


@pytest.mark.parametrize(
    ("name", "share", "taken"),
    [
        ("always_on", 0, (True, True, True)),
        ("always_off", 1, (False, False, False)),
        ("traceidratio", 0, (False, False, False)),
        ("traceidratio", 1, (True, True, True)),
        ("parentbased_always_on", 0, (True, True, False)),
        ("parentbased_always_off", 1, (False, True, False)),
        ("parentbased_traceidratio", 0, (False, True, False)),
        ("parentbased_traceidratio", 1, (True, True, False)),
    ],
)
def test_a_sampler_decides_by_its_name_for_no_parent_a_sampled_one_and_another(
    name: Sampler, share: float, taken: tuple[bool, bool, bool]
) -> None:
    sampler = sampler_of(TraceSettings(otel_traces_sampler=name, otel_traces_sampler_arg=share))
    with recorded_spans(sampler):
        assert tuple(span_of_request(parent).is_recorded for parent in (None, SAMPLED, NOT_SAMPLED)) == taken
