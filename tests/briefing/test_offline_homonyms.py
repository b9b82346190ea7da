"""Words that only look like loaded, accusing or relaying ones are left alone."""

import pytest

from tests.briefing.offline import OPENING, draft_of

PLAIN = [
    ("en", "The road has been closed since Monday, according to the council."),
    ("en", "Drivers must have a permit from May, the council's timetable shows."),
    ("en", "Visitors should not forget their tickets, the museum said on its website."),
    ("en", "A ferry to Crimea will leave at noon, the timetable shows."),
    ("en", "Beekeepers caught a swarm of bees in the park on Sunday, the council said."),
    ("de", "Der Unfall hat den Verkehr lahmgelegt, teilte die Stadt mit."),
    ("de", "Für den Besuch ist eine Anmeldung nötig, teilte die Stadt mit."),
    ("es", "La espiral del museo se abrirá el lunes, según el calendario."),
    ("es", "Los vecinos pintaron la fachada en mayo, según el ayuntamiento."),
    ("es", "El torpedo del museo se expone desde mayo, según el catálogo."),
    ("fr", "Le vol de Velda à Harl est retardé d’une heure, selon l’horaire."),
    ("fr", "La ville a vendu 40 bancs en mai, selon le registre."),
    ("fr", "Le ravitaillement arrivera lundi, selon la mairie."),
    ("ru", "Пошлину на зерно снизят в мае, говорится в постановлении."),
    ("ru", "Рабочие закончили сварку труб во вторник, сообщила мэрия."),
    ("ru", "Билет стоил 300 рублей, указано в расписании."),
    ("ru", "Ветер сорвал крышу школы в понедельник, сообщила мэрия."),
    ("ru", "Из-за утечки газа улицу закрыли до вечера, сообщила мэрия."),
    ("ru", "Наглядные материалы покажут в музее в мае, сообщила мэрия."),
    ("ru", "Танкер пришёл в порт во вторник, указано в расписании."),
    ("uk", "Злива пройде у вівторок, повідомила метеослужба."),
    ("uk", "Підлогу у школі замінять у травні, йдеться в оголошенні."),
    ("uk", "Підлітки приїдуть наступного тижня, йдеться в розкладі."),
    ("uk", "Замовник отримає ордер у травні, йдеться в оголошенні."),
    ("uk", "Нападник забив двічі, свідчить протокол матчу."),
    ("uk", "Мешканці зраділи парку, який відкрили в середу, повідомила рада."),
    ("en", "The minister flew to Turkey on Monday, his office said."),
    ("en", "The researchers and their collaborators measured 40 trees, the journal says."),
    ("en", "The play was staged in May, according to the theatre."),
    ("en", "Flights were diverted to Harl on Monday, the airport said."),
    ("en", "The bridge was designed to carry trains, according to the register."),
    ("de", "Der Verkehr wurde am Montag umgeleitet, teilte die Stadt mit."),
    ("de", "Der Ausschuss schlug am Montag eine neue Sitzung vor, teilte die Stadt mit."),
    ("de", "Die historische Altstadt wird am Montag gesperrt, teilte die Stadt mit."),
    ("de", "Eine Bombe aus dem Krieg wurde am Montag entschärft, teilte die Polizei mit."),
    ("es", "La policía busca a un hombre de 40 años."),
    ("es", "La biblioteca compró 300 ejemplares, según el registro."),
    ("fr", "La responsable de la bibliothèque a reçu 40 lettres, selon le registre."),
    ("fr", "Le trafic est dense lundi matin, selon la préfecture."),
    ("fr", "Il manque 40 exemplaires du livre, selon le registre."),
    ("ru", "В области введён режим чрезвычайной ситуации, говорится в постановлении."),
    ("ru", "О присвоении школе имени поэта говорится в постановлении."),
    ("uk", "Міст відкриють через два тижні, йдеться в оголошенні."),
    ("uk", "Рік тому у школі було 40 учнів, свідчить звіт."),
    ("uk", "Людей розмістили у бомбосховищі, повідомила рада."),
]


@pytest.mark.parametrize(("language", "sentence"), PLAIN)
def test_a_word_that_only_looks_like_a_strong_one_is_left_alone(language: str, sentence: str) -> None:
    draft = draft_of(f"{OPENING[language]}\n\n{sentence}", language)
    assert [(flag.kind, flag.quote) for flag in draft.flags] == []
    assert [term.term for term in draft.loaded] == []


def test_what_could_become_of_something_has_no_source() -> None:
    """Russian "стать" is no "статья"."""
    text = f"{OPENING['ru']}\n\nЗакрытие бассейна обязательно станет катастрофой для города."
    [flag] = draft_of(text, "ru").flags
    assert flag.speaker is None
