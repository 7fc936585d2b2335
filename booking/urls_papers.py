"""The family's file: documents, règlements and autorisations, and the agents who read them."""

from django.urls import path

from booking.views import family_file, office_documents

urlpatterns = [
    path("mes-documents/", family_file.family_documents, name="family_documents"),
    path(
        "mes-documents/envoyer/<slug:code>/<int:child_id>/",
        family_file.family_document_send,
        name="family_document_send",
    ),
    path(
        "mes-documents/fichiers/<int:pk>/<int:page>/",
        family_file.family_document_file,
        name="family_document_file",
    ),
    path("mes-documents/pages/<int:pk>/", family_file.family_document_draft, name="family_document_draft"),
    path("mes-documents/reglement/<slug:code>/<int:child_id>/", family_file.regulation, name="regulation"),
    path("agent/documents/", office_documents.agent_documents, name="agent_documents"),
    path("agent/documents/<int:pk>/", office_documents.agent_document, name="agent_document"),
    path(
        "agent/documents/<int:pk>/fichier/<int:page>/",
        office_documents.agent_document_file,
        name="agent_document_file",
    ),
    path(
        "agent/familles/<int:household_id>/document/",
        office_documents.agent_document_add,
        name="agent_document_add",
    ),
]
