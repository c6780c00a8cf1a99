"""The matcher: ranks documents by a document and says why. See docs/matching.md."""

from matching.arithmetic import use_compiled
from matching.change import change
from matching.configuration import Configuration
from matching.embeddings import Embedder, FolderEmbedder
from matching.errors import GenerationError, MatchingError
from matching.index import Index
from matching.meanings import Group, Knowledge, shipped
from matching.model import About, Document, Fit, Label, Match, Span, Term
from matching.shards import Part, merged

__all__ = [
    "About",
    "Configuration",
    "Document",
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
    "Part",
    "Span",
    "Term",
    "change",
    "merged",
    "shipped",
    "use_compiled",
]
