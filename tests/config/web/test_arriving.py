"""When a request is whole, late or too much, without a socket."""

from collections.abc import Iterator

import pytest

from config.web import arriving
from config.web.arriving import HEAD_S, SILENCE_S, WHOLE_BYTES, Arriving

COME: list[Arriving] = []
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def post(length, *more, method="POST"):
    return f"{method} / HTTP/1.1\r\n".encode() + b"\r\n".join([b"Content-Length: %d" % length, *more]) + b"\r\n\r\n"


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while COME:
        COME.pop().spool.close()


def sent(*pieces, step=0.0):
    """A request that comes in these pieces, `step` seconds apart."""
    request = Arriving(began=0.0)
    COME.append(request)
    for number, piece in enumerate(pieces):
        request.take(piece, number * step)
    return request


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_request_is_whole_when_its_last_byte_is_there_however_it_is_cut(size):
    whole = post(5) + b"hello"
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert [sent(*pieces).is_whole, sent(*pieces[:-1]).is_whole] == [True, False]
    assert sent(GET).is_whole


@pytest.mark.parametrize(
    ("head", "streamed"),
    [(post(WHOLE_BYTES), False), (post(WHOLE_BYTES + 1), True), (post(9, method="PATCH"), True), (GET, False)],
)
def test_a_body_too_large_to_be_taken_in_and_a_piece_of_an_upload_are_read_where_they_are_kept(head, streamed):
    assert (sent(head).is_streamed, sent(head).refusal) == (streamed, None)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * arriving.HEAD_BYTES, 431),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\ntransfer-encoding:gzip\r\n\r\n", 411),
    ],
)
def test_what_cannot_be_taken_in_is_refused_at_once(head, status):
    assert sent(head).refusal[0] == status


@pytest.mark.parametrize("odd", [b"Content-Length: -1", b"Content-Length: 1e3", b"Content-Length: " + b"9" * 30])
def test_a_length_that_is_none_is_for_the_parser_to_refuse(odd):
    assert sent(b"POST / HTTP/1.1\r\n" + odd + b"\r\n\r\n").is_whole


def test_a_head_has_its_time_however_steadily_it_comes():
    request = sent(*[b"x"] * 10, step=HEAD_S / 10)
    assert [request.is_late(HEAD_S), request.is_late(HEAD_S + 0.1)] == [False, True]


def test_a_body_may_be_slow_and_not_silent():
    request = sent(post(1000), *[b"x"] * 5, step=1.0)
    assert [request.is_late(request.last + SILENCE_S), request.is_late(request.last + SILENCE_S + 0.1)] == [False, True]


def test_a_body_that_drips_is_late_in_the_end():
    request = sent(post(1000), *[b"x"] * 7, step=5.0)
    assert [request.is_late(30.05), request.is_late(30.1)] == [False, True]


def test_a_large_body_has_longer():
    request = sent(post(1024 * 1024), *[b"x" * 1000] * 10, step=10.0)
    assert [request.is_late(90.1), request.is_late(94.5)] == [False, True]


def test_no_byte_of_the_next_request_is_asked_for():
    assert sent(post(5) + b"he").next_piece == 3
