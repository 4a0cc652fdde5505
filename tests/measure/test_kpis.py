"""Which definition of a KPI a project uses; what each definition counts stands in `worked/`."""

import pandas as pd
import pytest

from kpitools.catalogue import KPIS, find, measurable
from kpitools.errors import UserError
from kpitools.measure.parts import SEPARATOR
from kpitools.measure.tally import add_up


def test_a_project_chooses_a_definition_and_its_numbers(one):
    """Within 30 seconds of the answered calls, 2 of 3; the id says both choices."""
    rows = [{"wait_s": 20.0}, {"wait_s": 30.0}, {"wait_s": 31.0}, {"outcome": "abandoned", "wait_s": 2.0}]
    chosen = {"service_level": {"variant": "of_answered", "seconds": 30}}
    found = one("service_level", "contacts", *rows, definitions=chosen).loc["share"]
    assert found["value"] == pytest.approx(2 / 3)
    assert found["definition"] == "of_answered(seconds=30)"


def test_a_definition_chosen_for_once_keeps_the_numbers_of_the_project(project_of):
    """With 30 seconds and a short abandon of 5 in the project, another definition has the 30 and knows no 5."""
    project = project_of(
        definitions={"service_level": {"variant": "without_short_abandons", "seconds": 30, "short_seconds": 5}}
    )
    assert project.kpi("service_level").definition_id == "without_short_abandons(seconds=30, short_seconds=5)"
    assert project.kpi("service_level:of_answered").definition_id == "of_answered(seconds=30)"
    assert project.kpi("service_level:answered_in_time_of_offered").key == "service_level"


@pytest.mark.parametrize(
    ("definitions", "said"),
    [
        ({"service_level": {"variant": "of_answerd"}}, "Did you mean 'of_answered'?"),
        ({"service_levl": {}}, "Did you mean 'service_level'?"),
        ({"service_level:of_answered": {}}, "Did you mean 'service_level'?"),
        ({"service_level": {"secnds": 30}}, "Did you mean 'seconds'?"),
        ({"service_level": {"short_seconds": 5}}, "Did you mean 'seconds'?"),
        ({"service_level": {"variant": "of_answered", "seconds": "30"}}, "must be a number"),
    ],
)
def test_a_definition_that_does_not_exist_is_refused_with_the_nearest(project_of, definitions, said):
    """A misspelt KPI, definition or number of `[definitions]` is refused when the project file is read."""
    with pytest.raises(UserError, match=said.replace("?", r"\?")):
        project_of(definitions=definitions)


def test_answers_on_two_scales_are_never_pooled(one):
    """Satisfaction on 1 to 5 and on 0 to 10 has no mean; recommendation on 1 to 10 has a definition of its own."""
    five = {"kind": "csat", "score": 4.0, "scale_min": 1.0, "scale_max": 5.0, "times": 5}
    found = one("csat", "surveys", five, {"kind": "csat", "score": 8.0, "times": 5}).loc["mean"]
    assert (pd.isna(found["value"]), found["reason"]) == (True, "mixed_scales")
    answers = [{"score": 9.0, "times": 5}, {"score": 6.0, "scale_min": 1.0, "times": 7}]
    usual, other = (one(name, "surveys", *answers).loc["score"] for name in ("nps", "nps:one_to_ten"))
    assert (usual["value"], usual["excluded"]) == (100, 7)
    assert (other["value"], other["excluded"]) == (-100, 5)


def test_a_definition_is_named_after_a_colon():
    """`kpi:definition` is that definition, the name alone the default; a misspelt one is refused with the nearest."""
    assert find("csat").definition == "mean_on_own_scale"
    assert (find("csat:top_two").unit, find("csat:top_two").statistic) == ("share", "share")
    with pytest.raises(UserError, match="Did you mean 'top_two'"):
        find("csat:top_tow")


def test_every_definition_that_the_list_names_may_be_asked_for(project_of):
    """That of a KPI which comes as figures only is one of them; another is refused with the one that there is."""
    project = project_of()
    for name, kpi in KPIS.items():
        for definition in kpi.variants or [kpi.definition]:
            assert project.kpi(f"{name}:{definition}").definition == definition
    with pytest.raises(UserError, match="Did you mean 'as_given'"):
        project.kpi("site_visits:as_gven")


def test_hundreds_of_sums_are_rolled_up_without_a_warning():
    """All definitions at once make as many columns; pytest makes an error of the library's warning about them."""
    sums = {f"kpi_{n}{SEPARATOR}{how}_score": [1.0, 2.0] for n in range(150) for how in ("total", "min")}
    found = add_up(pd.DataFrame({"team": ["Nord", "Nord"], **sums}), ["team"])
    assert found.iloc[0, :3].tolist() == ["Nord", 3.0, 1.0]


def test_every_kpi_of_the_sources_is_there_and_all_but_two_are_measured():
    """The terms of the source documents, each a KPI; site visits and channels offered come as figures alone."""
    assert set(KPIS) >= {
        "volume", "answer_rate", "service_level", "abandonment_rate", "handled_rate", "wait_time", "handle_time",
        "resolution_rate", "first_reply_time", "talk_time", "first_contact_resolution", "contacts_per_request",
        "repeat_reasons", "nps", "csat", "ces", "selfcare_transfer_rate", "digital_rate", "channel_promotion_rate",
        "churn_rate", "retention_rate", "conversion_rate", "repurchase_rate", "reengagement_rate", "requests_closed",
        "site_visits", "channels_offered",
    }  # fmt: skip
    assert set(KPIS) - {kpi.name for kpi in measurable()} == {"site_visits", "channels_offered"}
