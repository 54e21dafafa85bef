"""What our own answers give is computed once, and never taken for that of another task."""

from dataclasses import replace

from dlnotes.grading.inside.answers import produce
from dlnotes.grading.judging.judgement import judge
from dlnotes.grading.tasks import declarations


def counting(answer, calls):
    def counted(*args):
        calls.append(args)
        return answer(*args)

    return counted


def judged(task, answer, seed="seed"):
    return judge(task, seed, produce(answer, task.drive, task.draws(seed), seconds=task.seconds))


def test_a_second_answer_to_the_same_inputs_waits_for_no_reference():
    task, calls = declarations.all_tasks()[0], []
    watched = replace(task, reference=counting(task.reference, calls))
    assert judged(watched, task.reference).passed and len(calls) == task.cases
    assert judged(watched, task.wrong[0].answer).message == task.wrong[0].message
    assert len(calls) == task.cases
    assert judged(watched, task.reference, "another seed").passed and len(calls) == 2 * task.cases


def test_a_task_that_only_draws_fewer_inputs_is_another_task():
    task = declarations.all_tasks()[0]
    assert judged(task, task.reference).passed
    assert judged(replace(task, cases=1), task.reference).passed
