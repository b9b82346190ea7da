"""Records, results and timetables stay clean; the same sentences in a dispute are flagged."""

import pytest

from tests.briefing.offline import draft_of

RECORD = (
    "The trust published its annual report on Monday. "
    "Visitors spent 41,000 euros in the shop, the report says. "
    "It fills 14 rooms in the east wing, according to the register. "
    "The reading room opens at nine. "
    "The shop has lost 4,000 customers. "
    "A new catalogue came out in May. "
    "The archive lent 120 maps to schools, its register shows. "
    "Entry costs 4 euros. "
    "The cafe is run by a family from the port. "
)
DISPUTE = (
    "Critics say the trust sold the best maps in secret. "
    "It is a shameful way to treat a town. "
    "A video shared online shows guards burning papers. "
)

VOTE = (
    "La alcaldesa Elena Torres negó este lunes que la votación sobre el puerto estuviera "
    "amañada y calificó la acusación de «cuento de malos perdedores».\n\n"
    "El concejal David Mestre aseguró que a dos compañeros les habían prometido empleos en la "
    "promotora Muelle Este. No aportó pruebas. Los dos ediles no respondieron a las llamadas "
    "de este diario.\n\n"
    "Según el acta de la sesión, la votación se celebró a las 23.40, cuando tres miembros de "
    "la oposición ya se habían marchado. La secretaria municipal, Ruth Amat, confirmó que se "
    "respetó el reglamento.\n\n"
    "Muelle Este calcula que el proyecto creará 1.400 empleos. Economistas consultados por "
    "este periódico rebajan la cifra a menos de 300. Los comerciantes temen lo peor: los "
    "alquileres se duplicarán en un año, vaticinan.\n\n"
    "El exalcalde Carlos Bancos escribió en redes sociales que el acuerdo «apesta». La "
    "alcaldía tachó el mensaje de difamatorio.\n\n"
    "La confianza en el consistorio nunca ha sido tan baja.\n\n"
)


def sentences_flagged(text: str) -> list[str]:
    return [flag.quote for flag in draft_of(text).flags]


def test_a_record_is_not_flagged_for_the_figures_it_is_about() -> None:
    assert sentences_flagged(RECORD) == []


def test_the_same_figure_is_flagged_in_a_dispute() -> None:
    assert "The shop has lost 4,000 customers" in sentences_flagged(RECORD + DISPUTE)


@pytest.mark.parametrize(
    "claim",
    [
        "“They hid the losses for years because the mayor told them to,” said Ann Poole, a former clerk.",
        "No other archive in the country has ever been looked after so badly, everyone knows that.",
    ],
)
def test_what_somebody_claims_is_flagged_in_a_record_too(claim: str) -> None:
    assert len(sentences_flagged(RECORD + claim)) == 1


def test_a_claim_of_its_own_next_step_is_none() -> None:
    assert sentences_flagged(RECORD + "“We open on Sundays from now on,” said Ann Poole.") == []


def test_a_dispute_is_not_calm_because_it_cites_the_minutes() -> None:
    quotes = [flag.quote for flag in draft_of(VOTE, "es").flags]
    assert "a dos compañeros les habían prometido empleos en la promotora Muelle Este" in quotes
    assert "el proyecto creará 1.400 empleos" in quotes
