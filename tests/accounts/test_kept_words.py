"""Words beside a line, and their copy in the table of the act: what was altered is found, what was erased is lawful."""

import pytest
from django.db import transaction

from accounts import log
from accounts.models import LogLine, LogNote, User
from contest.actions.draw import commit_draw, draw_lots, void_draw
from contest.actions.entries import leave, name_talk, reinstate
from contest.models import Draw, Entry
from contest.models.entry import Status
from contest.models.stage import State
from tests import cast


def faults(chain="2023"):
    return [(fault.seq, str(fault)) for fault in log.verify(chain)[2]]


@pytest.fixture
def gone(maonan, people):
    """陈志远, who withdrew, with a reason; 梁秀英 stays."""
    first, _second = cast.enter_people(maonan, 2, by=people["chenxiao"])
    leave(first, Status.WITHDRAWN, reason=" 因病退出 ", by=people["chenxiao"], at=cast.later(1))
    assert faults() == []
    return first


def seq(verb):
    return LogLine.objects.get(chain="2023", action=verb).seq


def test_a_reason_reworded_in_the_table_is_found_at_its_line(gone):
    Entry.objects.filter(pk=gone.pk).update(status_reason="因事退出")
    assert faults() == [(seq("leave"), f"参赛 {gone.pk} 退出的原因与日志不符")]


def test_a_reason_reworded_in_both_places_is_found_beside_the_line(gone):
    Entry.objects.filter(pk=gone.pk).update(status_reason="因事退出")
    LogNote.objects.filter(line__action="leave").update(text="因事退出")
    assert faults() == [(seq("leave"), "写下的理由被改动")]


@pytest.mark.parametrize("how", ["taken away", "emptied"])
def test_a_reason_that_was_erased_is_no_fault_and_says_nothing_of_its_copy(gone, how):
    note = LogNote.objects.filter(line__action="leave")
    if how == "emptied":
        note.update(text="", salt="")
    else:
        note.delete()
    assert faults() == []
    Entry.objects.filter(pk=gone.pk).update(status_reason="（已删除）")
    assert faults() == []


def test_who_came_back_has_no_reason_and_who_leaves_again_the_new_one(gone, people):
    chenxiao = people["chenxiao"]
    reinstate(gone, reason="病愈", by=chenxiao, at=cast.later(2))
    assert faults() == []
    leave(gone, Status.ABSENT, reason="当日未到", by=chenxiao, at=cast.later(3))
    assert faults() == []
    Entry.objects.filter(pk=gone.pk).update(status_reason="因病退出")
    assert faults() == [(5, f"参赛 {gone.pk} 退出的原因与日志不符")]


def test_a_word_longer_than_its_column_is_the_same_word(maonan, people):
    [entry] = cast.enter_people(maonan, 1, by=people["chenxiao"])
    with transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(talk="长" * 128)
        log.write("2023", "name_talk", by=None, at=cast.NOW, on=entry, words={"talk": ["", "长" * 200]})
    assert faults() == []


def test_the_title_of_a_talk_altered_by_hand_is_found(maonan, people):
    [entry] = cast.enter_people(maonan, 1, by=people["chenxiao"])
    name_talk(entry, "把论文写在田埂上", by=people["chenxiao"], at=cast.later(1))
    assert faults() == []
    Entry.objects.filter(pk=entry.pk).update(talk="一条路走出一片天")
    assert faults() == [(seq("name_talk"), f"参赛 {entry.pk} 的演讲题目与日志不符")]


def test_why_a_draw_was_set_aside_is_kept(maonan, people):
    chenxiao = people["chenxiao"]
    cast.enter_people(maonan, 2, by=chenxiao)
    draw = commit_draw(cast.put(maonan, State.READY), by=chenxiao, at=cast.NOW)
    cast.written_down(maonan)
    draw_lots(draw, witnesses="见证人甲", witness_word="427", by=chenxiao, at=cast.later(1))
    void_draw(draw, reason="漏了一人", by=chenxiao, seconded_by=people["linfang"], at=cast.later(2))
    assert faults() == []
    Draw.objects.update(void_reason="不称心")
    assert faults() == [(seq("void_draw"), f"抽签 {draw.pk} 作废的原因与日志不符")]


@pytest.mark.parametrize("change", [{"name": "陈小"}, {"username": "chen"}])
def test_chenxiao_renamed_by_hand_is_found(people, change):
    chenxiao = people["chenxiao"].pk
    lines = LogLine.objects.filter(chain="portal", subject=f"accounts.user:{chenxiao}", action="open_account")
    assert faults("portal") == []
    User.objects.filter(pk=chenxiao).update(**change)
    assert faults("portal") == [(lines.get().seq, f"账号 {chenxiao} 的账号名或姓名与日志不符")]


def test_the_names_of_an_account_whose_words_were_erased_are_not_compared(people):
    chenxiao = people["chenxiao"].pk
    LogNote.objects.filter(line__subject=f"accounts.user:{chenxiao}").delete()
    User.objects.filter(pk=chenxiao).update(name="（已删除）")
    assert faults("portal") == []


def test_no_payload_holds_a_name_that_a_line_commits_to(people):
    payloads = "".join(LogLine.objects.values_list("payload", flat=True))
    assert ("kept" in payloads, "陈晓" in payloads, "chenxiao" in payloads) == (True, False, False)


def test_a_forged_removal_elsewhere_excuses_no_account_that_was_closed_by_hand(people):
    chenxiao = people["chenxiao"]
    with transaction.atomic():
        log.write("forged", "open_season", by=None, at=cast.NOW, rehearsal=True)
        log.write("forged", "removed", by=None, at=cast.NOW, accounts=[chenxiao.pk], counts={})
    User.objects.filter(pk=chenxiao.pk).update(is_active=False)
    assert [what for _seq, what in faults("portal")] == [f"账号 {chenxiao.pk} 的状态或对应的人与日志不符"]
