"""Every file of the corpus gets the verdict it deserves, for exactly the reasons it deserves it."""

import json
from pathlib import Path

import pytest

from materials.inspection.verdict import inspect
from materials.wording import UNKNOWN, told
from tests.materials.inspection.corpus import SAMPLES
from tests.materials.inspection.samples import Sample


def named(finding: dict) -> str:
    """The code, with what was found instead where the sample tells it."""
    return f"{finding['code']}:{finding['args']['found']}" if "found" in finding["args"] else finding["code"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_file_is_told_by_its_content_and_every_reason_is_given(sample: Sample, tmp_path: Path):
    report = inspect(sample.write(tmp_path), sample.kind)
    assert {named(finding) for finding in report.findings} == sample.expected
    assert report.verdict == sample.verdict
    # What the child prints, the database keeps and a person reads.
    assert json.loads(json.dumps(report.findings)) == report.findings
    assert [told(finding) for finding in report.findings if str(UNKNOWN) in told(finding)] == []


def test_the_corpus_is_as_large_as_promised():
    genuine = [sample for sample in SAMPLES if sample.is_genuine]
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
    assert len(genuine) >= 30
    assert len(SAMPLES) - len(genuine) >= 60
