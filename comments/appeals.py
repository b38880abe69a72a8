"""What an author says to the owner about the own comment that is hidden."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from comments import identity, limits
from comments.forms import AppealForm
from comments.limits import LimitReached
from comments.models import Appeal, Receipt
from comments.receipts import back_to, receipt_page, with_receipt
from comments.views import too_many


@require_POST
@with_receipt
def appeal(request: HttpRequest, receipt: Receipt, secret: str) -> HttpResponse:
    """Takes it once for each comment; the page it leads to shows it, or that there is nothing to appeal any more."""
    comment = receipt.comment
    form = AppealForm(request.POST)
    if not form.is_valid():
        return receipt_page(request, comment, secret, appeal_form=form, status=422)
    try:
        limits.APPEALS_PER_NETWORK.take(identity.network_key_of(request))
    except LimitReached as limit:
        form.add_error(None, limit.reason)
        return too_many(receipt_page(request, comment, secret, appeal_form=form), limit)
    Appeal.objects.lodge(comment, form.cleaned_data["text"])
    return back_to(secret)
