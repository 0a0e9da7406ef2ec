"""The signed result sheet: taken in, and given out only to those who may see it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.actions import documents as actions
from contest.forms.documents import SignedResultForm
from contest.models import Stage, StageDocument
from contest.workflow import open_to


@once
def documents(request: SignedIn, pk: int) -> HttpResponse:
    needed = Action.CERTIFY if request.method == "POST" else Action.SEE_MARKS
    stage = fetch(request.user, needed, Stage.objects.whole(), pk=pk)
    form = SignedResultForm(request.POST or None, request.FILES or None, signing=stage.is_in(*actions.SIGNING))
    if request.method == "POST" and form.is_valid():
        try:
            actions.upload_signed_result(
                stage, files=form.told, sealed=form.is_sealed, by=request.user, at=timezone.now()
            )
        except actions.DocumentRefused as refused:
            form.add_error("pages", str(refused))
        else:
            messages.success(request, _("扫描件已上传。"))
            return redirect("contest:documents", pk=pk)
    kept = list(StageDocument.objects.told().filter(stage=stage).select_related("uploaded_by"))
    uses = {each.use for each in kept if each.is_in_force}
    context = {
        "stage": stage,
        "form": form,
        "may_upload": may(request.user, Action.CERTIFY, stage) and stage.is_in(*actions.SEALING),
        "documents": kept,
        "signed": bool(uses),
        "next": bool(uses) and any(move.name == "certify" for move in open_to(stage, request.user)),
        "sealed": StageDocument.Use.SEALED_RESULT in uses,
        "seal_due": actions.seal_due(stage),
    }
    return render(request, "contest/documents.html", context, status=400 if form.is_bound else 200)


def document(request: SignedIn, pk: int) -> FileResponse:
    here = fetch(request.user, Action.SEE_MARKS, StageDocument.objects.all(), pk=pk)
    try:
        file = here.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=here.original_name, content_type=here.content_type)
