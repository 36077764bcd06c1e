"""Which names a certificate has, which of them it covers, and which a link can carry."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.server.certificate_names import CertificateNames, names_in
from tests.support.certificates import der_of, make_pair


def _names(directory: Path, *hosts: str) -> CertificateNames:
    return names_in(der_of(make_pair(directory, *hosts).cert))


@pytest.mark.parametrize(
    ("hosts", "name"),
    [
        (["Meet.example.org", "other.example.org"], "meet.example.org"),
        (["*.example.org", "meet.example.org"], "meet.example.org"),
        (["localhost", "203.0.113.5", "meet.example.org"], "meet.example.org"),
        (["*.example.org"], None),
        (["203.0.113.5", "localhost"], None),
        ([], None),
    ],
)
def test_a_link_gets_the_first_name_that_is_one(
    hosts: list[str], name: str | None, tmp_path: Path
) -> None:
    assert _names(tmp_path, *hosts).for_links == name


def test_what_it_covers(tmp_path: Path) -> None:
    names = _names(tmp_path, "*.Example.org", "example.net", "203.0.113.5", "2001:db8::5")
    assert all(
        map(names.cover, ["meet.example.org", "Example.NET", "203.0.113.5", "2001:DB8:0::5"])
    )
    assert not any(map(names.cover, ["example.org", "a.b.example.org", "203.0.113.6", "::1"]))


def test_what_can_be_no_name_is_none(tmp_path: Path) -> None:
    names = _names(tmp_path, "a b.example.org", "x*.example.org", "*", "a..b", "1.2.3.4\n", "")
    assert names == CertificateNames()


def test_what_is_no_certificate_has_no_names() -> None:
    assert names_in(b"none") == CertificateNames()
