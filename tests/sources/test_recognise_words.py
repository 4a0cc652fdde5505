"""Words in place of yes and no or of numbers: who left, how easy it was, how far one agrees, how long it took."""

import pytest
from test_recognise_shapes import headers, instants, through, value  # noqa: F401 - a fixture

from kpitools.errors import SourceError
from kpitools.sources.recognise import recognise


@pytest.mark.parametrize(
    ("header", "left", "kept"),
    [
        ("Churn", "Churned", "Stayed"),
        ("Churn Label", "Churned", "Not churned"),
        ("Customer Status", "Churned", "Joined"),
        ("Situation", "Parti", "Resté"),
        ("Attrition_Flag", "Attrited Customer", "Existing Customer"),
    ],
)
def test_words_say_who_left(through, header, left, kept):  # noqa: F811
    """Of 40 customers 10 left."""
    rows = [f"{1000 + place},{left if place % 4 == 0 else kept}" for place in range(40)]
    _, loaded, tables = through("clients.csv", f"Customer ID,{header}", rows)
    assert value(tables, loaded, "churn_rate") == pytest.approx(0.25)


def test_a_word_that_does_not_say_who_left_is_asked(tmp_path):
    """`On leave` is neither; `Status` alone is believed where it holds both those who left and those who stayed."""
    states = ["Churned", "Stayed", "Stayed", "Stayed", "Stayed", "Stayed", "On leave", "Stayed"]
    rows = [f"{1000 + place},{states[place % 8]}" for place in range(80)]
    path = tmp_path / "clients.csv"
    path.write_text("\n".join(["Customer ID,Status", *rows]), encoding="utf-8")
    said = recognise([path], tmp_path)
    assert [question.key for question in said.questions] == ["clients.csv:left=On leave"]
    assert not recognise([path], tmp_path, answers={"clients.csv:left=On leave": "no"}).questions


EASE = {
    "How easy was it to get help?": ["Very difficult", "Difficult", "Neutral", "Easy", "Very easy"],
    "Effort client": ["Très difficile", "Difficile", "Neutre", "Facile", "Très facile"],
    "The company made it easy for me to handle my issue": [
        "Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree",
    ],
    "A-t-il été facile de nous joindre ?": [
        "Pas du tout d'accord", "Plutôt pas d'accord", "Ni d'accord ni pas d'accord", "Plutôt d'accord",
        "Tout à fait d'accord",
    ],
}  # fmt: skip


@pytest.mark.parametrize("question", EASE)
def test_words_of_ease_are_a_scale_of_which_the_easiest_is_the_best(through, question):  # noqa: F811
    """Answers 1, 2, 3, 4, 5 and again 5: on average 20/6, and a high answer is good."""
    texts = [*EASE[question], EASE[question][-1]]
    rows = [f"{at};{texts[place % 6]}" for place, at in enumerate(instants(60))]
    said, loaded, tables = through("survey.csv", f"Date;{question}", rows)
    assert not said.questions
    assert value(tables, loaded, "ces") == pytest.approx(20 / 6)
    assert loaded.definitions["ces"] == {"variant": "mean_ease"}


def test_what_one_agrees_to_is_asked_where_the_header_does_not_say_it(tmp_path):
    """To agree with `CES` may be to a great effort or to little of it."""
    texts = EASE["The company made it easy for me to handle my issue"]
    path = tmp_path / "survey.csv"
    rows = [f"{at},{texts[place % 5]}" for place, at in enumerate(instants(40))]
    path.write_text("\n".join(["Date,CES", *rows]), encoding="utf-8")
    assert [question.key for question in recognise([path], tmp_path).questions] == ["survey.csv:polarity"]


def test_who_agrees_to_a_complaint_is_not_satisfied(tmp_path):
    """`I was not satisfied: strongly agree` is not read as a good answer."""
    texts = EASE["The company made it easy for me to handle my issue"]
    path = tmp_path / "survey.csv"
    rows = [f"{place},{at},{texts[place % 5]}" for place, at in enumerate(instants(40))]
    path.write_text("\n".join(["Call ID,Call start,I was not satisfied", *rows]), encoding="utf-8")
    assert [one.table for one in recognise([path], tmp_path).sources] == ["contacts"]


def test_a_queue_that_is_counted_in_seconds_is_a_wait(through):  # noqa: F811
    """`Queue (s)` is how long it took; `Queue` is the name of one."""
    rows = [
        f"{place},{at},{'N' if place % 4 == 0 else 'Y'},{place % 20},{'Nord' if place % 3 else 'Sud'}"
        for place, at in enumerate(instants(40))
    ]
    said, _, _ = through("calls.csv", "Call ID,Start,Answered,Queue (s),Queue", rows)
    assert (headers(said.sources[0])["queue_s"], headers(said.sources[0])["team"]) == ("Queue (s)", "Queue")


@pytest.mark.parametrize(("no", "yes"), [("0", "1"), ("No", "Yes"), ("Active", "Inactive"), ("Open", "Cancelled")])
def test_a_status_that_says_nothing_of_leaving_makes_no_list_of_customers(tmp_path, no, yes):
    """A 1 under `Status` may be a customer who is active: nothing is taken for a churn."""
    path = tmp_path / "clients.csv"
    path.write_text("\n".join(["Customer ID,Status", *(f"{n},{yes if n % 4 else no}" for n in range(40))]))
    with pytest.raises(SourceError, match="nothing is recognised"):
        recognise([path], tmp_path)


def test_a_list_without_a_customer_number_has_a_customer_a_row(through):  # noqa: F811
    """Of 40 rows 10 left, many of them alike; that each is one customer is assumed, and said."""
    rows = [f"{'FM'[place % 2]},{'Yes' if place % 4 == 0 else 'No'}" for place in range(40)]
    said, loaded, tables = through("churn.csv", "gender,Churn", rows)
    assert value(tables, loaded, "churn_rate") == pytest.approx(0.25)
    assert "row_is_customer" in said.sources[0].assumed


@pytest.mark.parametrize("header", ["Contact Disposition", "Result", "Statut appel"])
def test_an_outcome_in_codes_that_no_list_knows_is_asked(tmp_path, header):
    """The calls are counted meanwhile; with an answer for each code there is an answer rate."""
    rows = [f"{place},{at},{1 if place % 4 == 0 else 2},30" for place, at in enumerate(instants(40))]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join([f"Call ID,Start,{header},Queue Time (s)", *rows]), encoding="utf-8")
    said = recognise([path], tmp_path)
    assert [one.key for one in said.questions] == ["calls.csv:outcome=2", "calls.csv:outcome=1"]
    assert all(f'[source.columns] outcome = "{header}"' in one.line for one in said.questions)
    assert (said.accounts[0].used, "answer_rate" in said.kpis) == (40, False)
    told = recognise([path], tmp_path, answers={said.questions[0].key: "answered", said.questions[1].key: "abandoned"})
    assert (told.questions, "answer_rate" in told.kpis) == ((), True)


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("Mois,NPS", "2026-0{0},3{0}", "closest to surveys .*each month once: its rows are figures, not answers"),
        (
            "Customer ID,Signup date,Subscription status",
            "{0},2026-03-0{0},x",
            "closest to customers .*Missing: ended_at",
        ),
        ("Mois,Note NPS", "mars 2026,{0}", "closest to surveys .*'Mois' holds months without a day"),
        ("Date,CSAT (1-5)", "2026-03,{0}", "closest to surveys .*'Date' holds months without a day"),
        (
            "Call ID,Answered,Wait (s)",
            "{0},Y,{0}",
            "closest to contacts .*Missing: started_at .*no column holds a date",
        ),
        ("Order ID,Order date,Amount", "{0},2026-03-0{0},5", "closest to orders .*Missing: customer_id"),
    ],
)
def test_a_refusal_names_the_nearest_table_and_what_it_lacks(tmp_path, head, row, said):
    """Not the list of everything that any table needs."""
    path = tmp_path / "odd.csv"
    path.write_text("\n".join([head, *(row.format(place) for place in (1, 2, 3, 4, 5))]), encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        recognise([path], tmp_path)


def test_a_time_without_marks_stands_beside_its_date(through):  # noqa: F811
    """`093015` is half past nine; where leading zeros are lost, none of them is read."""
    rows = [f"{place},{at},Y" for place, at in enumerate(instants(40, "%Y%m%d,%H%M%S"))]
    said, _, tables = through("calls.csv", "Call ID,Date,Time,Answered", rows)
    assert said.sources[0].columns[1].headers == ("Date", "Time")
    first = tables["contacts"].aggregate("min(started_at)").fetchall()[0][0]
    assert f"{first:%H:%M}" == "09:00"
    stripped = [f"{place},{at[:9]}{at[9:].lstrip('0')},Y" for place, at in enumerate(instants(40, "%Y%m%d,%H%M%S"))]
    again, _, _ = through("stripped.csv", "Call ID,Date,Time,Answered", stripped)
    assert "Time" in again.sources[0].not_used


def test_rows_set_aside_are_told_with_what_mends_them(tmp_path):
    """Where calls of different days have one id, it may be that of a case: it is said how legs would be read."""
    rows = [f"{place // 2},2026-{1 + place % 2}-{1 + place // 2} 09:00,Y,30" for place in range(40)]
    path = tmp_path / "legs.csv"
    path.write_text("\n".join(["Call ID,Start,Answered,Wait (s)", *rows]), encoding="utf-8")
    assert "map this column to root_id" in recognise([path], tmp_path).questions[0].text


def test_a_word_that_nobody_chose_is_on_the_scale_where_its_opposite_is(through):  # noqa: F811
    """Without one `Very difficult`, `Very easy` is 5 of 5 all the same: 2, 3, 4 and 5 make 3.5."""
    texts = EASE["How easy was it to get help?"][1:]
    rows = [f"{at};{texts[place % 4]}" for place, at in enumerate(instants(40))]
    said, loaded, tables = through("survey.csv", "Date;How easy was it?", rows)
    assert value(tables, loaded, "ces") == pytest.approx(3.5)
    assert "scale_1_5" in said.sources[0].assumed
