from django.urls import path

from accounts import language, views
from accounts.access import views as access
from accounts.emergency import views as emergency
from accounts.log import views as log
from accounts.proposals import deputy_views
from accounts.proposals import views as proposing

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", language.choose_language, name="set_language"),
    path("desk/", views.show_desk, name="desk"),
    path("desk/password/", views.change_password, name="change_password"),
    path("desk/accounts/", views.list_accounts, name="accounts"),
    path("desk/accounts/new/", views.new_account, name="new_account"),
    path("desk/accounts/deputies/new/", deputy_views.name_deputy, name="name_deputy"),
    path("desk/accounts/deputies/<int:pk>/end/", deputy_views.end_deputy, name="end_deputy"),
    path("desk/accounts/<int:pk>/", views.edit_account, name="account"),
    path("desk/accounts/<int:pk>/password/", views.reset_password, name="reset_password"),
    path("desk/accounts/<int:pk>/propose-reset/", views.propose_reset, name="propose_reset"),
    path("desk/accounts/<int:pk>/propose-reopening/", views.propose_reopening, name="propose_reopening"),
    path("desk/accounts/<int:pk>/active/", views.set_active, name="set_active"),
    path("desk/accounts/<int:pk>/unlock/", views.unlock_account, name="unlock_account"),
    path("desk/proposals/", proposing.proposals, name="proposals"),
    path("desk/proposals/<int:pk>/", proposing.proposal, name="proposal"),
    path("desk/proposals/<int:pk>/second/", proposing.second, name="second"),
    path("desk/proposals/<int:pk>/decline/", proposing.decline, name="decline"),
    path("desk/proposals/<int:pk>/withdraw/", proposing.withdraw, name="withdraw_proposal"),
    path("desk/basis/<int:pk>/", proposing.basis_page, name="basis_page"),
    path("desk/emergency/", emergency.emergency, name="emergency"),
    path("desk/emergency/break/", emergency.break_seal, name="break_seal"),
    path("desk/emergency/review/", emergency.review, name="review_emergency"),
    path("desk/log/", log.show_log, name="log"),
    path("desk/log/export/", log.export_log, name="export_log"),
    path("desk/log/check/", log.check_log, name="check_log"),
    path("desk/log/access/", access.show_access, name="access"),
    path("desk/log/access/export/", access.export_access, name="export_access"),
]
