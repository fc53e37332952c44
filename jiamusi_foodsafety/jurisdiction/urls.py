from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("todo/", views.todo, name="todo"),
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", login_not_required(LogoutView.as_view()), name="logout"),
    path("password/", views.PasswordChangeView.as_view(), name="password_change"),
    path("session/", views.session_prolong, name="session-prolong"),
    path("account/", views.account, name="account"),
    path("account/keys/", views.api_key_create, name="api-key-create"),
    path("account/keys/<int:token_id>/revoke/", views.api_key_revoke, name="api-key-revoke"),
    path("account/text-size/", views.text_size, name="text-size"),
]
