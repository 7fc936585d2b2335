from django.urls import path

from core.views import office_imports

urlpatterns = [
    path("agent/imports/", office_imports.agent_imports, name="agent_imports"),
    path("agent/imports/modele/<slug:code>/", office_imports.agent_import_model, name="agent_import_model"),
    path("agent/imports/<int:pk>/", office_imports.agent_import, name="agent_import"),
    path("agent/imports/<int:pk>/suite/", office_imports.agent_import_act, name="agent_import_act"),
]
