"""Deep uncertainty: what matters, when a guarantee fails, better drafts, experts' claims."""

from tightrope.explore.answer import KINDS, Question, chosen, explore, explore_draws
from tightrope.explore.case_problem import CaseProblem
from tightrope.explore.problem import Draws, Input, Outcome, Problem
from tightrope.explore.problems import TEST_PROBLEMS, TestProblem
from tightrope.explore.run import Session, draw, session
from tightrope.explore.table import is_table, read_table
from tightrope.explore.workers import Crew

__all__ = [
    "KINDS",
    "TEST_PROBLEMS",
    "CaseProblem",
    "Crew",
    "Draws",
    "Input",
    "Outcome",
    "Problem",
    "Question",
    "Session",
    "TestProblem",
    "chosen",
    "draw",
    "explore",
    "explore_draws",
    "is_table",
    "read_table",
    "session",
]
