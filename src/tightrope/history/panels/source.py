"""Where each panel comes from: version, citation and the years it covers.

A source is silent outside its years. What it does not cover is missing, never zero: no dispute is
on record for 2012 in a list that ends in 2010, and that is not peace.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One file of data.

    version   the release, as its authors name it
    citation  what to cite, author and year first
    first     first calendar year covered, or None where the file is no panel of years
    last      last calendar year covered, or None
    needs     columns that a reader of the file relies on
    """

    version: str
    citation: str
    first: int | None
    last: int | None
    needs: tuple[str, ...]


_GML = "Gibler, Miller and Little 2016, International Studies Quarterly 60(4):719-730"
_MID = (
    "Palmer et al. 2022, Conflict Management and Peace Science 39(4):470-482; "
    "directed dyads by Miller 2021"
)
_GAMES = "redistributed in the R package games 1.1.2"
_DYAD = ("ccode1", "ccode2", "year")

SOURCES: dict[str, Source] = {
    "cow_states": Source(
        "COW State System Membership v2016",
        "Correlates of War Project 2017, State System Membership List, v2016",
        1816,
        2016,
        ("ccode", "styear", "endyear"),
    ),
    "cow_majors": Source(
        "COW Major Powers v2016",
        "Correlates of War Project 2017, State System Membership List, v2016",
        1816,
        2016,
        ("ccode", "styear", "endyear"),
    ),
    "cow_nmc": Source(
        "COW National Material Capabilities 7.0",
        "Singer, Bremer and Stuckey 1972; Singer 1987, International Interactions 14:115-132",
        1816,
        2022,
        ("ccode", "year", "milex", "milper", "irst", "pec", "tpop", "upop", "cinc"),
    ),
    "cow_contdir": Source(
        "COW Direct Contiguity 3.2",
        "Stinnett et al. 2002, Conflict Management and Peace Science 19(2):58-66",
        1816,
        2016,
        ("ccode1", "ccode2", "conttype", "stdate", "enddate"),
    ),
    "cow_mindist": Source(
        "CShapes 2.0",
        "Schvitz et al. 2022, Journal of Conflict Resolution 66(1):144-161",
        1886,
        2019,
        (*_DYAD, "mindist"),
    ),
    "cow_capitals": Source(
        "peacesciencer 1.2.9",
        "Miller 2022, Conflict Management and Peace Science 39(6):755-779",
        1816,
        2024,
        ("ccode", "stdate", "enddate", "lat", "lng"),
    ),
    "atop_alliance": Source(
        "ATOP 5.1",
        "Leeds, Ritter, Mitchell and Long 2002, International Interactions 28:237-260",
        1815,
        2018,
        (
            *_DYAD,
            "atop_defense",
            "atop_offense",
            "atop_neutral",
            "atop_nonagg",
            "atop_consul",
        ),
    ),
    "tss_rivalries": Source(
        "Thompson, Sakuwa and Suhas 2021",
        "Thompson, Sakuwa and Suhas 2021, Analyzing Strategic Rivalries in World Politics, "
        "Springer",
        1494,
        2020,
        ("ccode1", "ccode2", "start", "end"),
    ),
    "td_rivalries": Source(
        "Thompson and Dreyer 2012",
        "Thompson and Dreyer 2012, Handbook of International Rivalries, CQ Press",
        1494,
        2010,
        ("ccode1", "ccode2", "styear", "endyear"),
    ),
    "gml_dirdisp": Source(
        "GML-MID 2.2.1",
        _GML,
        1816,
        2010,
        (*_DYAD, "dispnum", "midonset", "sidea1", "sidea2", "orig1", "orig2", "hostlev"),
    ),
    "gml_part": Source(
        "GML-MID 2.2.1",
        f"{_GML}; leaders: Goemans, Gleditsch and Chiozza 2009",
        1816,
        2010,
        ("dispnum", "ccode", "sidea", "orig"),
    ),
    "cow_mid_dirdisps": Source(
        "COW MID 5.0", _MID, 1816, 2014, (*_DYAD, "dispnum", "disponset", "sidea1", "orig1")
    ),
    "cow_mid_disps": Source("COW MID 5.0", _MID, 1816, 2014, ("dispnum", "styear", "hostlev")),
    "cow_mid_ddydisps": Source(
        "COW MID 5.0", _MID, 1816, 2014, (*_DYAD, "dispnum", "cowmidonset", "cowmidongoing")
    ),
    "cow_war_inter": Source(
        "COW Inter-State War 4.0",
        "Sarkees and Wayman 2010, Resort to War, CQ Press",
        1816,
        2007,
        (*_DYAD, "cowinteronset", "cowinterongoing", "initiator1", "initiator2"),
    ),
    "war1800": Source(
        "games 1.1.2",
        "Jones, Bremer and Singer 1996, Conflict Management and Peace Science 15(2):163-213; "
        f"{_GAMES}",
        None,
        None,
        ("esc", "war"),
    ),
    "leblang2003": Source(
        "games 1.1.2",
        f"Leblang 2003, International Studies Quarterly 47:533-559; {_GAMES}",
        None,
        None,
        ("outcome",),
    ),
    "student_offers": Source(
        "games 1.1.2",
        f"Kenkel and Signorino 2014, Journal of Statistical Software 56(8); {_GAMES}",
        None,
        None,
        ("offer", "accept"),
    ),
    "data_122": Source("games 1.1.2", f"simulated; {_GAMES}", None, None, ("y",)),
    "data_123": Source("games 1.1.2", f"simulated; {_GAMES}", None, None, ("y",)),
    "data_ult": Source("games 1.1.2", f"simulated; {_GAMES}", None, None, ("offer", "accept")),
    "sanctionsData": Source(
        "sigInt 0.2.0",
        "Crisman-Cox and Gibilisco 2021, Political Science Research and Methods, "
        "doi:10.1017/psrm.2019.58; from Morgan, Bapat and Kobayashi 2014",
        None,
        None,
        ("sq", "cd", "sf", "bd"),
    ),
}
"""Every file that is read, by its name without the ending."""
