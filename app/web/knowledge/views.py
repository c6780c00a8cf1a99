"""What the matcher knows about words: consultants read it, add to it, change it, and see first what that would do."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.domain.errors import Conflict
from app.domain.knowledge import WordGroup
from app.domain.plain_text import one_line
from app.domain.vocabulary import Sector
from app.store.queries.knowledge import history_of_group
from app.store.queries.titles import titles_of
from app.use_cases import knowledge
from app.use_cases.knowledge import KnownGroup
from app.web.access import consultant_or_administrator, current_actor
from app.web.knowledge.forms import GroupForm
from app.web.once import once
from app.web.services import reading, transaction
from app.web.writing import FORM_REUSED, Answer, Told, on_conflict

bp = Blueprint("knowledge", __name__, url_prefix="/knowledge")
PER_PAGE = 50
TRY = "try"


@dataclass(frozen=True, slots=True)
class Where:
    """Which group a page is about. Neither: one that is not written yet."""

    group_id: UUID | None = None
    key: str = ""

    @property
    def url(self) -> str:
        """The address of its form."""
        if self.group_id is not None:
            return url_for(".edit", group_id=self.group_id)
        return url_for(".edit_shipped", key=self.key) if self.key else url_for(".new")


@bp.get("/")
@consultant_or_administrator
def index() -> str:
    """All groups, those of this installation first."""
    search = one_line(request.args.get("q", ""))[:60]
    field = request.args.get("field", "")
    field = field if field in set(Sector) else ""
    with reading() as uow:
        found = knowledge.list_groups(uow, search=search, field=field)
    pages = max(-(-len(found) // PER_PAGE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    fields = [(sector, url_for(".index", q=search or None, field=sector.value), field == sector) for sector in Sector]
    return render_template(
        "knowledge/index.html",
        groups=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(found),
        search=search,
        field=Sector(field) if field else None,
        fields=fields,
        page=page,
        pages=pages,
        url_of=lambda known: Where(known.id, known.key).url,
        sector_of=lambda known: _sector(known.group.field),
    )


def _show_again(error: Conflict, group_id: UUID | None = None, key: str = "") -> Answer:
    """Somebody else was quicker, or the form was sent before: keep what was typed and say so."""
    form, where = GroupForm(), Where(group_id, key)
    known = _known(where)
    if error.code == "form_reused":
        form.refuse("", str(FORM_REUSED))
    else:
        form.refuse("", _("A colleague has changed this group while you wrote. Below is what it says now."))
    form.revision.data = str(known.revision if known else 0)
    return _page(form, where, known, newer=error.code != "form_reused"), 409


@bp.route("/new", methods=["GET", "POST"])
@consultant_or_administrator
@on_conflict(_show_again)
@once
def new() -> Answer:
    """Write a group."""
    return _write(Where())


@bp.route("/<uuid:group_id>", methods=["GET", "POST"])
@consultant_or_administrator
@on_conflict(_show_again)
@once
def edit(group_id: UUID) -> Answer:
    """Change a group that was written here."""
    return _write(Where(group_id=group_id))


@bp.route("/library/<key>", methods=["GET", "POST"])
@consultant_or_administrator
@on_conflict(_show_again)
@once
def edit_shipped(key: str) -> Answer:
    """Change a group that came with the service: from then on it is this installation's."""
    return _write(Where(key=key))


@bp.post("/<uuid:group_id>/<any(off, on):act>")
@consultant_or_administrator
def switch(group_id: UUID, act: str) -> Answer:
    """Put a group out of force, or in force again."""
    return _switch(Where(group_id=group_id), act)


@bp.post("/library/<key>/<any(off, on):act>")
@consultant_or_administrator
def switch_shipped(key: str, act: str) -> Answer:
    """Put a group that came with the service out of force, or in force again."""
    return _switch(Where(key=key), act)


@bp.get("/preview/<uuid:preview_id>")
@consultant_or_administrator
def preview(preview_id: UUID) -> str:
    """Show what a group would change, as soon as a worker has found out."""
    return render_template("knowledge/preview.html", **_previewed(preview_id))


@bp.get("/preview/<uuid:preview_id>/result")
@consultant_or_administrator
def preview_result(preview_id: UUID) -> Answer:
    """The result alone, for the script on the page: 204 as long as it is being worked out."""
    shown = _previewed(preview_id)
    return ("", 204) if shown["result"] is None else render_template("knowledge/_result.html", **shown)


def _previewed(preview_id: UUID) -> dict[str, Any]:
    with reading() as uow:
        found = knowledge.preview_of(uow, actor=current_actor(), preview_id=preview_id)
        draft, result = found.draft, found.result
        group = knowledge.plain_group(draft)
        where = Where(UUID(draft["id"]) if draft["id"] else None, draft["key"])
        shared = knowledge.others_with(uow, group, but=where.group_id, key=where.key)
        changes = result["changes"] if result else []
        solutions = {row[0] for change in changes for row in (*change["before"], *change["after"])}
        titles = titles_of(uow, problems={change["problem"] for change in changes}, solutions=solutions)
    return {
        "form": GroupForm.of_group(_known(where), group, draft["revision"]), "group": group, "result": result,
        "titles": titles,
        "notices": _notices(group, shared), "where": where, "back": f"{where.url}?preview={preview_id}",
        "poll_url": url_for(".preview_result", preview_id=preview_id),
    }  # fmt: skip


def _sector(field: str) -> Sector | None:
    return Sector(field) if field in set(Sector) else None


def _write(where: Where) -> Answer:
    known = _known(where)
    form = GroupForm.of_group(known, *_tried())
    if request.method == "GET" or not form.validate():
        return _page(form, where, known), 422 if form.errors else 200
    actor, group = current_actor(), form.group()
    if request.form.get("act") == TRY:
        g.pop("form_sent", None)  # trying is no writing: whoever steps back in the browser may then save the same form
        with transaction() as uow:
            preview_id = knowledge.try_group(
                uow, actor=actor, group=group, group_id=where.group_id, key=where.key, revision=form.revision_read
            )
        return redirect(url_for(".preview", preview_id=preview_id), 303)
    with transaction() as uow:
        shared = knowledge.others_with(uow, group, but=where.group_id, key=where.key)
        knowledge.save_group(
            uow, actor=actor, group=group, group_id=where.group_id, key=where.key, revision=form.revision_read
        )
    flash(_("Saved. The open problems are now matched again."), "success")
    for notice in _notices(group, shared):
        flash(notice, "info")
    return redirect(url_for(".index"), 303)


def _notices(group: WordGroup, shared: list[str]) -> list[str]:
    """Return what is allowed in a group, but worth a thought. shared: its words that stand in other groups too."""
    told = []
    if shared:
        words = ", ".join(shared)
        told.append(_("Also in another group: %(words)s. That is allowed; their meaning is then shared.", words=words))
    if useless := knowledge.unheard(group):
        words = ", ".join(useless)
        told.append(
            _(
                "The matcher cannot use: %(words)s. Very common words do not count, and a phrase needs two others.",
                words=words,
            )
        )
    return told


def _tried() -> tuple[WordGroup | None, int | None]:
    """Return what was tried out before the way back to the form was taken, and the revision that had been read."""
    preview_id = request.args.get("preview", type=UUID)
    if preview_id is None:
        return None, None
    with reading() as uow:
        draft = knowledge.preview_of(uow, actor=current_actor(), preview_id=preview_id).draft
    return knowledge.plain_group(draft), draft["revision"]


def _known(where: Where) -> KnownGroup | None:
    with reading() as uow:
        if where.group_id is not None:
            return knowledge.group_by_id(uow, where.group_id)
        return knowledge.group_by_key(uow, where.key) if where.key else None


def _switch(where: Where, act: str) -> Answer:
    with transaction() as uow:
        knowledge.switch_group(
            uow, actor=current_actor(), is_active=act == "on", group_id=where.group_id, key=where.key
        )
    flash(_("In force again.") if act == "on" else _("Out of force. You can put it in force again."), "success")
    return redirect(url_for(".index", q=request.form.get("q") or None), 303)


def _page(form: GroupForm, where: Where, known: KnownGroup | None, *, newer: bool = False) -> str:
    return render_template(
        "knowledge/form.html", form=form, where=where, known=known, newer=newer, history=_history(known)
    )


def _history(known: KnownGroup | None) -> list[Told]:
    """Return who made what of a group, the newest first, for the reader of its page."""
    if known is None or known.id is None:
        return []
    with reading() as uow:
        lines = history_of_group(uow, known.id)
    return [
        Told(
            _("In force") if line.is_active else _("Out of force"), line.at, line.who, ", ".join(line.words + line.lay)
        )
        for line in lines
    ]
