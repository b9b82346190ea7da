from tests.briefing.offline import draft_of

STUDY = (
    "Eating nuts went with better sleep in a study of 900 adults. The authors write that the study is "
    "observational and cannot show that nuts were the reason for better sleep."
)


def test_a_title_that_claims_proof_where_the_text_limits_it_is_flagged() -> None:
    (flag,) = [
        f for f in draft_of(STUDY, title="Nuts cure bad sleep").flags if f.kind == "headline_beyond_text"
    ]
    assert (flag.sentence, flag.speaker) == (2, None)


def test_a_careful_title_is_not() -> None:
    kinds = [f.kind for f in draft_of(STUDY, title="Nuts may help with sleep, study suggests").flags]
    assert "headline_beyond_text" not in kinds


def test_a_number_that_only_the_title_has_is_flagged() -> None:
    text = "The harbour of Velden closed its north quay on Friday, police said."
    (flag,) = draft_of(text, title="Velden harbour closes north quay for 12 weeks").flags
    assert flag.kind == "headline_beyond_text"


def test_loaded_words_of_the_title_are_quoted() -> None:
    assert draft_of("It rained.", title="Regime falls in Orlen").headline == "“Regime” falls in Orlen"


def test_without_a_title_the_first_statement_is_the_headline() -> None:
    text = "The harbour closed its north quay on Friday, police said."
    assert draft_of(text).headline == text


def test_a_party_with_a_side_that_never_speaks_is_absent() -> None:
    text = (
        "Envoy Karl Brun said he was ready to meet the Meldan side. “The Meldan army shelled our villages,” "
        "Brun said. Meldan guns are aimed at children."
    )
    assert "the Meldan side" in draft_of(text).absent


def test_nobody_is_absent_where_nothing_is_flagged() -> None:
    assert draft_of("The harbour closed on Friday, police said.").absent == ()
