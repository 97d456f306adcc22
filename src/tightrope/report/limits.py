"""What the model leaves out, and beliefs that sound right and that it contradicts, in words."""

from __future__ import annotations

from html import escape

from tightrope.report.chart import Figure
from tightrope.report.tables import heading, paragraph, table

OUT = {
    "Emboldening": "a protected state may press harder because it is protected; here it resists "
    "or yields and never presses.",
    "Learning": "a test of nerves changes political will, not what one side believes about the "
    "other.",
    "Mending": "a text is kept, broken, ended by notice or runs out; it is not renegotiated on "
    "the way.",
    "Salami slices in peace": "the line drawn by the settlement stays where it is until a limited "
    "attack moves it.",
    "Reputation": "a guarantor weighs the crisis at hand, not what its answer teaches others.",
    "Other wars": "forces that could be sent are counted as if nothing else needed them.",
    "The running war's own dangers": "the risk of a clash or of nuclear use in a war that goes on "
    "without a text is not counted.",
    "Spirit and law": "whether resisting pays for the protected state is counted; what a promise "
    "does for a people's spirit, or for the law of nations, has no number here.",
}

BELIEFS = (
    (
        "A stronger guarantee can only make peace last longer.",
        "If it closes a later window of weakness, an attacker may decide that it is now or never.",
    ),
    (
        "Cover makes every year safer.",
        "Before it begins the window is still open, and closing: the danger can rise first.",
    ),
    (
        "Covering a full invasion reduces all attack.",
        "It can push the attack down to a smaller one that is not covered.",
    ),
    (
        "A stronger protected state always helps.",
        "Its guarantors may feel less needed and do less.",
    ),
    (
        "One more guarantor always helps.",
        "A large one may lean back when a small one steps forward.",
    ),
    (
        "A firmer promise always brings more help.",
        "One state's duty can be another state's excuse.",
    ),
    (
        "Binding words show in a better record of promises kept.",
        "Attackers pick the moments when nobody will come, and those fill the record.",
    ),
    (
        "The stricter the duty, the less likely the signature.",
        "The protected state signs it more gladly, and may be the one whose yes is scarce.",
    ),
    (
        "Better terms make a firmer peace.",
        "They also draw in a challenger who only wants a breathing space.",
    ),
    (
        "The more united the guarantors, the more they deter.",
        "If all stand or fall together, there are days on which nobody comes.",
    ),
)


def left_out() -> list[Figure | str]:
    """What the model leaves out, as a list."""
    items = "".join(
        f"<li><strong>{escape(name)}:</strong> {escape(words)}</li>" for name, words in OUT.items()
    )
    return [heading("What the model leaves out"), f"<ul>{items}</ul>"]


def beliefs_table() -> list[Figure | str]:
    """Beliefs that sound right, each with why it can fail."""
    return [
        heading("Beliefs that sound right and that the model contradicts"),
        paragraph(
            "Each can hold, and often does. Each also fails in a small example that is tested with "
            "the program, so none may be taken for granted."
        ),
        table(("It is often said", "Why it can fail"), BELIEFS, "Plausible and not always true"),
    ]
