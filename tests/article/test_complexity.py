import time

import pytest

from bot.article.complexity import MAX_ATTRIBUTES, refuse_heavy
from bot.errors import PageTooComplex

SCRIPT = "if(a<b&&c)" + "{x = y * z; } " * 3_000


def test_a_long_script_is_no_tag() -> None:
    refuse_heavy(f"<html><script>{SCRIPT}</script><STYLE>a<b {'c d ' * 3_000}</STYLE><p>text</p></html>")


@pytest.mark.parametrize("before", ["", "<script>a<b</script>", "<script>", "<script/><style>"])
def test_a_tag_of_too_many_attributes_is_refused_wherever_it_stands(before: str) -> None:
    with pytest.raises(PageTooComplex):
        refuse_heavy(f"{before}<p {'attribute ' * (MAX_ATTRIBUTES + 1)}>text</p>")


def test_a_page_of_unclosed_scripts_is_judged_in_linear_time() -> None:
    page = "<script>" * 40_000 + "<p " + "a b " * 4_000
    start = time.process_time()
    with pytest.raises(PageTooComplex):
        refuse_heavy(page)
    assert time.process_time() - start < 2
