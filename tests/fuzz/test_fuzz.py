"""The fuzzer itself; `make fuzz` runs it for as long as one likes."""

import json

import pytest
import runner
import targets


@pytest.mark.parametrize("name", ["claims", "day", "condition", "code"])
def test_an_input_comes_back_by_its_number(name: str) -> None:
    target = targets.named(name)
    assert repr(runner.draw(target, 3, 41)) == repr(runner.draw(target, 3, 41))
    assert repr(runner.draw(target, 3, 41)) != repr(runner.draw(target, 4, 41))


SLOW = {"store", "lattice", "command"}  # they compile, or start more than a smoke run needs


@pytest.mark.parametrize(
    "target", [one for one in targets.all_targets() if one.name not in SLOW], ids=lambda one: one.name
)
def test_a_few_inputs_of_every_quick_target_fail_nothing(target: runner.Target) -> None:
    tally = runner.play(target, 1, range(4))
    assert (tally.inputs, tally.told) == (4, {})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ZeroDivisionError("x"), "ZeroDivisionError in"),
        (runner.Wrong("a sum that is lost\n1 2"), "wrong: a sum that is lost"),
        (runner.FoedusError("Input should be a valid string"), "raw words of a library"),
        (runner.FoedusError(""), "an error without words"),
    ],
)
def test_a_failure_is_counted_with_the_numbers_that_bring_it_back(error: Exception, kind: str, tmp_path) -> None:
    def use(number: int) -> runner.Outcome:
        if number % 2:
            raise error
        return "accepted"

    drawn = iter(range(100))
    tally = runner.play(runner.Target("odd", lambda _: next(drawn), use), 0, range(10))
    assert (tally.inputs, tally.failures, tally.accepted) == (10, 5, 5)
    ((told, numbers),) = tally.kinds.items()
    assert told.startswith(kind)
    assert numbers == [1, 3, 5]
    runner.write(tmp_path, [tally], 0)
    assert json.loads((tmp_path / "summary.json").read_text())["targets"][0]["told"] == {told: 5}


def test_what_takes_too_long_is_stopped_and_counted(monkeypatch) -> None:
    monkeypatch.setattr(runner, "LONGEST", 0.05)

    def use(_: int) -> runner.Outcome:
        while True:
            sum(range(1000))

    tally = runner.play(runner.Target("slow", lambda _: 0, use), 0, range(2))
    assert tally.failures == 2
    assert next(iter(tally.kinds)).startswith("hang in")
