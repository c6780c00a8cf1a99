"""Every step, state, reason and word that people read has a text."""

from app.domain.labels import GUARD_LABELS, LABELS, REASON_LABELS, STATUS_LABELS, label_of
from app.domain.steps import STEPS, steps_of
from app.domain.vocabulary import STATUS_OF, Reason
from app.domain.workflow import Guard, Note


def test_everything_that_people_read_has_a_text() -> None:
    for step in STEPS.values():
        assert step.label
        assert step.done
        assert bool(step.note_label) == (step.note is not Note.NONE)
        for reason in step.reasons:
            assert label_of(reason)
    for lifecycle, states in STATUS_OF.items():
        assert set(STATUS_LABELS[lifecycle]) == set(states)
        assert steps_of(lifecycle)
    assert set(REASON_LABELS) == set(Reason)
    assert set(GUARD_LABELS) >= set(Guard)
    for words, labels in LABELS.items():
        assert set(labels) == set(words)
