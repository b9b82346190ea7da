"""Where sentences are hard to tell apart, one table a language: dots, quotations, datelines, numbers."""

import pytest

from bot.article.sentences import split_sentences
from tests.briefing.offline import SIX

HARD: dict[str, list[list[str]]] = {
    "en": [
        ["J. R. Pell and A.B. Crane met Col. Ian Voss.", "He left at 5 p.m.", "It rained."],
        ["The bill passed 4.5 to 3.2.", "17 of the members stayed away."],
        ["Rev. Dr. Ann Poole joined St. Mary's in Oct. 1998.", "She stayed."],
        ['"We lost. We go home," he said.', '"Next year. Perhaps."', "No one laughed."],
        ["“I saw it . . . and then it sank,” she said.", "The rest is silence…", "He nodded."],
        ["The firm, Brightcoat Inc., sold Unit No. 7 for $1.5m.", "2,300 homes follow."],
        ["PORT HALLAN, March 9. The council met on Monday.", "It voted."],
        ["Did he ask “Why now?” or not?", "Nobody knows!", "Sgt. Bell does."],
        ["The U.S. Senate and the U.K. agreed, i.e. they signed.", "The E.U. did not."],
        ["See figs. 3 and 4, vol. 2, pp. 10-12.", "The rest is in vol. 3."],
        ["He earned approx. £3.20 an hour, vs. £4 before.", "She earned more."],
        ["“Is it true?”", "“It is.”", "Mr. Hale, 52, closed the door."],
    ],
    "de": [
        ["Wendau. Der Bauausschuss hat am 3. März zugestimmt.", "16 der Wohnungen sind frei."],
        ["Aurach – Die Brücke wird am 1. Januar gesperrt.", "Das gilt bis Mai."],
        ["Dr. med. H. G. Weber und Prof. Dr. K. Lang kamen.", "Es war 9.30 Uhr."],
        ["„Wir gehen. Jetzt“, sagte er.", "„Warum?“, fragte sie.", "„Darum.“"],
        ["Im 2. Stock, d. h. über der Fa. Kern, wohnt u. a. der Abg. Roth.", "Er schweigt."],
        ["Der Umsatz stieg um 4,1 Prozent auf 2.300 Mio. Euro.", "13 Filialen schließen."],
        ["Nach § 4 Abs. 2 Nr. 3 gilt das nicht.", "Art. 5 bleibt."],
        ["König Karl III. besuchte die 2. Liga.", "Das Spiel endete 2:1."],
        ["Es kamen ca. 300 Gäste, darunter Bürger aus St. Veit usw.", "Alle blieben."],
        ["»Ich weiß es nicht …«, sagte sie.", "»Vielleicht.«", "Dann ging sie."],
        ["Das Amt ist Mo. bis Fr. von 8 bis 12 Uhr offen, Tel. 0123.", "Sonst nicht."],
    ],
    "es": [
        ["PUERTO LIRIO, 21 ago. El incendio seguía activo.", "Ha quemado 3.240 hectáreas."],
        ["El Dr. J. L. Pérez y la Sra. M.ª Ruiz vieron a D. Luis.", "Eran las 10.30 h."],
        ["«No lo sé. Ya veremos», dijo el Gral. Soto.", "«Puede ser.»", "Nadie rio."],
        ["El precio subió un 3,5 %.", "1.184 personas lo notaron."],
        ["¿Quién fue?", "¡Nadie!", "El art. 5 no lo dice."],
        ["En EE. UU. viven 2 millones, según el núm. 12 de la revista.", "Es así."],
        ["Según la pág. 4, el rey no vino…", "La reina sí."],
        ["Compró pan, leche, etc.", "Luego volvió a la Avda. Norte."],
        ["“¿Y ahora qué?”, preguntó Ana.", "“Nada.”", "Y se fue."],
        ["La empresa, Olivar S. A., perdió 4,5 millones.", "12 tiendas cierran."],
    ],
    "fr": [
        ["VALSERAC, 9 févr. Une enquête est ouverte.", "Le maire se tait."],
        ["M. J.-P. Roy et Mme A. Blanc ont vu Me Dargaud.", "Il était 19 h 12."],
        ["« Nous partons. C’est fini », a-t-il dit.", "« Déjà ? »", "Elle rit."],
        ["« Ils ne viendront pas ! »", "Le Dr. Morel hausse les épaules."],
        ["Le prix a augmenté de 3,5 % en oct. 2024.", "31 870 personnes paient."],
        ["Le roi n’a rien dit…", "La reine non plus."],
        ["Voir l’art. 5, al. 2, et les pp. 10 à 12.", "Le reste suit."],
        ["Du pain, du lait, etc.", "Tout manque à St. Orvan."],
        ["“Pourquoi ?” demande le Gén. Petit.", "“Parce que.”", "On attend."],
        ["La société Bois & Cie. a vendu 1,2 million de lots.", "11 restent."],
    ],
    "ru": [
        ["ВЕРХНЕРЕЧЕНСК, 13 октября. Цены выросли на 0,4%.", "Это мало."],
        ["А. С. Пушкин и Н.В. Гоголь жили на ул. Садовой, д. 5.", "Там тихо."],
        ["«Мы уходим. Всё», — сказал ген. Петров.", "«Почему?» — «Так надо»."],
        ["В 1998 г. в г. Сосновске жили 3,5 тыс. чел.", "12 домов сгорели."],
        ["— Кто там? — Никто, — ответил он.", "Дверь закрылась."],
        ["Было холодно…", "Снег, лёд и т. д.", "Потом потеплело."],
        ["См. рис. 3, табл. 2 и с. 15.", "Остальное в гл. 4."],
        ["Ущерб — 2 млн руб.", "300 семей ждут помощи."],
        ["Он родился в XIX в.", "Его дед служил в полку им. Кирова."],
        ["Акад. И. И. Орлов (р. 1941) и проф. Лес спорят.", "Никто не прав."],
        ["«Правда ли это?»", "«Да!»", "Она вышла в 10.30 утра."],
    ],
    "uk": [
        ["КАМ’ЯНИЩІ, 1 листопада. Розклад змінено.", "Трамваї ходять."],
        ["Т. Г. Шевченко та І.Я. Франко жили на вул. Садовій, буд. 5.", "Там тихо."],
        ["«Ми йдемо. Усе», — сказав ген. Коваль.", "«Чому?» — «Так треба»."],
        ["У 1998 р. в м. Липовиця жили 3,5 тис. осіб.", "12 будинків згоріли."],
        ["— Хто там? — Ніхто, — відповів він.", "Двері зачинилися."],
        ["Було холодно…", "Сніг, лід і т. д.", "Потім потепліло."],
        ["Див. рис. 3, табл. 2 і стор. 15.", "Решта в розд. 4."],
        ["Збитки — 2 млн грн.", "300 родин чекають допомоги."],
        ["О. Мефодій (Рибчин) служить у храмі св. Юрія.", "Люди мовчать."],
        ["«Чи це правда?»", "«Так!»", "Вона вийшла о 10.30."],
        ["Акад. І. Орел, 80 р., та проф. Ліс сперечаються.", "Ніхто не правий."],
    ],
}


@pytest.mark.parametrize(
    ("language", "sentences"), [(language, sentences) for language in SIX for sentences in HARD[language]]
)
def test_hard_sentences_are_told_apart(language: str, sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[s.start : s.end] for s in split_sentences(text, language)] == sentences
