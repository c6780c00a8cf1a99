"""Names of places: they say where, not what, so they are never a reason by themselves."""

from typing import Final

# Municipalities and regions of Denmark, and the countries and cities that cases mention most. A name that is also
# an everyday word (vejen, ringe, stevns mark) counts as a place only when it is written with a capital letter.
_NAMES_TEXT = """
    albertslund allerød assens ballerup billund bornholm brøndby brønderslev dragør egedal esbjerg fanø favrskov faxe
    fredensborg fredericia frederiksberg frederikshavn frederikssund furesø faaborg midtfyn gentofte gladsaxe glostrup
    greve gribskov guldborgsund haderslev halsnæs hedensted helsingør herlev herning hillerød hjørring holbæk holstebro
    horsens hvidovre høje taastrup hørsholm ikast brande ishøj jammerbugt kalundborg kerteminde kolding københavn køge
    langeland lejre lemvig lolland lyngby taarbæk læsø mariagerfjord middelfart morsø norddjurs nordfyn nordfyns nyborg
    næstved odder odense odsherred randers rebild ringkøbing skjern ringsted roskilde rudersdal rødovre samsø silkeborg
    skanderborg skive slagelse solrød sorø stevns struer svendborg syddjurs sønderborg thisted tønder tårnby vallensbæk
    varde vejen vejle vesthimmerland vesthimmerlands viborg vordingborg ærø aabenraa aalborg aarhus århus ålborg
    hovedstaden sjælland syddanmark midtjylland nordjylland sønderjylland jylland fyn danmark norge sverige
    oslo bergen stockholm göteborg malmö amager vesterbro nørrebro bispebjerg hvidovre gentofte
    """
_NAMES: Final = frozenset(_NAMES_TEXT.split())


def is_place(spelling: str) -> bool:
    """Say whether a word, as written, names a place: "Vejen" does, "vejen" does not; "Viborgs" does too."""
    if not spelling[:1].isupper():
        return False
    word = spelling.lower()
    return word in _NAMES or (word.endswith("s") and word[:-1] in _NAMES)
