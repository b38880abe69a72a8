from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments import identity, names, placement, staff, stamp
from comments import text as comment_text
from comments.models.appeal import APPEAL_LENGTH
from comments.models.moderation import Reason


def refuse_unprintable(value: str) -> None:
    if comment_text.unprintable(value):
        raise ValidationError(
            _("The text holds a character that cannot be shown (often from copying). Remove it and send again."),
            code="unprintable",
        )


class PlainTextField(forms.CharField):
    """Text as people type it: one kind of line end, counted in characters, nothing invisible."""

    def __init__(self, **kwargs):
        super().__init__(strip=False, **kwargs)
        # Django's own check for NUL would speak first and of less.
        self.validators = [*(v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator")]
        self.validators.append(refuse_unprintable)

    def widget_attrs(self, widget):
        # No maxlength: a browser cuts a pasted text there without a word.
        return {}

    def to_python(self, value):
        value = comment_text.normalise(super().to_python(value))
        return "" if comment_text.is_blank(value) else value


# As many characters as the database has room for, the key not counted.
NAME_LENGTH = 40
is_short_name = MaxLengthValidator(
    NAME_LENGTH, _("The name is too long: %(show_value)d characters, at most %(limit_value)d.")
)
# A sentence to remember it by, and no pasted book to be hashed.
is_short_key = MaxLengthValidator(
    128, _("What follows # is too long: %(show_value)d characters, at most %(limit_value)d.")
)

NO_SUCH_PARENT = _("The comment that this answers does not exist.")


class CommentForm(forms.Form):
    """What a reader sends: a text, a name if they like, and what it answers.

    A valid form has the name without its key, and the `trip` that was made of the key.
    """

    text = PlainTextField(
        label=_("Comment"),
        max_length=comment_text.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write a comment first."),
            "max_length": _("The comment is too long: %(show_value)d characters, at most %(limit_value)d."),
        },
    )
    author_name = PlainTextField(
        label=_("Name"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    parent = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], NO_SUCH_PARENT),
    )

    # When the form was made (`stamp`). Any text: one that is wrong is a matter for the verdict, which tells nobody.
    stamp = forms.Field(required=False, widget=forms.HiddenInput, initial=stamp.make)
    # Nobody sees it; robots fill in what is called so.
    website = forms.Field(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    # The number of the comment whose reply form was left a moment ago; set by a script, so it is a hint only.
    hinted = forms.Field(required=False, widget=forms.HiddenInput)
    # The answer to the question where the comment belongs: a comment's number, or NEW.
    place = forms.Field(required=False)

    NEW = "new"
    trip = ""

    def __init__(self, *args, by_staff: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_staff = by_staff

    @property
    def name_hint(self) -> str | Promise:
        if settings.TRIPS:
            return _("Left empty, it says Anonymous. Write name#key for a mark that only your key gives.")
        return _("Left empty, it says Anonymous.")

    def clean_author_name(self) -> str:
        name, key = names.parse(self.cleaned_data["author_name"])
        if key and not settings.TRIPS:
            # Neither published, because it may be a secret, nor cut off without a word.
            raise ValidationError(_("A name cannot hold # here. Leave it out, with what follows."), code="key")
        is_short_name(name)
        is_short_key(key)
        if not self.by_staff and staff.has_name(name):
            raise ValidationError(
                _("This name looks like one of the site's staff. Please choose another."), code="taken"
            )
        self.trip = identity.trip_of(key) if key else ""
        return "" if comment_text.is_blank(name) else name

    def clean_hinted(self) -> int | None:
        return placement.number(self.cleaned_data["hinted"])

    def clean_place(self) -> str | int | None:
        place = self.cleaned_data["place"]
        if not place or place == self.NEW:
            return place or None
        if number := placement.number(place):
            return number
        raise ValidationError(_("The comment that this answers does not exist."), code="invalid")

    def show(self, **values) -> None:
        """Put other values into fields of the form that the reader gets back."""
        self.data = {**dict(self.data.items()), **values}
        self.cleaned_data.update(values)

    def begin_anew(self, number: int) -> None:
        """Offer the text as a new comment that names the one it could not be hung from."""
        self.show(parent=None, text=f">>{number}\n{self.cleaned_data['text']}")


class ReportForm(forms.Form):
    """Why a reader thinks that a comment should not stand here."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose one of the reasons.")),
    )


class AppealForm(forms.Form):
    """One sentence to the owner."""

    text = PlainTextField(
        label=_("What should the editor know?"),
        max_length=APPEAL_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Write one sentence first."),
            "max_length": _("The sentence is too long: %(show_value)d characters, at most %(limit_value)d."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="appeal", **kwargs)


class EditForm(CommentForm):
    """The author's own comment in other words; where it stands is another matter.

    It stands on a page that only the author has, so that nothing need tell people from robots.
    """

    parent = stamp = website = None  # type: ignore[assignment]


class NumberField(forms.IntegerField):
    """The number of a comment as people write it: 12, １２, >>12, ＞＞12."""

    def __init__(self, **kwargs):
        super().__init__(required=False, min_value=1, max_value=2**31 - 1, **kwargs)
        self.error_messages["invalid"] = _("Write the number of a comment, such as 12.")

    def to_python(self, value):
        return super().to_python(value.strip().lstrip(">＞#＃ ") if isinstance(value, str) else value)


class NumberForm(forms.Form):
    """Names a comment of the article by its number; `answered` is that comment, None when nothing was typed."""

    number = NumberField(
        label=_("Number of the comment that it answers"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, article, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.article = article
        self.answered = None

    def clean_number(self) -> int | None:
        number = self.cleaned_data["number"]
        if number is not None:
            self.answered = self.article.discussion.filter(number=number).first()
            if self.answered is None:
                raise ValidationError(_("There is no comment with this number under this article."))
        return number


class MisplacementForm(NumberForm):
    """What a reader thinks that a comment answers: nothing, or a comment that it could be moved under."""

    def __init__(self, comment, *args, **kwargs):
        super().__init__(comment.article, *args, **kwargs)
        self.comment = comment
        self.fields["number"].label = _("Number of the comment that it seems to answer, if you know it")

    def clean_number(self) -> int | None:
        number = super().clean_number()
        comment, answered = self.comment, self.answered
        if answered is None:
            return number
        if answered.tree_id == comment.tree_id and comment.lft <= answered.lft <= comment.rght:
            raise ValidationError(_("A comment cannot answer itself or one of its own replies."))
        if not answered.is_published:
            raise ValidationError(_("There is no comment with this number under this article."))
        if answered.pk == comment.parent_id:
            raise ValidationError(_("It stands under this comment already."))
        return number
