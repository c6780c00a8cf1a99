"""The matcher: ranks documents by a document and says why. See docs/matching.md."""

from matching.alike import Group as AlikeGroup
from matching.alike import Pair, groups, similar_pairs
from matching.arithmetic import use_compiled
from matching.change import change
from matching.configuration import Configuration
from matching.duplicates import Duplicate, families, near_duplicates
from matching.embeddings import Embedder, FolderEmbedder
from matching.errors import GenerationError, MatchingError
from matching.index import Index
from matching.meanings import Group, Knowledge, shipped
from matching.model import About, Document, Fit, Label, Match, Span, Term
from matching.names import NamePair, name_likeness, similar_names
from matching.shards import Part, merged

__all__ = [
    "About",
    "AlikeGroup",
    "Configuration",
    "Document",
    "Duplicate",
    "Embedder",
    "Fit",
    "FolderEmbedder",
    "GenerationError",
    "Group",
    "Index",
    "Knowledge",
    "Label",
    "Match",
    "MatchingError",
    "NamePair",
    "Pair",
    "Part",
    "Span",
    "Term",
    "change",
    "families",
    "groups",
    "merged",
    "name_likeness",
    "near_duplicates",
    "shipped",
    "similar_names",
    "similar_pairs",
    "use_compiled",
]
