from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import UsernameField
from django.forms import TextInput


class SignInForm(AdminAuthenticationForm):
    """Django tells only the browser how long a name may be; what is longer would reach the table of failed attempts."""

    username = UsernameField(max_length=150, widget=TextInput(attrs={"autofocus": True}))
